package store

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// Columns hold instants as microseconds since 1970 (0 for the zero time), so
// that they order and subtract alike on both stores, and "" ids as NULL.
func init() {
	schema.RegisterSerializer("micros", microsColumn{})
	schema.RegisterSerializer("optional", optionalColumn{})
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

type microsColumn struct{}

func (microsColumn) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, value any) error {
	n, ok := value.(int64)
	if !ok && value != nil {
		return fmt.Errorf("column %s: %T is not a time", field.DBName, value)
	}
	return field.Set(ctx, dst, fromMicros(n))
}

func (microsColumn) Value(_ context.Context, _ *schema.Field, _ reflect.Value, value any) (any, error) {
	return micros(value.(time.Time)), nil
}

type optionalColumn struct{}

func (optionalColumn) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, value any) error {
	switch v := value.(type) {
	case nil:
		return field.Set(ctx, dst, "")
	case string:
		return field.Set(ctx, dst, v)
	case []byte:
		return field.Set(ctx, dst, string(v))
	}
	return fmt.Errorf("column %s: %T is not an id", field.DBName, value)
}

func (optionalColumn) Value(_ context.Context, _ *schema.Field, _ reflect.Value, value any) (any, error) {
	if s, _ := value.(string); s != "" {
		return s, nil
	}
	return nil, nil
}

// statements counts what is run; it stands where gorm wants a logger. Errors
// are returned to the caller and logged there, once.
type statements struct{ n atomic.Int64 }

func (s *statements) LogMode(logger.LogLevel) logger.Interface                        { return s }
func (s *statements) Info(context.Context, string, ...any)                            {}
func (s *statements) Warn(context.Context, string, ...any)                            {}
func (s *statements) Error(context.Context, string, ...any)                           {}
func (s *statements) Trace(context.Context, time.Time, func() (string, int64), error) { s.n.Add(1) }
