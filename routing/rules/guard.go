package rules

import (
	"fmt"
	"regexp/syntax"
	"slices"

	"github.com/expr-lang/expr/ast"

	"parley/desk"
)

// Known is what names in expressions can be checked against; nil lists are not.
type Known struct {
	Queues  []string
	Inboxes []string // names, as in webhook addresses
}

// maxPattern bounds the work of one rule's patterns: instructions of Go's
// regular expressions, which take time in proportion to them and to the text.
const maxPattern = 1000

// guard refuses, while an expression compiles, what would make its cost grow
// beyond a small bound, and values that can never be.
type guard struct {
	known   Known
	found   *finding
	pattern int  // instructions so far
	company bool // something of the company is named
}

// finding is a refusal at a place given by character offsets.
type finding struct {
	from, to        int
	message, remedy string
}

func (g *guard) refuse(n ast.Node, message, remedy string) {
	if g.found == nil || n.Location().From < g.found.from {
		g.found = &finding{n.Location().From, n.Location().To, message, remedy}
	}
}

// Visit is called for each node, inner ones first.
func (g *guard) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if n.Value == "$env" {
			g.refuse(n, "$env is not available in rules", "name what you need, such as contact.language")
		}
		g.company = g.company || n.Value == "company"
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		g.refuse(n, "variables and several statements are not available in rules", "write one condition; join parts with and, or, not")
	case *ast.BuiltinNode:
		g.builtin(n)
	case *ast.CallNode:
		g.call(n)
	case *ast.BinaryNode:
		g.binary(n)
	}
}

func (g *guard) builtin(n *ast.BuiltinNode) {
	for _, arg := range n.Arguments {
		p, ok := arg.(*ast.PredicateNode)
		if !ok {
			continue
		}
		inner := ast.Find(p.Node, func(x ast.Node) bool { _, nested := x.(*ast.PredicateNode); return nested })
		if inner != nil {
			g.refuse(n, "a condition over a list cannot hold another one", "join two conditions with and, or, not instead")
		}
	}
}

func (g *guard) call(n *ast.CallNode) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || name.Value != "open" || len(n.Arguments) != 1 {
		return
	}
	arg, ok := n.Arguments[0].(*ast.StringNode)
	if !ok {
		g.refuse(n, "open takes the name of a queue in quotes", `write it like open("Support")`)
		return
	}
	g.oneOf(arg, "queue", g.known.Queues)
}

func (g *guard) binary(n *ast.BinaryNode) {
	switch n.Operator {
	case "..":
		g.refuse(n, "ranges are not available in rules", "compare with >= and <= instead")
	case "matches":
		g.matches(n)
	case "==", "!=":
		g.compared(n.Left, n.Right)
		g.compared(n.Right, n.Left)
	case "in":
		if list, ok := n.Right.(*ast.ArrayNode); ok {
			for _, v := range list.Nodes {
				g.compared(n.Left, v)
			}
		}
	}
}

func (g *guard) matches(n *ast.BinaryNode) {
	pattern, ok := n.Right.(*ast.StringNode)
	if !ok {
		g.refuse(n, "the pattern of matches must be written out in quotes", `write it like text matches "order [0-9]+"`)
		return
	}
	parsed, err := syntax.Parse(pattern.Value, syntax.Perl)
	if err != nil {
		g.refuse(pattern, "the pattern cannot be read: "+err.Error(), `a backslash is written twice; contains, startsWith and endsWith need no pattern`)
		return
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		g.refuse(pattern, "the pattern cannot be read: "+err.Error(), "make it simpler")
		return
	}
	if g.pattern += len(program.Inst); g.pattern > maxPattern {
		g.refuse(pattern, "the patterns of this rule are too large", "shorten them, or their counts in braces, or split the rule in two")
	}
}

// compared looks at a literal beside a name whose values are known.
func (g *guard) compared(name, value ast.Node) {
	literal, ok := value.(*ast.StringNode)
	if !ok {
		return
	}
	switch path(name) {
	case "channel":
		g.oneOf(literal, "channel", channels())
	case "time.weekday":
		g.oneOf(literal, "weekday", weekdays)
	case "inbox.name":
		g.oneOf(literal, "inbox", g.known.Inboxes)
	}
}

func (g *guard) oneOf(literal *ast.StringNode, what string, values []string) {
	if values == nil || slices.Contains(values, literal.Value) {
		return
	}
	remedy := "it can be " + listed(values)
	if near := nearest(literal.Value, values); near != "" {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	g.refuse(literal, fmt.Sprintf("there is no %s %q", what, desk.Truncate(literal.Value, 60)), remedy)
}

// path is the dotted name a node reads, or "".
func path(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		of, field := path(n.Node), ""
		if s, ok := n.Property.(*ast.StringNode); ok {
			field = s.Value
		}
		if of != "" && field != "" {
			return of + "." + field
		}
	case *ast.ChainNode:
		return path(n.Node)
	}
	return ""
}
