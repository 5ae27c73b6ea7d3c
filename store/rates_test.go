package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"parley/desk"
	"parley/testenv"
)

func TestRatesLookAtTheLatestOnly(t *testing.T) {
	for name, url := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "parley.db"), "postgres": testenv.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(context.Background(), Config{URL: url, Key: make([]byte, 32), Now: func() time.Time { return benchNow }})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := fillFacts(s, 6000); err != nil {
				t.Fatal(err)
			}
			answered := func(from int64) (n int) {
				if err := s.reader.Raw("SELECT count(*) FROM facts WHERE metric = ? AND ended_at >= ?", desk.WaitAnswered, from).Scan(&n).Error; err != nil {
					t.Fatal(err)
				}
				return n
			}
			week := micros(benchNow.Add(-ratesWindow))
			for most, want := range map[int]int{40: 41, 100_000: answered(week)} {
				from, err := s.ratesFrom(t.Context(), most)
				if err != nil || answered(from) != want || want < 41 {
					t.Errorf("with at most %d, %d count: %v; want %d", most, answered(from), err, want)
				}
			}
			rates, err := s.QueueRates(t.Context())
			if err != nil || len(rates) != 5 {
				t.Errorf("rates of %d queues, %v; want all 5", len(rates), err)
			}
		})
	}
}
