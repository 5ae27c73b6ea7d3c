package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

// FactFilter narrows a list of facts; zero fields do not.
type FactFilter struct {
	ReportFilter
	Metric desk.Metric
	Limit  int
	Cursor string
}

// FactDetail is a measurement with what it was made of.
type FactDetail struct {
	desk.Fact
	ContactName string
	Comment     string // what the customer wrote beside a rating
}

// Facts lists the measurements behind a figure, newest first, with the cursor
// of the next page ("" at the end).
func (s *Store) Facts(ctx context.Context, f FactFilter) ([]FactDetail, string, error) {
	if _, err := s.daysOf(&f.ReportFilter); err != nil {
		return nil, "", err
	}
	where, args := condition(f.ReportFilter)
	q := s.read(ctx).Where("day >= ? AND day <= ?"+where, append([]any{f.From, f.To}, args...)...)
	// A day's facts ended on it; the bounds let an index by time serve, a day
	// wider on each side than any zone can be off.
	from, _ := time.Parse(time.DateOnly, f.From)
	to, _ := time.Parse(time.DateOnly, f.To)
	q = q.Where("ended_at >= ? AND ended_at < ?", from.AddDate(0, 0, -1).UnixMicro(), to.AddDate(0, 0, 2).UnixMicro())
	if f.Cursor != "" {
		at, id, err := readCursor(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(ended_at, id) < (?, ?)", at, id)
	}
	const order = "ended_at DESC, id DESC"
	// The index has the order within a metric.
	first := q.Model(&factRecord{}).Order(order).Limit(f.Limit + 1).Session(&gorm.Session{})
	var firsts []*gorm.DB
	for _, metric := range desk.Metrics {
		if f.Metric == "" || f.Metric == metric {
			firsts = append(firsts, first.Where("metric = ?", metric))
		}
	}
	if len(firsts) == 0 {
		return []FactDetail{}, "", nil // a metric there is not
	}
	text, parts := together(firsts)
	var rows []factRecord
	if err := s.read(ctx).Table("("+text+") AS facts", parts...).Order(order).Limit(f.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = writeCursor(micros(rows[f.Limit-1].EndedAt), rows[f.Limit-1].ID)
	}
	out, err := s.explainFacts(ctx, rows)
	return out, next, err
}

// explainFacts says whose conversations the facts are of, in one query.
func (s *Store) explainFacts(ctx context.Context, rows []factRecord) ([]FactDetail, error) {
	ids := map[desk.ID]bool{}
	for _, r := range rows {
		ids[r.ConversationID] = true
	}
	byID, err := s.conversationsByID(s.read(ctx), slices.Collect(maps.Keys(ids)))
	if err != nil {
		return nil, err
	}
	out := make([]FactDetail, len(rows))
	for i, r := range rows {
		out[i].Fact = desk.Fact(r.FactRow)
		if c := byID[r.ConversationID]; c != nil {
			out[i].ContactName = c.ContactName
			// A reopened conversation has another rating, or none yet.
			if r.Metric == desk.CSATScore && c.CSATAskedAt.Equal(r.EndedAt) {
				out[i].Comment = c.CSATComment
			}
		}
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
