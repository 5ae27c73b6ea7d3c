package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/desk"
)

// agree lets the index and a scan decide on the same world, and fails where
// they differ in anything but the choice of examples.
func agree(t *testing.T, w *world, limit int) Plan {
	t.Helper()
	l, busy := w.look()
	want := l.decide(w, busy, 0)
	got := w.index.Decide(w.now, limit)
	if limit > 0 && len(want.Proposals) > limit {
		if !got.More {
			t.Errorf("seed %d: %d more could be proposed, and the plan does not say so", w.seed, len(want.Proposals)-limit)
		}
		want.Proposals = want.Proposals[:limit]
	}
	for _, p := range [][]desk.Proposal{want.Proposals, got.Proposals} {
		for i := range p {
			for why, names := range p[i].Decision.Examples {
				if len(names) != min(maxExamples, p[i].Decision.Excluded[why]) {
					t.Errorf("seed %d: %d examples of %d with %s", w.seed, len(names), p[i].Decision.Excluded[why], why)
				}
			}
		}
	}
	if d := cmp.Diff(want.Proposals, got.Proposals, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(desk.Decision{}, "Examples")); d != "" {
		t.Fatalf("seed %d at %s: the index chose otherwise (- scan, + index):\n%s\n%s", w.seed, w.now.Sub(noon), d, w.recent())
	}
	slices.SortFunc(want.Steps, func(a, b desk.RingStep) int { return strings.Compare(a.ConversationID, b.ConversationID) })
	if d := cmp.Diff(want.Steps, got.Steps, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("seed %d at %s: other steps of ring plans (- scan, + index):\n%s\n%s", w.seed, w.now.Sub(noon), d, w.recent())
	}
	for _, p := range got.Proposals {
		w.flights[p.ConversationID] = p
		w.say("%s proposed to %s by %s", p.ConversationID, p.AgentID, p.Decision.Rule)
	}
	w.climb(got.Steps)
	if !got.More {
		sleepsNoLonger(t, w, want.Wake, got.Wake)
	}
	return got
}

// sleepsNoLonger fails when a scan finds something to do by time alone before
// the moment at which the index wakes.
func sleepsNoLonger(t *testing.T, w *world, scan, index time.Time) {
	t.Helper()
	now := w.now
	defer func() { w.now = now }()
	for !scan.IsZero() && (index.IsZero() || scan.Before(index)) {
		w.now = scan
		l, busy := w.look()
		p := l.decide(w, busy, 0)
		if len(p.Proposals) > 0 {
			t.Fatalf("seed %d: the index sleeps until %v, but %s can be served at %v\n%s", w.seed, index, p.Proposals[0].ConversationID, scan, w.recent())
		}
		scan = p.Wake
	}
}

func anyPolicy(r *rand.Rand) string {
	p := policies[r.IntN(len(policies))]
	if r.IntN(4) == 0 {
		return p.WithReserve(1 + r.IntN(2)).Name
	}
	return p.Name
}

func TestTheIndexChoosesAsAScanDoes(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy func(*rand.Rand) string
	}{
		{"default", func(*rand.Rand) string { return DefaultPolicy }},
		{"any", anyPolicy},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, seed := range seeds(120) {
				w := newWorld(seed, test.policy)
				for range 120 {
					for range 1 + w.IntN(3) {
						w.step()
					}
					agree(t, w, w.IntN(4)) // 0: no limit
				}
			}
		})
	}
}

func TestPoliciesAreParsed(t *testing.T) {
	for _, name := range Policies() {
		p, err := ParsePolicy(name)
		if err != nil || p.Name != name || len(p.criteria) == 0 {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	p, err := ParsePolicy(" dedicated-first+reserve=3")
	if err != nil || p.Reserve != 3 || p.Name != "dedicated-first+reserve=3" {
		t.Errorf("with a reserve: %+v, %v", p, err)
	}
	if p, err := ParsePolicy(""); err != nil || p.Name != DefaultPolicy {
		t.Errorf("empty: %+v, %v", p, err)
	}
	for _, bad := range []string{"fastest", "default+reserve=", "default+reserve=-1", "default+reserve=x", "default+reserve=1000000"} {
		if _, err := ParsePolicy(bad); desk.CodeOf(err) != desk.Invalid {
			t.Errorf("%q: %v, want a refusal", bad, err)
		} else if !strings.Contains(fmt.Sprint(err), "reserve") {
			t.Errorf("%q: %v does not say what is allowed", bad, err)
		}
	}
}
