// Package demo fills an empty database with a shop called Lumen: people,
// queues, inboxes that reach the sandbox, customers, and a week of work ending
// about two hours ago.
//
// The past is played, not painted: customers arrive by the hour of the day,
// stand in line, ring at agents who are on duty, and are answered, passed on,
// abandoned or rated, all by desk's own rules, on a clock that runs as fast as
// it can. So conversations, offers, events, messages and facts agree with each
// other as if the server had worked through that week. The same seed and the
// same now give the same week.
//
// Demo data is never made unless asked for: its passwords are public.
package demo

import (
	"context"
	"fmt"
	"time"

	"parley/store"
)

// Password of everybody in the demo.
const Password = "parley-demo"

// name marks a database that has the demo's data.
const name = "demo"

// Options of the demo's data. Hash is required; the rest has documented zero values.
type Options struct {
	// PublicURL is where the sandbox's simulated providers are reached; empty:
	// http://localhost:8080.
	PublicURL string
	// Hash makes what is stored of a password. It is called once.
	Hash func(password string) (string, error)
	// Seed of everything random; 0 is a seed like any other.
	Seed uint64
	// Now is when the week ends, about two hours later; zero: the present.
	Now time.Time
	// Conversations in the week, about; 0: 600.
	Conversations int
}

// Seed writes the demo's data unless they are there already, and tells whether
// it did. It takes some seconds; progress, which may be nil, is told of rows written.
func Seed(ctx context.Context, st *store.Store, o Options, progress func(done, total int)) (bool, error) {
	there, err := st.Loaded(ctx, name)
	if err != nil || there {
		return false, err
	}
	hash, err := o.Hash(Password)
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	h := Past(o, st.Zone())
	h.Passwords = map[string]string{}
	for _, a := range h.Agents {
		h.Passwords[a.ID] = hash
	}
	fresh, err := st.Load(ctx, name, h, progress)
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	return fresh, nil
}
