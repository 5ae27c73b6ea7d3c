package rules

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/file"

	"parley/desk"
)

// Mistake says what is wrong with an expression, where, and what to do.
type Mistake struct {
	Line    int    `json:"line" doc:"From 1"`
	Column  int    `json:"column" doc:"From 1, in characters"`
	From    int    `json:"from" doc:"Where it begins: characters from the start"`
	To      int    `json:"to" doc:"Where it ends"`
	Message string `json:"message"`
	Remedy  string `json:"remedy" doc:"What to do"`
}

// String is the mistake in one line.
func (p *Mistake) String() string {
	return fmt.Sprintf("line %d, column %d: %s: %s", p.Line, p.Column, p.Message, p.Remedy)
}

// Check says what is wrong with an expression; nil: nothing.
func Check(when string, known Known) *Mistake {
	_, p := compile(when, known)
	return p
}

func (f *finding) place(when string) *Mistake {
	p := &Mistake{From: f.from, To: f.to, Message: f.message, Remedy: f.remedy}
	p.locate(when)
	return p
}

// locate counts lines and columns to From, and keeps both ends inside the text.
func (p *Mistake) locate(when string) {
	n := utf8.RuneCountInString(when)
	p.From = min(max(p.From, 0), n)
	p.To = min(max(p.To, p.From), n)
	p.Line, p.Column = 1, 1
	at := 0
	for _, r := range when {
		if at == p.From {
			return
		}
		at++
		p.Column++
		if r == '\n' {
			p.Line, p.Column = p.Line+1, 1
		}
	}
}

// advice maps what expr says to words for people; $1 is the group's text.
type advice struct {
	says    *regexp.Regexp
	message string // "" keeps expr's
	remedy  string
}

var advices = []advice{
	{regexp.MustCompile(`^unexpected token Operator\("="\)`), "a single = compares nothing", "write == to compare"},
	{regexp.MustCompile(`^unexpected token Operator\("&"\)`), "& is no operator here", "write and"},
	{regexp.MustCompile(`^unexpected token Operator\("\|"\)`), "| is no operator here", "write or"},
	{regexp.MustCompile(`^unexpected token Identifier\("(AND|OR|NOT|IN|And|Or|Not)"\)`), "$1 must be in lower case", "write and, or, not, in"},
	{regexp.MustCompile(`^unexpected token EOF`), "the condition ends too early", "something is missing at the end: a value, a quote or a closing bracket"},
	{regexp.MustCompile(`^unexpected token Bracket\("(.)"\)`), "there is a $1 too many", "take it out, or put its other half before it"},
	{regexp.MustCompile(`^unexpected token \w+\("?(.*?)"?\)`), "$1 is not expected here", "join conditions with and, or, not; put text in quotes"},
	{regexp.MustCompile(`^unrecognized character: .*['"“”‘’„]`), "this quotation mark is not read as one", `write straight quotes: "`},
	{regexp.MustCompile(`^unrecognized character: \S+ '(.*)'`), "the character $1 means nothing here", "put text in quotes"},
	{regexp.MustCompile(`^literal not terminated`), "the text has no closing quote", "put the same quote at its end"},
	{regexp.MustCompile(`operation: contains \(mismatched types \[\]`), "contains looks into text, and this is a list", `write "…" in tags`},
	{regexp.MustCompile(`operation: in \(mismatched types string and string\)`), "in looks into a list, and this is text", `write a list like ["a", "b"], or use contains`},
	{regexp.MustCompile(`operation: (==|!=) \(mismatched types bool and string\)`), "a yes/no value is compared with text", "leave out the comparison, or write true or false without quotes"},
	{regexp.MustCompile(`operation: (\S+) \(mismatched types (\S+) and (\S+)\)`), "$2 and $3 do not go together with $1", "both sides must be of one kind: numbers without quotes, text in quotes"},
	{regexp.MustCompile(`operation: (not|!) \(mismatched type (\S+)\)`), "$1 needs a condition, and this is $2", `compare it first: not (channel == "sms")`},
	{regexp.MustCompile(`operation: (\S+) \(mismatched type (\S+)\)`), "$1 does not go with $2", "it needs a number"},
	{regexp.MustCompile(`^cannot use (\S+) as argument \(type (\S+)\) to call (\S+)`), "$3 takes $2, and this is $1", "give it a value of that kind"},
	{regexp.MustCompile(`^(too many|not enough) arguments to call (\S+)`), "$2 is given $1 values", "see how it is used in the list of names"},
	{regexp.MustCompile(`^expected bool, but got (\S+)`), "this is $1, not a condition", "compare it with something, so that it is true or false"},
	{regexp.MustCompile(`^non-bool expression \(type (\S+)\) used as condition`), "$1 is no condition", "compare it with something"},
	{regexp.MustCompile(`exceeds maximum allowed nodes`), "the condition is too long", "split it into several rules"},
	{regexp.MustCompile(`^invalid operation: (?:int|float)\((.*)\)`), "“$1” is no number", `check the field first, like contact.fields["seats"] matches "^[0-9]+$"`},
	{regexp.MustCompile(`index out of range: (-?\d+)`), "the list has no entry $1", "look with any or in instead of by number"},
	{regexp.MustCompile(`divide by zero|division by zero`), "a number is divided by zero", "compare the divisor with 0 first"},
}

var (
	unknownName  = regexp.MustCompile(`^unknown name (\S+)`)
	unknownField = regexp.MustCompile(`^type (\S+) has no (?:field|method) (\S+)`)
	goType       = regexp.MustCompile(`\[\]string|map\[string\]string|rules\.\w+|\bstring\b|\bfloat64\b|\bint\b|\bbool\b|func\([^)]*\) \([^)]*\)|\bunknown\b`)
)

// explain puts an error of the compiler into words with a place and a remedy.
func explain(when string, err error, known Known) *Mistake {
	p := &Mistake{To: utf8.RuneCountInString(when), Message: err.Error()}
	var at *file.Error
	if errors.As(err, &at) {
		p.From, p.To, p.Message = at.From, at.To, at.Message
	}
	p.Message, _, _ = strings.Cut(p.Message, "\n")
	p.locate(when)
	if m := unknownName.FindStringSubmatch(p.Message); m != nil {
		p.unknown(m[1], known)
		return p
	}
	if m := unknownField.FindStringSubmatch(p.Message); m != nil {
		p.field(m[1], m[2])
		return p
	}
	for _, a := range advices {
		m := a.says.FindStringSubmatchIndex(p.Message)
		if m == nil {
			continue
		}
		if a.message != "" {
			p.Message = kinds(string(a.says.ExpandString(nil, a.message, p.Message, m)))
		}
		p.Remedy = a.remedy
		return p
	}
	p.Message, p.Remedy = kinds(p.Message), "compare it with the examples in the list of names"
	return p
}

// unknown helps with a name that nothing has.
func (p *Mistake) unknown(name string, known Known) {
	p.Message = fmt.Sprintf("unknown name %s", desk.Truncate(name, 60))
	if _, there := builtin.Index[name]; there {
		p.Message, p.Remedy = name+" is not available in rules", "the list of names says what is"
		return
	}
	roots := []string{"true", "false"}
	for _, n := range append(Names(known), Functions()...) {
		root, field, _ := strings.Cut(n.Name, ".")
		roots = desk.AddTags(roots, root)
		if field == name { // vip for contact.vip
			p.Remedy = fmt.Sprintf("did you mean %s?", n.Name)
		}
	}
	if near := nearest(name, roots); near != "" {
		p.Remedy = fmt.Sprintf("did you mean %s?", near)
	}
	if p.Remedy == "" {
		p.Remedy = "text stands in quotes; the list of names says what can be used"
	}
}

// field helps with a field that its thing does not have.
func (p *Mistake) field(of, name string) {
	thing := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(of, "*"), "rules."), "Facts")
	var fields []string
	for _, n := range Names(Known{}) {
		if root, field, dotted := strings.Cut(n.Name, "."); dotted && root == thing {
			fields = append(fields, field)
		}
	}
	if fields == nil {
		p.Message, p.Remedy = fmt.Sprintf("%s has nothing named %s", kinds(of), desk.Truncate(name, 60)), "compare it as it is"
		return
	}
	p.Message = fmt.Sprintf("%s has no %s", thing, desk.Truncate(name, 60))
	p.Remedy = "it has " + listed(fields)
	if near := nearest(name, fields); near != "" {
		p.Remedy = fmt.Sprintf("did you mean %s.%s?", thing, near)
	} else if thing == "contact" {
		p.Remedy = fmt.Sprintf("your own fields are written contact.fields[%q]; it has %s", name, listed(fields))
	}
}

// kinds says types as people do.
func kinds(s string) string {
	return goType.ReplaceAllStringFunc(s, func(t string) string {
		switch {
		case t == "string":
			return "text"
		case t == "int" || t == "float64":
			return "a number"
		case t == "bool":
			return "a yes/no value"
		case t == "[]string":
			return "a list"
		case strings.HasPrefix(t, "map["):
			return "a set of fields"
		case strings.HasPrefix(t, "func"):
			return "a function"
		case t == "unknown":
			return "something unknown"
		}
		return "the whole " + strings.TrimSuffix(strings.TrimPrefix(t, "rules."), "Facts")
	})
}

// plain is a failure at run time in one line.
func plain(err error) string {
	var at *file.Error
	message := err.Error()
	if errors.As(err, &at) {
		message = at.Message
	}
	message, _, _ = strings.Cut(message, "\n")
	for _, a := range advices {
		if m := a.says.FindStringSubmatchIndex(message); m != nil && a.message != "" {
			said := kinds(string(a.says.ExpandString(nil, a.message, message, m)))
			return desk.Truncate(said, 100) + ": " + a.remedy
		}
	}
	return desk.Truncate(message, 200)
}
