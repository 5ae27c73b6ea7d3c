package simulate

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"parley/desk"
	"parley/routing"
)

// reader collects what is wrong with a file.
type reader struct {
	file string
	errs []error
}

const mostErrors = 10

func (r *reader) fail(line int, field, format string, args ...any) {
	if len(r.errs) < mostErrors {
		r.errs = append(r.errs, fmt.Errorf("%s:%d: %s: %s", r.file, line, field, fmt.Sprintf(format, args...)))
	}
}

func (r *reader) err() error { return errors.Join(r.errs...) }

// object is a mapping of the file, read field by field. A nil node reads as an
// empty one.
type object struct {
	r      *reader
	path   string
	node   *yaml.Node
	fields map[string]*yaml.Node
	lines  map[string]int
	known  []string
	bad    []string // fields with something wrong
}

func (r *reader) object(n *yaml.Node, path string) *object {
	o := &object{r: r, path: path, node: n, fields: map[string]*yaml.Node{}, lines: map[string]int{}}
	if n == nil {
		return o
	}
	if n.Kind != yaml.MappingNode {
		what := path
		if what == "" {
			what = "the file"
		}
		r.fail(n.Line, what, "must have fields, like name: value")
		return o
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if _, twice := o.fields[k.Value]; twice {
			r.fail(k.Line, o.named(k.Value), "is there twice")
		}
		o.fields[k.Value], o.lines[k.Value] = v, k.Line
	}
	return o
}

func (o *object) named(field string) string {
	if o.path == "" {
		return field
	}
	return o.path + "." + field
}

func (o *object) line(field string) int {
	if n, there := o.lines[field]; there {
		return n
	}
	if o.node != nil {
		return o.node.Line
	}
	return 1
}

func (o *object) fail(field, format string, args ...any) {
	o.bad = append(o.bad, field)
	o.r.fail(o.line(field), o.named(field), format, args...)
}

// failed tells whether something is wrong with a field already.
func (o *object) failed(field string) bool { return slices.Contains(o.bad, field) }

func (o *object) has(field string) bool { return o.fields[field] != nil }

// get notes that a field is known, and gives its value if it has one.
func (o *object) get(field string) *yaml.Node {
	o.known = append(o.known, field)
	n := o.fields[field]
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	if n.Kind == yaml.AliasNode {
		o.fail(field, "is a reference to another place; write the value here")
		return nil
	}
	return n
}

// scalar is a field's text; ok is false when it is missing or no single value.
func (o *object) scalar(field string) (text string, ok bool) {
	n := o.get(field)
	if n == nil {
		return "", false
	}
	if n.Kind != yaml.ScalarNode {
		o.fail(field, "must be a single value")
		return "", false
	}
	return n.Value, true
}

func (o *object) text(field, otherwise string) string {
	if s, ok := o.scalar(field); ok {
		return desk.CleanText(s, 200)
	}
	return otherwise
}

func (o *object) number(field string, otherwise, least, most float64) float64 {
	s, ok := o.scalar(field)
	if !ok {
		return otherwise
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || v < least || v > most {
		o.fail(field, "%q must be a number from %v to %v", s, least, most)
		return otherwise
	}
	return v
}

func (o *object) whole(field string, otherwise, least, most int) int {
	s, ok := o.scalar(field)
	if !ok {
		return otherwise
	}
	v, err := strconv.Atoi(strings.ReplaceAll(s, "_", ""))
	if f, isNumber := strconv.ParseFloat(s, 64); err != nil && isNumber == nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53 {
		v, err = int(f), nil // 1e5
	}
	if err != nil || v < least || v > most {
		o.fail(field, "%q must be a whole number from %d to %d", s, least, most)
		return otherwise
	}
	return v
}

func (o *object) duration(field string, otherwise time.Duration) time.Duration {
	s, ok := o.scalar(field)
	if !ok {
		return otherwise
	}
	d, err := readDuration(s)
	if err != nil {
		o.fail(field, "%s", err)
	}
	return d
}

func (o *object) policy(field string) routing.Policy {
	s, _ := o.scalar(field)
	p, err := routing.ParsePolicy(s)
	if err != nil {
		var e *desk.Error
		if errors.As(err, &e) {
			o.fail(field, "%s", e.Message)
		} else {
			o.fail(field, "%s", err)
		}
	}
	return p
}

func (o *object) shape(field string) Shape {
	s, ok := o.scalar(field)
	if !ok {
		return Exponential
	}
	switch Shape(s) {
	case Exponential, Deterministic, Lognormal:
		return Shape(s)
	}
	o.fail(field, "%q is not a distribution; use %s, %s or %s", s, Exponential, Deterministic, Lognormal)
	return Exponential
}

// levels reads skills with their levels, {german: 3}.
func (o *object) levels(field string) map[string]int { return o.levelsFrom(field, 1) }

// levelsFrom reads skills with levels from least on.
func (o *object) levelsFrom(field string, least int) map[string]int {
	out := map[string]int{}
	n := o.get(field)
	if n == nil {
		return out
	}
	skills := o.r.object(n, o.named(field))
	for _, name := range slices.Sorted(maps.Keys(skills.fields)) {
		out[name] = skills.whole(name, 1, least, 5)
	}
	return out
}

func (o *object) numbers(field string) []float64 {
	n := o.get(field)
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		o.fail(field, "must be a list of numbers, like [1, 1.7, 2.1]")
		return nil
	}
	var out []float64
	for _, e := range n.Content {
		v, err := strconv.ParseFloat(e.Value, 64)
		if err != nil || math.IsNaN(v) {
			o.fail(field, "%q is not a number", e.Value)
		}
		out = append(out, v)
	}
	return out
}

// child reads a field that has fields of its own.
func (o *object) child(field string) *object { return o.r.object(o.get(field), o.named(field)) }

// each reads a list of such.
func (o *object) each(field string, read func(*object)) {
	n := o.get(field)
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		o.fail(field, "must be a list, each entry beginning with -")
		return
	}
	for i, e := range n.Content {
		if len(o.r.errs) >= mostErrors {
			return
		}
		read(o.r.object(e, fmt.Sprintf("%s[%d]", o.named(field), i)))
	}
}

// end refuses fields that nobody asked for.
func (o *object) end() {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		if !slices.Contains(o.known, name) {
			o.fail(name, "is not known here; there are %s", strings.Join(o.known, ", "))
		}
	}
}
