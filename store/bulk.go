package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"parley/desk"
)

// Many rows at once. A statement whose text grows with its rows is parsed and
// planned anew for each number of rows, which costs more than writing them; so
// PostgreSQL is given columns as arrays, and SQLite all rows as one JSON text
// (bulk_sqlite.go). Either way the texts are few, and stay prepared.

// bulks caches how rows of a type are written to PostgreSQL.
type bulks struct{ made sync.Map } // bulkKey ▶ *bulk

type bulkKey struct {
	row     reflect.Type
	columns string // "": all
}

type bulk struct {
	table  string
	fields []*schema.Field
	types  []string // of the columns, in PostgreSQL's words
	insert string   // up to the rows
	texts  sync.Map // by the number of parameters before: the rest, for PostgreSQL
}

// createAll inserts rows, a slice of a table's row type. onConflict is what
// follows ON CONFLICT, or "" where a conflict is an error; "next" stands for
// replacing the row of the same id, if it is of the version before, and returning
// the id. With RETURNING id at its end the ids returned are added to returned.
func createAll[R any](db *gorm.DB, s *Store, rows []R, onConflict string, returned ...*[]desk.ID) error {
	if len(rows) == 0 {
		return nil
	}
	b, err := s.bulkOf(db.Statement.Context, reflect.TypeFor[R]())
	if err != nil {
		return err
	}
	clause := b.conflict(onConflict)
	if !s.pg {
		return b.insertInto(db, s, reflect.ValueOf(rows), clause, returned)
	}
	args, err := b.arrays(db.Statement.Context, nil, reflect.ValueOf(rows))
	if err != nil {
		return err
	}
	return s.run(db, b.statement(0)+clause, args, returned)
}

// statement is an INSERT of any number of rows for PostgreSQL, with parameters
// from after+1 on.
func (b *bulk) statement(after int) string {
	if text, made := b.texts.Load(after); made {
		return text.(string)
	}
	values, from, params := make([]string, len(b.fields)), make([]string, len(b.fields)), make([]string, len(b.fields))
	for i, typ := range b.types {
		values[i], from[i] = fmt.Sprintf("c%d::%s", i, typ), fmt.Sprintf("c%d", i)
		params[i] = fmt.Sprintf("$%d::%s[]", after+i+1, arrayFor(typ))
	}
	text := fmt.Sprintf("%sSELECT %s FROM unnest(%s) AS u (%s)", b.insert, strings.Join(values, ","), strings.Join(params, ","), strings.Join(from, ","))
	b.texts.Store(after, text)
	return text
}

// update changes any number of rows by their id, in PostgreSQL, with parameters
// from after+1 on: those whose version is the one before.
func (b *bulk) update(after int) string {
	key := -1 - after // apart from statement's
	if text, made := b.texts.Load(key); made {
		return text.(string)
	}
	var id, version string
	var set, from, params []string
	for i, typ := range b.types {
		value := fmt.Sprintf("u.c%d::%s", i, typ)
		switch b.fields[i].DBName {
		case "id":
			id = value
		case "version":
			version = value
			fallthrough
		default:
			set = append(set, fmt.Sprintf(`"%s"=%s`, b.fields[i].DBName, value))
		}
		from, params = append(from, fmt.Sprintf("c%d", i)), append(params, fmt.Sprintf("$%d::%s[]", after+i+1, arrayFor(typ)))
	}
	text := fmt.Sprintf(`UPDATE "%s" AS t SET %s FROM unnest(%s) AS u (%s) WHERE t.id = %s AND t.version = %s - 1`,
		b.table, strings.Join(set, ","), strings.Join(params, ","), strings.Join(from, ","), id, version)
	b.texts.Store(key, text)
	return text
}

// arrays adds the columns of rows to args.
func (b *bulk) arrays(ctx context.Context, args []any, rows reflect.Value) ([]any, error) {
	for i, f := range b.fields {
		values, err := column(ctx, f, arrayFor(b.types[i]), rows)
		if err != nil {
			return nil, err
		}
		args = append(args, values)
	}
	return args, nil
}

// run executes a statement as it is, and collects the ids it returns.
func (s *Store) run(db *gorm.DB, query string, args []any, returned []*[]desk.ID) error {
	s.stats.n.Add(1)
	ctx := db.Statement.Context
	if len(returned) == 0 {
		_, err := db.Statement.ConnPool.ExecContext(ctx, query, args...)
		return err
	}
	rows, err := db.Statement.ConnPool.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id desk.ID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		*returned[0] = append(*returned[0], id)
	}
	return rows.Err()
}

// bulkOf is how rows of a type are written.
func (s *Store) bulkOf(ctx context.Context, row reflect.Type) (*bulk, error) {
	if b, known := s.bulks.made.Load(bulkKey{row: row}); known {
		return b.(*bulk), nil
	}
	stmt := &gorm.Statement{DB: s.writer}
	if err := stmt.Parse(reflect.New(row).Interface()); err != nil {
		return nil, err
	}
	b := &bulk{table: stmt.Schema.Table}
	types := map[string]string{}
	if s.pg {
		var found []struct{ ColumnName, UdtName string }
		err := s.reader.WithContext(ctx).Raw("SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?", stmt.Schema.Table).Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			types[c.ColumnName] = c.UdtName
		}
	}
	var names []string
	for _, f := range stmt.Schema.Fields {
		if f.DBName == "" {
			continue
		}
		b.fields = append(b.fields, f)
		b.types = append(b.types, types[f.DBName])
		names = append(names, `"`+f.DBName+`"`)
	}
	b.insert = fmt.Sprintf(`INSERT INTO "%s" (%s) `, stmt.Schema.Table, strings.Join(names, ","))
	s.bulks.made.Store(bulkKey{row: row}, b)
	return b, nil
}

// bulkOfColumns is how some columns of rows of a type are updated.
func (s *Store) bulkOfColumns(ctx context.Context, row reflect.Type, columns []string) (*bulk, error) {
	key := bulkKey{row, strings.Join(columns, ",")}
	if b, known := s.bulks.made.Load(key); known {
		return b.(*bulk), nil
	}
	all, err := s.bulkOf(ctx, row)
	if err != nil || len(columns) == 0 {
		return all, err
	}
	b := &bulk{table: all.table}
	for i, f := range all.fields {
		if slices.Contains(columns, f.DBName) {
			b.fields, b.types = append(b.fields, f), append(b.types, all.types[i])
		}
	}
	s.bulks.made.Store(key, b)
	return b, nil
}

func (b *bulk) conflict(on string) string {
	switch on {
	case "":
		return ""
	case "next":
		set := make([]string, 0, len(b.fields))
		for _, f := range b.fields {
			if f.DBName != "id" {
				set = append(set, fmt.Sprintf(`"%s"=excluded."%s"`, f.DBName, f.DBName))
			}
		}
		on = fmt.Sprintf(`("id") DO UPDATE SET %s WHERE "%s".version = excluded.version - 1 RETURNING id`, strings.Join(set, ","), b.table)
	}
	return " ON CONFLICT " + on
}

// arrayFor is the type that a column travels as: what has no simple form in Go
// goes as text, and the database reads it.
func arrayFor(udt string) string {
	switch udt {
	case "int8", "int4", "int2":
		return "int8"
	case "bool", "float8", "bytea":
		return udt
	}
	return "text"
}

// column collects one column of all rows as a slice that pgx sends as an array.
func column(ctx context.Context, f *schema.Field, array string, rows reflect.Value) (any, error) {
	n := rows.Len()
	switch array {
	case "int8":
		out := make([]int64, n)
		for i := range out {
			v := f.ReflectValueOf(ctx, rows.Index(i))
			if at, ok := v.Addr().Interface().(*time.Time); ok {
				out[i] = micros(*at)
			} else {
				out[i] = v.Int()
			}
		}
		return out, nil
	case "bool":
		out := make([]bool, n)
		for i := range out {
			out[i] = f.ReflectValueOf(ctx, rows.Index(i)).Bool()
		}
		return out, nil
	case "float8":
		out := make([]float64, n)
		for i := range out {
			out[i] = f.ReflectValueOf(ctx, rows.Index(i)).Float()
		}
		return out, nil
	case "bytea":
		out := make([][]byte, n)
		for i := range out {
			out[i] = f.ReflectValueOf(ctx, rows.Index(i)).Bytes()
		}
		return out, nil
	}
	return texts(ctx, f, rows)
}

// texts is a column of texts, ids and JSON; nil is NULL.
func texts(ctx context.Context, f *schema.Field, rows reflect.Value) (any, error) {
	out := make([]*string, rows.Len())
	for i := range out {
		v := f.ReflectValueOf(ctx, rows.Index(i))
		if f.Serializer == nil {
			text := v.String()
			out[i] = &text
			continue
		}
		value, err := f.Serializer.Value(ctx, f, rows.Index(i), v.Interface())
		if err != nil {
			return nil, err
		}
		switch text := value.(type) {
		case nil:
		case string:
			out[i] = &text
		default:
			return nil, fmt.Errorf("column %s: %T is not text", f.DBName, value)
		}
	}
	return out, nil
}

// oneOf is a condition that holds where column is one of ids, with the same
// text for any number of them.
func (s *Store) oneOf(column string, ids []desk.ID) (condition string, arg any) {
	if s.pg {
		return column + " = ANY(?::uuid[])", pgArray(ids)
	}
	return column + " IN (SELECT value FROM json_each(?))", jsonArray(ids)
}

// pairsOf is a condition that holds where two columns, an id and a text, are a
// pair of two lists: its parameters are list of each.
func (s *Store) pairsOf(id, text string) string {
	if s.pg {
		return "(" + id + ", " + text + ") IN (SELECT * FROM unnest(?::uuid[], ?::text[]))"
	}
	return "(" + id + ", " + text + ") IN (SELECT i.value, t.value FROM json_each(?) i JOIN json_each(?) t ON t.key = i.key)"
}

// list is a parameter that stands for many texts.
func (s *Store) list(texts []string) string {
	if s.pg {
		return pgArray(texts)
	}
	return jsonArray(texts)
}

// pgArray writes a list as PostgreSQL reads arrays.
func pgArray(list []string) string {
	b := make([]byte, 0, 40*len(list)+2)
	b = append(b, '{')
	for i, text := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		for j := range len(text) {
			if text[j] == '"' || text[j] == '\\' {
				b = append(b, '\\')
			}
			b = append(b, text[j])
		}
		b = append(b, '"')
	}
	return string(append(b, '}'))
}

func jsonArray(list []string) string {
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings only
	}
	return string(b)
}
