package rules

import (
	"fmt"
	"strconv"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"parley/desk"
)

// Result is how a rule came out on facts.
type Result string

const (
	Matched    Result = "matched"
	NotMatched Result = "not_matched"
	Failed     Result = "failed"
	Off        Result = "off" // not enabled
)

// Verdict is what one rule said in a trial.
type Verdict struct {
	ID      desk.ID  `json:"id"`
	Name    string   `json:"name"`
	Result  Result   `json:"result" enum:"matched,not_matched,failed,off"`
	Decides bool     `json:"decides" doc:"It is the first that matched"`
	Reached bool     `json:"reached" doc:"No rule before it matched"`
	Error   string   `json:"error,omitempty" doc:"Why it failed"`
	Mistake *Mistake `json:"mistake,omitempty" doc:"Why it does not compile"`
	Steps   []Step   `json:"steps" doc:"The parts of its condition"`
}

// Step is a part of a condition with what it came to.
type Step struct {
	Text   string  `json:"text"`
	Result Result  `json:"result" enum:"matched,not_matched,failed"`
	Values []Value `json:"values" doc:"What the names in it were"`
	Error  string  `json:"error,omitempty"`
}

// Value is a name of an expression and what it was.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Trial is a rule set tried on facts: what each rule said, and what comes of it.
type Trial struct {
	Decision desk.RuleDecision
	Verdicts []Verdict
}

// Try evaluates every rule of a draft, also those behind the one that decides.
func Try(list []desk.Rule, f *desk.RuleFacts, zone *time.Location, known Known) Trial {
	var out Trial
	seen := see(f, zone)
	for _, r := range list {
		v := Verdict{ID: r.ID, Name: r.Name, Reached: out.Decision.Match == nil, Result: Off, Steps: []Step{}}
		if c, p := compile(r.When, known); p != nil {
			v.Mistake = p
			if r.Enabled {
				v.Result, v.Error = Failed, p.String()
			}
		} else {
			ready := rule{Rule: r, program: c.program}
			yes, err := ready.eval(seen, f)
			v.Steps = steps(r.When, seen)
			if r.Enabled {
				v.Result, v.Error = outcome(yes, err)
			}
		}
		match := desk.RuleMatch{ID: r.ID, Name: r.Name}
		switch {
		case v.Result == Matched && v.Reached:
			v.Decides = true
			out.Decision.Match, out.Decision.Then = &match, r.Then
		case v.Result == Failed && v.Reached:
			out.Decision.Failed = append(out.Decision.Failed, desk.RuleFailure{RuleMatch: match, Error: v.Error})
		}
		out.Verdicts = append(out.Verdicts, v)
	}
	return out
}

func outcome(yes bool, err error) (Result, string) {
	switch {
	case err != nil:
		return Failed, err.Error()
	case yes:
		return Matched, ""
	}
	return NotMatched, ""
}

// steps evaluates the parts that and, or and not join, each by itself.
func steps(when string, seen *facts) []Step {
	tree, err := parser.Parse(when)
	if err != nil {
		return []Step{}
	}
	out := []Step{}
	for _, n := range parts(tree.Node, nil) {
		s := Step{Text: n.String(), Values: []Value{}}
		v, err := evaluate(n, seen)
		yes, _ := v.(bool)
		s.Result, s.Error = outcome(yes, err)
		for _, name := range names(n) {
			if v, err := evaluate(name, seen); err == nil {
				s.Values = append(s.Values, Value{name.String(), show(v)})
			}
		}
		out = append(out, s)
	}
	return out
}

// parts lists what and, or and not join, in the order it is written.
func parts(n ast.Node, to []ast.Node) []ast.Node {
	switch x := n.(type) {
	case *ast.BinaryNode:
		switch x.Operator {
		case "and", "&&", "or", "||":
			return parts(x.Right, parts(x.Left, to))
		}
	case *ast.UnaryNode:
		if x.Operator == "not" || x.Operator == "!" {
			return parts(x.Node, to)
		}
	}
	return append(to, n)
}

// names finds what a part reads: contact.language, open("Support"), tags.
func names(n ast.Node) []ast.Node {
	f := &finder{seen: map[string]bool{}}
	f.find(n)
	return f.out
}

type finder struct {
	seen map[string]bool
	out  []ast.Node
}

func (f *finder) find(n ast.Node) {
	switch x := n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.CallNode, *ast.ChainNode:
		if _, anything := ast.Find(n, func(m ast.Node) bool { _, p := m.(*ast.PointerNode); return p }).(*ast.PointerNode); anything {
			return // inside a condition over a list
		}
		if text := n.String(); !f.seen[text] {
			f.seen[text] = true
			f.out = append(f.out, n)
		}
	case *ast.BinaryNode:
		f.find(x.Left)
		f.find(x.Right)
	case *ast.UnaryNode:
		f.find(x.Node)
	case *ast.BuiltinNode:
		for _, a := range x.Arguments {
			if _, condition := a.(*ast.PredicateNode); !condition {
				f.find(a)
			}
		}
	case *ast.ConditionalNode:
		f.find(x.Cond)
		f.find(x.Exp1)
		f.find(x.Exp2)
	case *ast.ArrayNode:
		for _, a := range x.Nodes {
			f.find(a)
		}
	}
}

// evaluate runs a part of an expression that compiled as a whole.
func evaluate(n ast.Node, seen *facts) (any, error) {
	p, err := expr.Compile(n.String(), expr.Env(facts{}), expr.MaxNodes(maxNodes))
	if err != nil {
		return nil, err
	}
	return run(p, seen)
}

// show is a value as somebody would write it in an expression, cut when long.
func show(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(desk.Truncate(v, 120))
	case []string:
		return desk.Truncate(fmt.Sprintf("%q", v), 200)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return desk.Truncate(fmt.Sprint(v), 120)
}
