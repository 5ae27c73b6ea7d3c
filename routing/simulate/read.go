package simulate

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"parley/desk"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// What a scenario may ask for at most: more is a typing mistake, or wants a
// machine of its own.
const (
	mostReplications = 10_000
	mostArrivals     = 100_000_000
	mostAgents       = 20_000
	mostClasses      = 1_000
	mostAtOnce       = 10_000
	mostFile         = 64 << 20 // bytes
)

// ReadScenario reads the file name in dir. What is wrong is said with line and field.
func ReadScenario(dir fs.FS, name string) (*Scenario, error) {
	text, err := readFile(dir, name)
	if err != nil {
		return nil, err
	}
	s, file, err := parse(name, text)
	if err != nil || file.text == "" {
		return s, err
	}
	if text, err = readFile(dir, path.Join(path.Dir(name), file.text)); err != nil {
		return nil, fmt.Errorf("%s:%d: arrivals_file: %w", name, file.line, err)
	}
	s.Recorded, err = s.readDay(file.text, text)
	return s, err
}

func readFile(dir fs.FS, name string) ([]byte, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	if err == nil && len(text) > mostFile {
		err = fmt.Errorf("%s is larger than %d MB", name, mostFile>>20)
	}
	return text, err
}

// place is a value with where it stood.
type place struct {
	text string
	line int
}

// parse reads the text of a scenario; file names its recorded day, if any.
func parse(name string, text []byte) (s *Scenario, file place, err error) {
	var doc, more yaml.Node
	from := yaml.NewDecoder(bytes.NewReader(text))
	if err := from.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, file, syntax(name, err)
	}
	if err := from.Decode(&more); err == nil {
		return nil, file, fmt.Errorf("%s: has more than one document; write one scenario a file", name)
	}
	r := &reader{file: name}
	s = &Scenario{}
	o := r.object(doc.Content[0], "")
	s.Name = o.text("name", "scenario")
	s.Seed = uint64(o.whole("seed", 1, 0, 1<<53))
	s.Replications = o.whole("replications", 20, 1, mostReplications)
	s.Arrivals = o.whole("arrivals", 100_000, 10, mostArrivals)
	s.Threshold = o.duration("threshold", 20*time.Second)
	s.Policy = o.policy("policy")
	s.Poll = o.duration("poll", 0)
	s.Reserve = o.whole("reserve", s.Policy.Reserve, 0, 1000)
	s.Places = o.whole("waiting_places", 0, 0, mostArrivals)
	file = place{o.text("arrivals_file", ""), o.line("arrivals_file")}
	s.Offers = readOffers(o.child("offers"))
	o.each("agents", func(g *object) { s.Groups = append(s.Groups, readGroup(g)) })
	var classes []*object
	o.each("classes", func(c *object) {
		s.Classes = append(s.Classes, readClass(c, file.text != ""))
		classes = append(classes, c)
	})
	o.end()
	if len(r.errs) == 0 { // else they would be said again in other words
		s.check(o, classes, file.text != "")
	}
	return s, file, r.err()
}

// syntax says where the file is no YAML: the reader's "line 3: …" with the name.
func syntax(name string, err error) error {
	words := strings.TrimPrefix(err.Error(), "yaml: ")
	if line, rest, found := strings.Cut(strings.TrimPrefix(words, "line "), ": "); found && strings.HasPrefix(words, "line ") {
		return fmt.Errorf("%s:%s: %s", name, line, rest)
	}
	return fmt.Errorf("%s: %s", name, words)
}

func readOffers(o *object) Offers {
	out := Offers{Ring: o.duration("ring", 0), Answer: o.duration("answer", 0), Decline: o.number("decline", 0, 0, 1),
		Miss: o.number("miss", 0, 0, 1), Away: o.duration("away", time.Minute)}
	switch {
	case o.node == nil:
		return Offers{}
	case out.Ring == 0:
		out.Ring = 20 * time.Second
	}
	if out.Decline+out.Miss >= 1 {
		o.fail("miss", "decline and miss are shares and must be less than 1 together")
	}
	if out.Answer > out.Ring {
		o.fail("answer", "must not be longer than ring, %s", out.Ring)
	}
	o.end()
	return out
}

func readGroup(o *object) Group {
	g := Group{Name: o.text("group", ""), Count: o.whole("count", 1, 0, mostAgents), Skills: o.levels("skills"), Concurrency: o.whole("concurrency", 1, 1, mostAtOnce)}
	g.Speed = o.numbers("speed")
	switch {
	case o.failed("speed") || o.failed("concurrency"):
	case len(g.Speed) == 0:
		for i := range g.Concurrency {
			g.Speed = append(g.Speed, float64(i+1))
		}
	case len(g.Speed) != g.Concurrency:
		o.fail("speed", "has %d numbers; it needs one for each of 1 to %d at once (concurrency)", len(g.Speed), g.Concurrency)
	case slices.ContainsFunc(g.Speed, func(v float64) bool { return v <= 0 || v > 1000 }):
		o.fail("speed", "each must be more than 0")
	}
	o.end()
	return g
}

func readClass(o *object, recorded bool) Class {
	c := Class{Name: o.text("name", ""), Needs: o.levels("needs"), Wishes: o.levels("wishes"), Priority: o.whole("priority", 0, -1_000_000, 1_000_000),
		Reserve: o.whole("reserve", -1, 0, 1000)}
	if c.Name == "" {
		o.fail("name", "is missing")
	}
	c.Handle = Duration{Mean: o.duration("handle", 0), Shape: o.shape("distribution"), CV: o.number("cv", 1, 0, 100)}
	if c.Handle.Mean <= 0 && !o.failed("handle") {
		o.fail("handle", "must be more than 0; write how long one conversation takes, like 300s")
	}
	c.Patience = Duration{Mean: o.duration("patience", 0), Shape: o.shape("patience_distribution"), CV: o.number("patience_cv", 1, 0, 100)}
	load, rate := o.number("load", 0, 0, 1e6), o.number("rate", 0, 0, 1e6)
	switch {
	case o.has("load") && o.has("rate"):
		o.fail("rate", "give load (erlangs) or rate (arrivals a second), not both")
	case o.has("load"):
		c.Rate = load / c.Handle.Mean.Seconds()
	default:
		c.Rate = rate
	}
	if !recorded && !o.has("load") && !o.has("rate") {
		o.fail("load", "is missing; give load (erlangs) or rate (arrivals a second)")
	}
	o.each("rings", func(o *object) {
		r := Ring{After: o.duration("after", 0), Relax: o.levelsFrom("relax", 0), Overflow: o.text("overflow", ""), Team: o.text("team", ""),
			Priority: o.whole("priority", 0, 0, 1000)}
		if n := len(c.Rings); n > 0 && r.After < c.Rings[n-1].After {
			o.fail("after", "must not be before the step above it, which comes after %s", c.Rings[n-1].After)
		}
		if len(r.Relax) == 0 && r.Overflow == "" && r.Team == "" && r.Priority == 0 {
			o.fail("after", "the step does nothing; give it relax, overflow, team or priority")
		}
		o.end()
		c.Rings = append(c.Rings, r)
	})
	if len(c.Rings) > desk.MaxRings {
		o.fail("rings", "there may be at most %d steps", desk.MaxRings)
	}
	o.end()
	return c
}

// check is for what concerns several fields.
func (s *Scenario) check(o *object, classes []*object, recorded bool) {
	if len(s.Groups) == 0 {
		o.fail("agents", "is missing; give at least one group")
	}
	if len(s.Classes) == 0 {
		o.fail("classes", "is missing; give at least one class")
	}
	if len(s.Classes) > mostClasses {
		o.fail("classes", "there may be at most %d", mostClasses)
	}
	n := 0
	for _, g := range s.Groups {
		n += g.Count
	}
	if n > mostAgents {
		o.fail("agents", "%d in all; there may be at most %d", n, mostAgents)
	}
	comes := recorded
	for i, c := range s.Classes {
		comes = comes || c.Rate > 0
		if slices.ContainsFunc(s.Classes[:i], func(p Class) bool { return p.Name == c.Name }) {
			classes[i].fail("name", "two are named %q", c.Name)
		}
		for _, r := range c.Rings {
			if r.Overflow != "" && s.class(r.Overflow) < 0 {
				classes[i].fail("rings", "overflow names the class %q, which there is not", r.Overflow)
			}
		}
		if !slices.ContainsFunc(s.Groups, func(g Group) bool { return g.Count > 0 && g.serves(&c) }) && len(s.Groups) > 0 {
			classes[i].fail("needs", "no agent has the skills for %q", c.Name)
		}
	}
	if !comes && len(s.Classes) > 0 {
		o.fail("classes", "nobody comes; give a load or rate of more than 0")
	}
}

// class finds a class by name; -1: there is none.
func (s *Scenario) class(name string) int {
	return slices.IndexFunc(s.Classes, func(c Class) bool { return c.Name == name })
}

// readDay reads a recorded day: a line each with class, seconds since the
// beginning, and if known how long it took and how long they would have waited.
func (s *Scenario) readDay(name string, text []byte) ([]Recorded, error) {
	rows := csv.NewReader(bytes.NewReader(text))
	rows.FieldsPerRecord, rows.TrimLeadingSpace, rows.Comment = -1, true, '#'
	var out []Recorded
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if n == 0 && row[0] == "class" {
			continue // a heading
		}
		line, _ := rows.FieldPos(0)
		fail := func(field, format string, args ...any) error {
			return fmt.Errorf("%s:%d: %s: %s", name, line, field, fmt.Sprintf(format, args...))
		}
		if len(row) < 2 || len(row) > 4 {
			return nil, fail("row", "needs class, at, and if known handle and patience")
		}
		r := Recorded{Class: slices.IndexFunc(s.Classes, func(c Class) bool { return c.Name == row[0] })}
		if r.Class < 0 {
			return nil, fail("class", "%q is not among the classes of the scenario", row[0])
		}
		for i, to := range []*time.Duration{&r.At, &r.Handle, &r.Patience}[:len(row)-1] {
			d, err := readDuration(row[i+1])
			if err != nil {
				return nil, fail([]string{"at", "handle", "patience"}[i], "%s", err)
			}
			*to = d
		}
		if len(out) == mostArrivals {
			return nil, fail("row", "there may be at most %d", mostArrivals)
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: has no customers", name)
	}
	slices.SortStableFunc(out, func(a, b Recorded) int { return int(min(1, max(-1, a.At-b.At))) })
	return out, nil
}

// readDuration reads 300s, 5m or a number of seconds; nothing is 0.
func readDuration(text string) (time.Duration, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if seconds, e := strconv.ParseFloat(text, 64); e == nil && seconds >= 0 && seconds < 1e9 {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < 0 || d > 1e9*time.Second {
		return 0, fmt.Errorf("%q is not a duration; write it like 300s, 5m or 1h30m", text)
	}
	return d, nil
}
