package faults

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"parley/testenv"
)

// FailOver promotes a synchronous standby while the primary is frozen: nothing may
// be lost. The old primary wakes afterwards and finds that nobody speaks to it.
var FailOver = Injection{"postgres: fail-over to a synchronous standby, the old primary wakes", func(ctx context.Context, on *Target) error {
	old := on.rig.cfg.Postgres
	standby, _, err := on.rig.standby(true)
	if err != nil {
		return err
	}
	on.wait(ctx, on.hold/2) // everything waits for the standby now
	old.Pause()
	on.wait(ctx, 500*time.Millisecond)
	if err := on.rig.promote(standby); err != nil {
		return err
	}
	before, err := lastEvent(ctx, standby)
	if err != nil {
		return err
	}
	old.Resume()
	on.wait(ctx, on.hold/2)
	defer old.Kill()
	// What the old primary had begun it cannot commit: its standby is gone.
	if after, err := lastEvent(ctx, old); err != nil || after > before {
		return fmt.Errorf("the old primary is at event %d, the new one was at %d when it took over (%w)", after, before, err)
	}
	return nil
}}

// standby starts a standby of the rig's database, and gives the link by which it follows.
func (r *Rig) standby(synchronous bool) (*testenv.Server, *link, error) {
	l, err := newLink("replication", r.cfg.Postgres.Addr)
	if err != nil {
		return nil, nil, err
	}
	r.end = append(r.end, l.close)
	s, err := r.cfg.Postgres.Standby(l.addr(), synchronous)
	if err == nil {
		r.end = append(r.end, s.Close)
	}
	return s, l, err
}

// promote makes a standby the rig's database, as whatever stands between nodes and
// database does.
func (r *Rig) promote(s *testenv.Server) error {
	if err := s.Promote(); err != nil {
		return err
	}
	r.cfg.Postgres = s
	for _, l := range append(r.postgres[:len(r.postgres):len(r.postgres)], r.own) {
		if err := l.lead(s.Addr); err != nil {
			return err
		}
	}
	return nil
}

// lastEvent asks a server directly for the number of its last event.
func lastEvent(ctx context.Context, s *testenv.Server) (n int64, err error) {
	db, err := sql.Open("pgx", s.URL)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return n, db.QueryRowContext(ctx, "SELECT n FROM counters WHERE name = 'events'").Scan(&n)
}

// Loss is what a fail-over to an asynchronous standby has lost.
type Loss struct {
	From, To time.Time // what was acknowledged in between may be lost
	Events   int64     // that were lost
}

// endPatience is how long a node may take to notice that the log has lost its end.
const endPatience = 15 * time.Second

// loseEnd promotes an asynchronous standby that lags, once the primary is gone. The
// nodes must notice and end, for whoever keeps them running to start them again.
func loseEnd(loss *Loss) Injection {
	return Injection{"postgres: fail-over to an asynchronous standby that lags", func(ctx context.Context, on *Target) error {
		old := on.rig.cfg.Postgres
		standby, follows, err := on.rig.standby(false)
		if err != nil {
			return err
		}
		on.wait(ctx, on.hold/2)
		loss.From = time.Now()
		follows.cut()
		on.wait(ctx, on.hold/2)
		had, err := lastEvent(ctx, old)
		if err != nil {
			return err
		}
		old.Kill()
		loss.To, on.rig.lostEnd = time.Now(), true
		for _, n := range on.rig.nodes {
			n.expectEnd()
		}
		if err := on.rig.promote(standby); err != nil {
			return err
		}
		has, err := lastEvent(ctx, standby)
		if err != nil {
			return err
		}
		if loss.Events = had - has; loss.Events <= 0 {
			return fmt.Errorf("the standby was to lag, and has %d of %d events", has, had)
		}
		for _, n := range on.rig.nodes {
			select {
			case <-n.gone():
			case <-time.After(endPatience):
				return fmt.Errorf("node %s goes on with %d events that are lost\n%s", n.Name, loss.Events, n.logTail())
			}
		}
		return nil
	}}
}

// smallDisk is the size of a database's disk that is filled up, in megabytes.
const smallDisk = 60

// DatabaseDiskFull fills the disk with the database's tables and empties it again.
var DatabaseDiskFull = Injection{"postgres: disk full", func(ctx context.Context, on *Target) error {
	if _, err := on.rig.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS filler (words text)"); err != nil {
		return err
	}
	var full time.Time
	for (full.IsZero() || time.Since(full) < on.hold) && ctx.Err() == nil { // what others give back is taken, too
		for _, rows := range []int{3000, 300, 30} { // of 1 kB
			for {
				_, err := on.rig.db.ExecContext(ctx, fmt.Sprintf("INSERT INTO filler SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 32 * %[1]d) g GROUP BY g %% %[1]d", rows))
				if err == nil {
					continue
				}
				if !strings.Contains(err.Error(), "No space left") {
					return err
				}
				if full.IsZero() {
					full = time.Now()
				}
				break
			}
		}
		on.wait(ctx, 50*time.Millisecond)
	}
	_, err := on.rig.db.ExecContext(ctx, "DROP TABLE filler")
	return err
}}
