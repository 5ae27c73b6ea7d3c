package faults

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"parley/desk"
)

// Poison is what nobody expects, in the midst of conversations: accepted items that
// cannot be processed, words that are no words, and far too many of them. Each kind
// is quarantined, cleaned or refused, and the conversation it came in goes on.
var Poison = Injection{"poison: unreadable items, bad UTF-8, 10 MB", func(ctx context.Context, on *Target) error {
	d := on.driver
	for _, text := range []string{"\xff\xfe\x80 no words", "a\x00b", "\u202e\ufeff\u0000", strings.Repeat("too long ", 10<<20/9)} {
		for range 2 {
			c := d.customers[on.dice.IntN(len(d.customers))]
			if err := on.swallow(ctx, c.person, text); err != nil {
				return err
			}
		}
	}
	for range 3 {
		c := d.customers[on.dice.IntN(len(d.customers))]
		if err := on.rig.poison(ctx, c.person.key()); err != nil {
			return err
		}
		d.mu.Lock()
		d.poisoned++
		d.mu.Unlock()
	}
	on.wait(ctx, on.hold)
	return nil
}}

// swallow posts a message with such a text until the center has taken or refused it.
func (t *Target) swallow(ctx context.Context, p person, text string) error {
	t.driver.mu.Lock()
	t.driver.odd++
	id := p.externalID(t.driver.run, 1_000_000, t.driver.odd)
	t.driver.mu.Unlock()
	h := p.message("http://"+t.rig.balancer.addr, id, text)
	for began := time.Now(); ; {
		status, err := t.driver.post(h)
		switch {
		case status/100 == 2 || status/100 == 4:
			return nil
		case err != nil && len(text) > 1<<20: // cut off while we still wrote
			return nil
		case time.Since(began) > pointPatience || status == http.StatusInternalServerError:
			return fmt.Errorf("a message of %d bytes on %s: %d (%w)", len(text), p.channel, status, err)
		}
		t.wait(ctx, 200*time.Millisecond)
	}
}

// poison puts an accepted item that cannot be read among a customer's.
func (r *Rig) poison(ctx context.Context, key string) error {
	id, at, zero := desk.NewID(), time.Now().UnixMicro(), "0"
	inbox := r.world.history.Inboxes[0].ID
	body := "'{\"broken'"
	if r.cfg.Postgres != nil {
		body = "'{\"broken'::bytea"
	}
	for _, statement := range []string{
		fmt.Sprintf("INSERT INTO inbound (id, inbox_id, provider_id, body, accepted_at) VALUES ('%s', '%s', 'poison-%s', %s, %d)", id, inbox, id, body, at),
		fmt.Sprintf("INSERT INTO intake (id, inbox_id, key, state, attempts, error, accepted_at) VALUES ('%s', '%s', '%s', 'accepted', %s, '', %d)", id, inbox, key, zero, at),
	} {
		if _, err := r.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// key is what orders a customer's messages.
func (p person) key() string { return p.address }

// SlowConsoles stops reading what the supervisor's and the administrator's consoles
// are shown, which is the most. Their sockets are cut, and resume.
var SlowConsoles = Injection{"console: reads nothing", func(ctx context.Context, on *Target) error {
	for _, c := range on.driver.watchers {
		c.stall(true)
	}
	on.wait(ctx, on.hold)
	for _, c := range on.driver.watchers {
		c.stall(false)
	}
	return nil
}}
