package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math/bits"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"parley/desk"
)

// insertInto inserts rows into SQLite: as one parameter where that is possible.
// The driver looks each parameter up among all, so that a hundred rows of fifty
// columns would take longer to bind than to write.
func (b *bulk) insertInto(db *gorm.DB, s *Store, rows reflect.Value, conflict string, returned []*[]desk.ID) error {
	for _, f := range b.fields {
		if f.FieldType.Kind() == reflect.Slice && f.Serializer == nil { // bytes, which JSON does not hold
			return b.insertParts(db, s, rows, conflict, returned)
		}
	}
	text, err := b.json(db.Statement.Context, rows)
	if err != nil {
		return err
	}
	return s.run(db, b.insert+"SELECT "+b.values("")+" FROM json_each(?) WHERE true"+conflict, []any{text}, returned)
}

// updateNext changes rows by their id, those whose version is the one before,
// and tells how many that were.
func (b *bulk) updateNext(db *gorm.DB, s *Store, rows reflect.Value) (int64, error) {
	text, err := b.json(db.Statement.Context, rows)
	if err != nil {
		return 0, err
	}
	var set []string
	var id, version string
	for i, f := range b.fields {
		switch f.DBName {
		case "id":
			id = fmt.Sprintf("u.c%d", i)
			continue
		case "version":
			version = fmt.Sprintf("u.c%d", i)
		}
		set = append(set, fmt.Sprintf(`"%s" = u.c%d`, f.DBName, i))
	}
	query := fmt.Sprintf(`UPDATE "%s" AS t SET %s FROM (SELECT %s FROM json_each(?)) AS u WHERE t.id = %s AND t.version = %s - 1`,
		b.table, strings.Join(set, ", "), b.values("c"), id, version)
	s.stats.n.Add(1)
	result, err := db.Statement.ConnPool.ExecContext(db.Statement.Context, query, text)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// values takes the columns out of a row of json; with a name they are called
// that and their place.
func (b *bulk) values(name string) string {
	out := make([]string, len(b.fields))
	for i := range out {
		if out[i] = fmt.Sprintf("value->>%d", i); name != "" {
			out[i] += fmt.Sprintf(" AS %s%d", name, i)
		}
	}
	return strings.Join(out, ", ")
}

// json writes rows as a list of lists, in the order of the columns.
func (b *bulk) json(ctx context.Context, rows reflect.Value) (string, error) {
	out := make([][]any, rows.Len())
	for i := range out {
		row := make([]any, len(b.fields))
		for j, f := range b.fields {
			value, err := plain(ctx, f, rows.Index(i))
			if err != nil {
				return "", err
			}
			row[j] = value
		}
		out[i] = row
	}
	text, err := json.Marshal(out)
	return string(text), err
}

// plain is a field as the database holds it.
func plain(ctx context.Context, f *schema.Field, row reflect.Value) (any, error) {
	value := f.ReflectValueOf(ctx, row).Interface()
	if f.Serializer == nil {
		return value, nil
	}
	return f.Serializer.Value(ctx, f, row, value)
}

// mostRows keeps a statement under the 32,766 parameters SQLite takes.
const mostRows = 512

// insertParts fills the rows up to a power of two with NULLs, of which LIMIT
// lets none through: that makes ten texts a table, and one statement a call.
func (b *bulk) insertParts(db *gorm.DB, s *Store, rows reflect.Value, conflict string, returned []*[]desk.ID) error {
	ctx := db.Statement.Context
	one := "(?" + strings.Repeat(",?", len(b.fields)-1) + ")"
	for from := 0; from < rows.Len(); from += mostRows {
		n := min(rows.Len()-from, mostRows)
		size := 1 << bits.Len(uint(n-1))
		args := make([]any, size*len(b.fields), size*len(b.fields)+1)
		for i := range n {
			for j, f := range b.fields {
				args[i*len(b.fields)+j], _ = f.ValueOf(ctx, rows.Index(from+i))
			}
		}
		// A sum: the plan of a plain parameter as the limit depends on its value,
		// and would be made anew each time.
		query := b.insert + "SELECT * FROM (VALUES " + one + strings.Repeat(","+one, size-1) + ") WHERE true LIMIT 0+?" + conflict
		if err := s.run(db, query, append(args, n), returned); err != nil {
			return err
		}
	}
	return nil
}
