package replay_test

import (
	"encoding/json"
	"testing"
	"time"

	"parley/demo"
	"parley/replay"
	"parley/store"
	"parley/store/storetest"
)

// The demo's week has everything: transfers, snoozes, missed offers, breaks.
func TestTheDemosWeekHappensAgain(t *testing.T) {
	now := time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC)
	st := storetest.SQLite(t)(func(c *store.Config) { c.Now = func() time.Time { return now } })
	o := demo.Options{Now: now, Seed: 3, Hash: func(p string) (string, error) { return p, nil }}
	if _, err := demo.Seed(t.Context(), st, o, nil); err != nil {
		t.Fatal(err)
	}
	p, err := replay.Read(t.Context(), st, now.Add(-7*24*time.Hour), now, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := replay.NewChange(replay.Change{Settings: map[string]json.RawMessage{"policy": json.RawMessage(`"longest-idle"`)}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(t.Context(), replay.Config{Change: c, Name: "longest-idle"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.MarshalIndent(r, "", " ")
	t.Logf("%s", b)
}
