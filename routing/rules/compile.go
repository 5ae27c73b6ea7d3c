package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"parley/desk"
)

const (
	// maxWhen is the longest expression, in bytes.
	maxWhen = 2000
	// maxNodes is how many names, values and operators one expression may have.
	maxNodes = 300
	// maxMemory is how many values one evaluation may make.
	maxMemory = 10_000
)

// Rules is a set made ready to decide. It is safe for concurrent use.
type Rules struct {
	set     desk.RuleSet
	zone    *time.Location
	rules   []rule // the enabled ones, in order
	company bool
}

type rule struct {
	desk.Rule
	program *vm.Program
	broken  string // why there is no program
}

// Compile makes a set ready, with times in the zone. A rule that does not
// compile (saved by an older version of Parley) fails each time it is reached.
func Compile(set desk.RuleSet, zone *time.Location) *Rules {
	out := &Rules{set: set, zone: zone}
	for _, r := range set.Rules {
		if !r.Enabled {
			continue
		}
		c, p := compile(r.When, Known{})
		ready := rule{Rule: r}
		if p != nil {
			ready.broken = p.Message
		} else {
			ready.program = c.program
			out.company = out.company || c.company
		}
		out.rules = append(out.rules, ready)
	}
	return out
}

// Any tells whether there is anything to decide.
func (r *Rules) Any() bool { return len(r.rules) > 0 }

// NeedsCompany tells whether some rule looks at the contact's company.
func (r *Rules) NeedsCompany() bool { return r.company }

// Decide gives what the first matching rule says.
func (r *Rules) Decide(f *desk.RuleFacts) desk.RuleDecision {
	seen := see(f, r.zone)
	var out desk.RuleDecision
	for _, one := range r.rules {
		match := desk.RuleMatch{ID: one.ID, Name: one.Name, Version: r.set.Version}
		yes, err := one.eval(seen, f)
		if err != nil {
			out.Failed = append(out.Failed, desk.RuleFailure{RuleMatch: match, Error: err.Error()})
			continue
		}
		if yes {
			out.Match, out.Then = &match, one.Then
			return out
		}
	}
	return out
}

func (r *rule) eval(seen *facts, f *desk.RuleFacts) (bool, error) {
	if r.program == nil {
		return false, fmt.Errorf("does not compile: %s", r.broken)
	}
	if id := r.Then.QueueID; id != "" && f.Queues[id] == nil {
		return false, fmt.Errorf("the queue it sends to is gone")
	}
	v, err := run(r.program, seen)
	if err != nil {
		return false, err
	}
	yes, _ := v.(bool)
	return yes, nil
}

// run evaluates within the memory limit; expr turns panics into errors.
func run(p *vm.Program, seen *facts) (any, error) {
	machine := vm.VM{MemoryBudget: maxMemory}
	v, err := machine.Run(p, seen)
	if err != nil {
		return nil, fmt.Errorf("%s", plain(err))
	}
	return v, nil
}

// compiled is one expression made ready.
type compiled struct {
	program *vm.Program
	company bool
}

// compile makes an expression ready, or says what is wrong with it, where, and
// what to do.
func compile(when string, known Known) (*compiled, *Mistake) {
	if strings.TrimSpace(when) == "" {
		return nil, &Mistake{Line: 1, Column: 1, Message: "the condition is empty", Remedy: `write when the rule applies, such as channel == "whatsapp", or true for always`}
	}
	if len(when) > maxWhen {
		return nil, &Mistake{Line: 1, Column: 1, Message: fmt.Sprintf("the condition has %d characters; at most %d are taken", len(when), maxWhen),
			Remedy: "split it into several rules"}
	}
	guard := &guard{known: known}
	options := []expr.Option{expr.Env(facts{}), expr.AsBool(), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins(), expr.Patch(guard)}
	for name := range functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := safely(func() (*vm.Program, error) { return expr.Compile(when, options...) })
	// The guard's findings come first: expr's optimizer may have said something
	// less helpful about the same place.
	if guard.found != nil {
		return nil, guard.found.place(when)
	}
	if err != nil {
		return nil, explain(when, err, known)
	}
	return &compiled{program: program, company: guard.company}, nil
}

// safely takes a panic of the compiler as the error it is: the input is not ours.
func safely(work func() (*vm.Program, error)) (p *vm.Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this cannot be compiled: %v", r)
		}
	}()
	return work()
}
