package replay

import (
	"testing"
	"time"

	"parley/demo"
	"parley/store"
	"parley/store/storetest"
)

// TestTheSameAgain: with nothing otherwise the demo's week goes as it went,
// customer by customer.
func TestTheSameAgain(t *testing.T) {
	now := time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC)
	st := storetest.SQLite(t)(func(c *store.Config) { c.Now = func() time.Time { return now } })
	o := demo.Options{Now: now, Seed: 3, Hash: func(p string) (string, error) { return p, nil }}
	if _, err := demo.Seed(t.Context(), st, o, nil); err != nil {
		t.Fatal(err)
	}
	p, err := Read(t.Context(), st, now.Add(-7*24*time.Hour), now, MostEvents, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := newRerun(p, newDraws(p), nil, 1).run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, was := range p.recorded() {
		g := again[i]
		if was.end != g.end || was.agent != g.agent || (was.wait-g.wait).Abs() > 10*time.Millisecond {
			if n++; n < 8 {
				s := p.stays[i]
				t.Errorf("%s at %s: was %v by %s after %v, again %v by %s after %v; %+v", s.talk, s.at, was.end, p.names[was.agent], was.wait, g.end, p.names[g.agent], g.wait, s)
				for _, r := range s.offers {
					t.Logf("   %+v %s", *r, p.names[r.agent])
				}
			}
		}
	}
	if n > 0 || len(again) < 500 {
		t.Errorf("%d of %d went otherwise", n, len(again))
	}
}
