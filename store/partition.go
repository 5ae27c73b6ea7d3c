package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
)

// In PostgreSQL the log and the facts lie in partitions, so that what is over
// its time goes with its table instead of row by row. The newest partition is
// open to the end. It is cut when it has grown, or is old enough that pruning
// will want its end: at a bound a little ahead, so that nobody has written
// beyond it yet. A constraint for that bound is added and checked beside the
// traffic; then the cut itself reads nothing and takes milliseconds.

// split is a table in partitions.
type split struct {
	table, key string
	// bound is where to cut a part that holds so many rows.
	bound func(s *Store, ctx context.Context, rows int64) (int64, error)
	// near tells that writers may soon be at a bound that is not cut yet.
	near func(s *Store, ctx context.Context, bound int64) (bool, error)
	// ended is a query for when a part, whose name is put in, was last written to.
	began, ended string
}

var splits = []split{
	{table: "events", key: "seq", bound: (*Store).eventBound, near: (*Store).eventsNear,
		began: "SELECT at FROM %s ORDER BY seq LIMIT 1", ended: "SELECT at FROM %s ORDER BY seq DESC LIMIT 1"},
	{table: "facts", key: "ended_at", bound: (*Store).factBound, near: (*Store).factsNear,
		began: "SELECT min(ended_at) FROM %s WHERE day = (SELECT min(day) FROM %[1]s)", ended: "SELECT max(ended_at) FROM %s WHERE day = (SELECT max(day) FROM %[1]s)"},
}

const (
	// partSizeMost is how large a partition grows before it is cut, in bytes with
	// its indexes: so much is read, and vacuumed, in a few minutes.
	partSizeMost = 12 << 30
	// partsKept is how many partitions, at least, what is kept is in: rows stay at
	// most such a part of the time longer than asked for.
	partsKept = 8
	// eventMargin is how many events a cut is ahead at least. A part with fewer
	// is cut where it ends, because reading it takes but a moment.
	eventMargin = 20_000
	// factMargin is how far a cut is ahead of the clock.
	factMargin = time.Hour
	// lockPatience bounds how long a cut may make writers wait for it.
	lockPatience = time.Second
	cutTimeout   = 30 * time.Minute
)

// part is a partition; last is open to the end.
type part struct {
	Name  string
	Bound string
	Size  int64
	Rows  int64
	Check sql.NullString // the constraint of a cut under way
}

var boundForm = regexp.MustCompile(`FROM \((MINVALUE|'-?\d+')\) TO \((MAXVALUE|'-?\d+')\)`)

// from and to are the bounds as SQL has them.
func (p *part) from() string { return boundForm.FindStringSubmatch(p.Bound)[1] }
func (p *part) to() string   { return boundForm.FindStringSubmatch(p.Bound)[2] }
func (p *part) last() bool   { return p.to() == "MAXVALUE" }

func (s *Store) parts(ctx context.Context, t split) ([]part, error) {
	var out []part
	err := s.read(ctx).Raw(`SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound, pg_total_relation_size(c.oid) AS size, greatest(c.reltuples, 0)::bigint AS rows,
			(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conname = c.relname || '_cut') AS check
		FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ?::regclass ORDER BY c.relname`, t.table).Scan(&out).Error
	if err != nil {
		return nil, down(err)
	}
	for i := range out {
		if !boundForm.MatchString(out[i].Bound) {
			return nil, fmt.Errorf("partition %s has bounds of another form: %s", out[i].Name, out[i].Bound)
		}
	}
	return out, nil
}

// Cut begins new partitions of the log and the facts where it is time to. keep
// is how long events and facts are kept; 0 is for ever. It may be called again
// after it failed, and goes on where it broke off. SQLite has no partitions.
func (s *Store) Cut(ctx context.Context, keepEvents, keepFacts time.Duration) error {
	if !s.pg {
		return nil
	}
	for i, keep := range []time.Duration{keepEvents, keepFacts} {
		if err := s.cut(ctx, splits[i], keep); err != nil {
			return fmt.Errorf("partitions of %s: %w", splits[i].table, err)
		}
	}
	return nil
}

func (s *Store) cut(ctx context.Context, t split, keep time.Duration) error {
	parts, err := s.parts(ctx, t)
	if err != nil {
		return err
	}
	for i := range parts {
		if p := &parts[i]; p.last() {
			if !p.Check.Valid {
				due, err := s.cutDue(ctx, t, p, keep)
				if err != nil || !due {
					return err
				}
				if few, err := s.fewEvents(ctx, t, p); err != nil {
					return err
				} else if few {
					return s.cutNow(ctx, t, p, nextName(t.table, parts))
				}
				if err := s.markCut(ctx, t, p); err != nil {
					return err
				}
			}
			return s.finishCut(ctx, t, p, nextName(t.table, parts))
		}
	}
	return errors.New("none is open to the end")
}

// fewEvents tells whether p is a part of the log that is read in a moment.
func (s *Store) fewEvents(ctx context.Context, t split, p *part) (bool, error) {
	if t.key != "seq" {
		return false, nil
	}
	var n int64
	err := s.read(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM " + p.Name + " LIMIT " + strconv.Itoa(eventMargin) + ") AS few").Scan(&n).Error
	return err == nil && n < eventMargin, down(err)
}

// cutNow makes p end at the present end of the log, while nobody can take a number.
func (s *Store) cutNow(ctx context.Context, t split, p *part, next string) error {
	return s.quickly(ctx, func(db *gorm.DB) error {
		var last int64
		if err := db.Raw("SELECT n FROM counters WHERE name = 'events' FOR UPDATE").Scan(&last).Error; err != nil {
			return err
		}
		return s.replace(db, t, p, next, last+1)
	})
}

func nextName(table string, parts []part) string {
	most := 0
	for _, p := range parts {
		n, _ := strconv.Atoi(strings.TrimPrefix(p.Name, table+"_"))
		most = max(most, n)
	}
	return fmt.Sprintf("%s_%d", table, most+1)
}

func (s *Store) cutDue(ctx context.Context, t split, p *part, keep time.Duration) (bool, error) {
	if p.Size > s.cfg.PartSize {
		return true, nil
	}
	if keep == 0 {
		return false, nil
	}
	began, err := s.partTime(ctx, t.began, p)
	return err == nil && !began.IsZero() && s.cfg.Now().Sub(began) > keep/partsKept, err
}

// partTime is a moment of a part; zero when it is empty.
func (s *Store) partTime(ctx context.Context, query string, p *part) (time.Time, error) {
	var at sql.NullInt64
	err := s.read(ctx).Raw(fmt.Sprintf(query, p.Name)).Scan(&at).Error
	return fromMicros(at.Int64), down(err)
}

func (s *Store) eventBound(ctx context.Context, rows int64) (int64, error) {
	last, err := s.LastSeq(ctx)
	if err != nil {
		return 0, err
	}
	var before sql.NullInt64 // the log an hour ago
	err = s.read(ctx).Raw("SELECT seq FROM events WHERE at < ? ORDER BY at DESC, seq DESC LIMIT 1", micros(s.cfg.Now().Add(-time.Hour))).Scan(&before).Error
	if err != nil {
		return 0, down(err)
	}
	return last + max(eventMargin, rows/10, 2*(last-before.Int64)), nil
}

func (s *Store) eventsNear(ctx context.Context, bound int64) (bool, error) {
	last, err := s.LastSeq(ctx)
	return bound-last < eventMargin/4, err
}

func (s *Store) factBound(context.Context, int64) (int64, error) {
	return s.cfg.Now().Add(factMargin).UnixMicro(), nil
}

func (s *Store) factsNear(_ context.Context, bound int64) (bool, error) {
	return bound-s.cfg.Now().UnixMicro() < (factMargin / 4).Microseconds(), nil
}

// markCut says where p will end. From here on, writers beyond fail: the bound is
// far enough ahead that none comes there before the cut is done or given up.
func (s *Store) markCut(ctx context.Context, t split, p *part) error {
	bound, err := t.bound(s, ctx, p.Rows)
	if err != nil {
		return err
	}
	check := fmt.Sprintf("%s < %d", t.key, bound)
	if from := p.from(); from != "MINVALUE" {
		check = fmt.Sprintf("%s >= %s AND ", t.key, strings.Trim(from, "'")) + check
	}
	err = s.quickly(ctx, func(db *gorm.DB) error {
		return db.Exec(fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %[1]s_cut CHECK (%s) NOT VALID", p.Name, check)).Error
	})
	p.Check = sql.NullString{String: check, Valid: err == nil}
	return err
}

var cutForm = regexp.MustCompile(`< '?(\d+)`)

// finishCut makes p end at its bound, and the partition next begin there.
func (s *Store) finishCut(ctx context.Context, t split, p *part, next string) error {
	found := cutForm.FindStringSubmatch(p.Check.String)
	if found == nil {
		return fmt.Errorf("%s_cut has another form: %s", p.Name, p.Check.String)
	}
	bound, _ := strconv.ParseInt(found[1], 10, 64)
	drop := func(db *gorm.DB) error {
		return db.Exec(fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %[1]s_cut", p.Name)).Error
	}
	if near, err := t.near(s, ctx, bound); err != nil || near {
		return errors.Join(err, s.quickly(ctx, drop)) // given up: the next look begins anew
	}
	if err := s.unhurried(ctx, fmt.Sprintf("ALTER TABLE %s VALIDATE CONSTRAINT %[1]s_cut", p.Name)); err != nil {
		return err
	}
	return s.quickly(ctx, func(db *gorm.DB) error {
		if err := s.replace(db, t, p, next, bound); err != nil {
			return err
		}
		return drop(db)
	})
}

// replace puts p, now with an end, and the partition next in the place of p.
func (s *Store) replace(db *gorm.DB, t split, p *part, next string, bound int64) error {
	for _, statement := range []string{
		fmt.Sprintf("ALTER TABLE %s DETACH PARTITION %s", t.table, p.Name),
		fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%d)", t.table, p.Name, p.from(), bound),
		fmt.Sprintf("CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%d) TO (MAXVALUE)", next, t.table, bound),
	} {
		if err := db.Exec(statement).Error; err != nil {
			return err
		}
	}
	s.cfg.Log.Info("a new partition begins", "partition", next, "at", bound)
	return nil
}

// quickly runs what locks out all others in one transaction, and fails rather
// than wait long for its turn, because everybody waits behind it.
func (s *Store) quickly(ctx context.Context, work func(*gorm.DB) error) error {
	err := s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := db.Exec("SELECT set_config('lock_timeout', ?, true)", strconv.FormatInt(lockPatience.Milliseconds(), 10)).Error; err != nil {
			return err
		}
		return work(db)
	})
	return down(err)
}

// unhurried runs a statement that reads much and holds nobody up.
func (s *Store) unhurried(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, cutTimeout)
	defer cancel()
	err := s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := db.Exec("SELECT set_config('statement_timeout', '0', true)").Error; err != nil {
			return err
		}
		return db.Exec(statement).Error
	})
	return down(err)
}

// dropParts removes the partitions that were last written to before a moment,
// and tells how many. ready, if not nil, is asked before each.
func (s *Store) dropParts(ctx context.Context, t split, before time.Time, ready func(last time.Time) error) (int64, error) {
	parts, err := s.parts(ctx, t)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	for i := range parts {
		p := &parts[i]
		if p.last() {
			continue
		}
		last, err := s.partTime(ctx, t.ended, p)
		if err != nil {
			return n, err
		}
		if !last.Before(before) || last.IsZero() && p.to() > fmt.Sprintf("'%d'", before.UnixMicro()) {
			continue
		}
		if ready != nil {
			if err := ready(last); err != nil {
				return n, err
			}
		}
		if err := s.quickly(ctx, func(db *gorm.DB) error { return db.Exec("DROP TABLE " + p.Name).Error }); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
