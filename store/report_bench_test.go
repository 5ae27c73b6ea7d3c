package store

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"gorm.io/gorm"

	"parley/desk"
	"parley/testenv"
)

// benchFacts is how many facts the reports are measured over.
const benchFacts = 1_000_000

// benchNow is the last hour of the facts.
var benchNow = time.Date(2026, 4, 13, 23, 0, 0, 0, time.UTC)

// BenchmarkReport measures reports over a month of a million facts, some 33,000 of them today.
func BenchmarkReport(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			url := filepath.Join(b.TempDir(), "parley.db")
			if kind == "postgres" {
				url = testenv.Postgres(b)
			}
			s, err := Open(context.Background(), Config{URL: url, Key: make([]byte, 32), Now: func() time.Time { return benchNow }})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			if err := fillFacts(s, benchFacts); err != nil {
				b.Fatal(err)
			}
			if _, err := s.Report(context.Background(), ByQueue, ReportFilter{From: "2026-03-15"}); err != nil { // packs the month
				b.Fatal(err)
			}
			for _, by := range []ReportKey{ByQueue, ByAgent, ByDay, ByHour} {
				b.Run(string(by), func(b *testing.B) {
					for b.Loop() {
						r, err := s.Report(context.Background(), by, ReportFilter{From: "2026-03-15", To: "2026-04-13"})
						if err != nil || r.Total.Answered == 0 {
							b.Fatal(r.Total.Answered, err)
						}
					}
				})
			}
			b.Run("unpacked", func(b *testing.B) { // a month nobody has looked at yet
				for b.Loop() {
					if err := s.writer.Exec("DELETE FROM fact_days").Error; err != nil {
						b.Fatal(err)
					}
					if _, err := s.Report(context.Background(), ByQueue, ReportFilter{From: "2026-03-15", To: "2026-04-13"}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("today", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Today(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// fillFacts writes n believable facts over 30 days, 5 queues and 50 agents.
func fillFacts(s *Store, n int) error {
	rng := rand.New(rand.NewPCG(1, 2))
	metrics := []desk.Metric{desk.ConversationStarted, desk.WaitAnswered, desk.FirstResponse, desk.FirstResponseHandoff, desk.NextResponse, desk.NextResponse,
		desk.NextResponse, desk.HandleTime, desk.ResolvedCount, desk.CSATSent, desk.CSATScore, desk.WaitAbandoned, desk.TransferCount}
	ids := make([]desk.ID, 64)
	for i := range ids {
		ids[i] = fmt.Sprintf("00000000-0000-7000-8000-%012x", i)
	}
	from := time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)
	const batch = 1500
	return s.writer.Transaction(func(db *gorm.DB) error {
		for done := 0; done < n; done += batch {
			rows := make([]factRecord, min(batch, n-done))
			for i := range rows {
				at := from.Add(time.Duration(done+i) * ((30 * 24 * time.Hour) / time.Duration(n)))
				f := desk.Fact{ID: fmt.Sprintf("00000000-0000-7000-9000-%012x", done+i), Metric: metrics[rng.IntN(len(metrics))], EndedAt: at,
					Day: at.Format(time.DateOnly), InboxID: ids[0], QueueID: ids[1+rng.IntN(5)], Channel: desk.Channels[rng.IntN(4)],
					AgentID: ids[10+rng.IntN(50)], ConversationID: ids[63]}
				switch f.Metric {
				case desk.CSATScore:
					f.Value = 1 + rng.IntN(5)
				case desk.ConversationStarted, desk.ResolvedCount, desk.CSATSent, desk.TransferCount:
				default:
					f.Seconds = 60 * math.Exp(rng.NormFloat64())
					f.BusinessSeconds = f.Seconds
					if rng.IntN(4) == 0 {
						f.BusinessSeconds = 0
					}
					f.WithinTarget = f.Seconds <= 60
				}
				rows[i] = factRecord{FactRow: FactRow(f), Bucket: desk.Bucket(f.Seconds), BusinessBucket: desk.Bucket(f.BusinessSeconds)}
			}
			if err := db.Create(&rows).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
