package store

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/desk"
)

// ReportKey is what the rows of a report stand for.
type ReportKey string

const (
	ByQueue   ReportKey = "queue"   // key: queue id
	ByChannel ReportKey = "channel" // key: channel
	ByAgent   ReportKey = "agent"   // key: agent id; "" where nobody is credited
	ByDay     ReportKey = "day"     // key: 2006-01-02 of the reporting zone
	ByHour    ReportKey = "hour"    // key: 00 … 23, the hour of the day in the reporting zone
)

// ReportFilter says which facts count; zero fields do not narrow.
type ReportFilter struct {
	From    string // first day, 2006-01-02 of the reporting zone; empty: today
	To      string // last day, included; empty: today
	QueueID desk.ID
	Channel desk.Channel
	AgentID desk.ID
}

// ReportRow is one line of a report.
type ReportRow struct {
	Key string
	desk.Figures
}

// Report is what the facts of a range of days add up to.
type Report struct {
	From, To string // as filled in
	// Rows by key: every queue, channel, day or hour there is, also without
	// facts; agents only with facts. The order is that of the key.
	Rows  []ReportRow
	Total desk.Figures
	Days  []ReportRow // the same range day by day
}

// longestReport bounds a range, so that a slip of the finger in a year does not
// make a report of a million empty days.
const longestReport = 3 * 366

// Day is today in the reporting zone, 2006-01-02.
func (s *Store) Day() string { return s.cfg.Now().In(s.cfg.Zone).Format(time.DateOnly) }

// Zone is the reporting time zone.
func (s *Store) Zone() *time.Location { return s.cfg.Zone }

// Report adds up facts by a key, and day by day, with the total. Percentiles
// come from merged histograms, never from other percentiles. It takes four
// statements at most, whatever the range, and two more for each day that is
// over and has not been packed yet.
func (s *Store) Report(ctx context.Context, by ReportKey, f ReportFilter) (*Report, error) {
	days, err := s.daysOf(&f)
	if err != nil {
		return nil, err
	}
	keys, known, err := s.reportKeys(ctx, by, f, days)
	if err != nil {
		return nil, err
	}
	var rows, perDay *tally
	liveRows, livePerDay := &tally{}, &tally{}
	var unanswered []unansweredRow
	g, within := errgroup.WithContext(ctx)
	g.Go(func() (err error) { rows, perDay, err = s.addUpPacked(within, by, f); return err })
	g.Go(func() error { return s.addUpLive(within, by, f, liveRows, livePerDay) })
	g.Go(func() (err error) { unanswered, err = s.unanswered(within, by, f); return err })
	if err := g.Wait(); err != nil {
		return nil, down(err)
	}
	rows.merge(liveRows)
	perDay.merge(livePerDay)
	out := &Report{From: f.From, To: f.To}
	out.Days = perDay.list(days, false)
	for i := range out.Days {
		out.Total.Merge(&out.Days[i].Figures)
	}
	for _, u := range unanswered {
		out.Total.CountUnanswered(u.N, fromMicros(u.Oldest))
		if by != ByDay && by != ByHour {
			rows.of(u.Key.String).CountUnanswered(u.N, fromMicros(u.Oldest))
		}
	}
	out.Rows = out.Days
	if by != ByDay {
		out.Rows = rows.list(keys, !known)
	}
	return out, nil
}

// Today adds up the facts of this day by queue, as Report does: for the live board.
func (s *Store) Today(ctx context.Context) (map[desk.ID]desk.Figures, error) {
	var f ReportFilter
	if _, err := s.daysOf(&f); err != nil {
		return nil, err
	}
	t := &tally{}
	if err := s.addUpLive(ctx, ByQueue, f, t, &tally{}); err != nil {
		return nil, down(err)
	}
	out := make(map[desk.ID]desk.Figures, len(t.byKey))
	for k, v := range t.byKey {
		out[k] = *v
	}
	return out, nil
}

// daysOf fills in the range's defaults and lists its days.
func (s *Store) daysOf(f *ReportFilter) ([]string, error) {
	today := s.Day()
	if f.To == "" {
		f.To = today
	}
	if f.From == "" {
		f.From = min(today, f.To)
	}
	from, err := time.Parse(time.DateOnly, f.From)
	if err != nil {
		return nil, desk.FieldError("from", "%q is not a day; use the form 2026-12-31", f.From)
	}
	to, err := time.Parse(time.DateOnly, f.To)
	if err != nil {
		return nil, desk.FieldError("to", "%q is not a day; use the form 2026-12-31", f.To)
	}
	if to.Before(from) {
		return nil, desk.FieldError("to", "lies before from; exchange them")
	}
	if to.Sub(from) > longestReport*24*time.Hour {
		return nil, desk.FieldError("from", "the range is longer than three years; ask for less")
	}
	var days []string
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days, nil
}

// reportKeys lists the keys a report always shows, in order, and tells whether
// these are all there can be.
func (s *Store) reportKeys(ctx context.Context, by ReportKey, f ReportFilter, days []string) (keys []string, all bool, err error) {
	switch by {
	case ByQueue:
		queues, err := s.Queues(ctx)
		for _, q := range queues {
			if f.QueueID == "" || f.QueueID == q.ID {
				keys = append(keys, q.ID)
			}
		}
		return keys, false, err // a queue removed since has facts still
	case ByChannel:
		for _, c := range desk.Channels {
			if f.Channel == "" || f.Channel == c {
				keys = append(keys, string(c))
			}
		}
		return keys, false, nil
	case ByAgent:
		return nil, false, nil
	case ByDay:
		return days, true, nil
	case ByHour:
		for h := range 24 {
			keys = append(keys, fmt.Sprintf("%02d", h))
		}
		return keys, true, nil
	}
	return nil, false, desk.FieldError("by", "%q is not a way to break a report down; use queue, channel, agent, day or hour", by)
}

// keyColumn is the SQL to group by. It holds nothing that came from outside.
func (s *Store) keyColumn(by ReportKey, f ReportFilter) string {
	switch by {
	case ByQueue:
		return "queue_id"
	case ByChannel:
		return "channel"
	case ByAgent:
		return "agent_id"
	case ByHour:
		return s.hourColumn(f)
	}
	return "day"
}

// hourColumn is the hour of the day in the reporting zone. The databases do not
// know the zone (SQLite knows none), so the offsets in force during the range
// are written out; a range has one, or two and a change of clocks between.
func (s *Store) hourColumn(f ReportFilter) string {
	at, _ := time.ParseInLocation(time.DateOnly, f.From, s.cfg.Zone)
	end, _ := time.ParseInLocation(time.DateOnly, f.To, s.cfg.Zone)
	end = end.AddDate(0, 0, 1)
	var offset strings.Builder
	offset.WriteString("CASE")
	for {
		_, seconds := at.Zone()
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(end) {
			fmt.Fprintf(&offset, " ELSE %d END", int64(seconds)*1_000_000)
			break
		}
		fmt.Fprintf(&offset, " WHEN ended_at < %d THEN %d", change.UnixMicro(), int64(seconds)*1_000_000)
		at = change
	}
	sql := offset.String()
	if rest, ok := strings.CutPrefix(sql, "CASE ELSE "); ok {
		sql = strings.TrimSuffix(rest, " END")
	}
	return "(ended_at + " + sql + ") / 3600000000 % 24"
}

// tally is figures by key.
type tally struct{ byKey map[string]*desk.Figures }

func (t *tally) of(key string) *desk.Figures {
	if t.byKey == nil {
		t.byKey = map[string]*desk.Figures{}
	}
	f := t.byKey[key]
	if f == nil {
		f = &desk.Figures{}
		t.byKey[key] = f
	}
	return f
}

// list gives the rows of keys in their order, and with others those of any
// further key, in the key's order.
func (t *tally) list(keys []string, others bool) []ReportRow {
	out := make([]ReportRow, 0, len(keys))
	shown := make(map[string]bool, len(keys))
	for _, k := range keys {
		shown[k] = true
		out = append(out, ReportRow{Key: k, Figures: *t.of(k)})
	}
	if others {
		for _, k := range sortedKeys(t.byKey) {
			if !shown[k] {
				out = append(out, ReportRow{Key: k, Figures: *t.byKey[k]})
			}
		}
	}
	return out
}

func (t *tally) merge(o *tally) {
	for k, f := range o.byKey {
		t.of(k).Merge(f)
	}
}

// addUpPacked takes the facts of days that are over from their packs, several
// at a time.
func (s *Store) addUpPacked(ctx context.Context, by ReportKey, f ReportFilter) (byKey, byDay *tally, err error) {
	type dayPack struct {
		day  string
		pack []byte
	}
	packs := make(chan dayPack)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(packs)
		return s.eachPack(ctx, f, func(day string, pack []byte) error {
			select {
			case packs <- dayPack{day, pack}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	parts := make([]struct{ byKey, byDay tally }, runtime.GOMAXPROCS(0))
	for i := range parts {
		g.Go(func() error {
			for p := range packs {
				if err := unpack(p.pack, p.day, by, f, &parts[i].byKey, &parts[i].byDay); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	byKey, byDay = &tally{}, &tally{}
	for i := range parts {
		byKey.merge(&parts[i].byKey)
		byDay.merge(&parts[i].byDay)
	}
	return byKey, byDay, nil
}

// addUpLive lets the database group the facts of days that are not packed by
// key and bucket, and takes the groups in, by key and by day.
func (s *Store) addUpLive(ctx context.Context, by ReportKey, f ReportFilter, byKey, byDay *tally) error {
	from := max(f.From, s.liveFrom())
	if from > f.To {
		return nil
	}
	where, args := condition(f)
	rows, err := s.read(ctx).Raw("SELECT "+s.keyColumn(by, f)+", day, metric, value, within_target, short, bucket, business_bucket, count(*), sum(seconds), sum(business_seconds)"+
		" FROM facts WHERE day >= ? AND day <= ?"+where+" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8", append([]any{from, f.To}, args...)...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	var k sql.NullString
	var day string
	var g desk.FactGroup
	for rows.Next() {
		if err := rows.Scan(&k, &day, &g.Metric, &g.Value, &g.WithinTarget, &g.Short, &g.Bucket, &g.BusinessBucket, &g.N, &g.Seconds, &g.BusinessSeconds); err != nil {
			return err
		}
		byKey.of(padHour(k.String)).Count(g)
		byDay.of(day).Count(g)
	}
	return rows.Err()
}

// padHour makes "7" the "07" that hours are keyed by; nothing else has one digit.
func padHour(key string) string {
	if len(key) == 1 {
		return "0" + key
	}
	return key
}

// condition is the SQL of what a filter asks besides the days.
func condition(f ReportFilter) (sql string, args []any) {
	if f.QueueID != "" {
		sql, args = sql+" AND queue_id = ?", append(args, f.QueueID)
	}
	if f.Channel != "" {
		sql, args = sql+" AND channel = ?", append(args, f.Channel)
	}
	if f.AgentID != "" {
		sql, args = sql+" AND agent_id = ?", append(args, f.AgentID)
	}
	return sql, args
}

type unansweredRow struct {
	Key    sql.NullString
	N      int
	Oldest int64
}

// unanswered counts the customers who have no first response at this moment.
// They belong to no day: by day or hour they stand in the total only.
func (s *Store) unanswered(ctx context.Context, by ReportKey, f ReportFilter) ([]unansweredRow, error) {
	key := "NULL"
	if by != ByDay && by != ByHour {
		key = s.keyColumn(by, f)
	}
	where, args := condition(f)
	var out []unansweredRow
	err := s.read(ctx).Raw("SELECT "+key+" AS key, count(*) AS n, min(asked_at) AS oldest FROM conversations"+
		" WHERE open AND asked_at > 0 AND answered_at = 0"+where+" GROUP BY 1", args...).Scan(&out).Error
	return out, err
}
