package store_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func (w *world) changesSince(seq int64) map[desk.EventType]int {
	w.t.Helper()
	out := map[desk.EventType]int{}
	for _, ch := range must(w.After(w.t.Context(), seq, 100))(w.t) {
		out[ch.Type]++
	}
	return out
}

func TestDisablingAnAgent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		w.says(w.sms, "+15005550100", "hello")
		w.ok(w.offer(w.only(), w.ana))
		w.session(w.ana, "token-1")
		before := must(w.LastSeq(ctx))(t)
		g := must(w.UpdateAgent(ctx, w.ben.ID, w.ana.ID, "", "", func(g *desk.Agent) error { g.Enabled = false; return nil }))(t)
		if g.Presence != desk.Offline || g.Enabled || g.Load != 0 {
			t.Errorf("agent: %+v", g)
		}
		if c := w.only(); c.State != desk.Waiting || c.QueuedAt.IsZero() {
			t.Errorf("what rang is %s", c.State)
		}
		if _, found, _ := w.Sessions().FindCtx(ctx, "token-1"); found {
			t.Error("a session lives on")
		}
		want := map[desk.EventType]int{desk.EvConversationReturned: 1, desk.EvAgentPresence: 1, desk.EvSessionEnded: 1, desk.EvAgentChanged: 1}
		if diff := cmp.Diff(want, w.changesSince(before)); diff != "" {
			t.Errorf("told: %s", diff)
		}
		stored := must(w.Agent(ctx, w.ana.ID))(t)
		stored.PresenceSince = g.PresenceSince
		if diff := cmp.Diff(g, stored); diff != "" {
			t.Errorf("told and stored differ: %s", diff)
		}
	})
}

func (w *world) session(g desk.Agent, token string) {
	w.t.Helper()
	data := must(w.Sessions().Encode(time.Now().Add(time.Hour), map[string]any{store.SessionAgent: g.ID}))(w.t)
	w.ok(w.Sessions().CommitCtx(w.t.Context(), token, data, time.Now().Add(time.Hour)))
}

func TestSessionsAreHashedAndExpire(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
		s := open(func(c *store.Config) { c.Now = func() time.Time { return now } })
		ctx := t.Context()
		data := must(s.Sessions().Encode(now.Add(time.Hour), map[string]any{store.SessionAgent: "somebody"}))(t)
		if err := s.Sessions().CommitCtx(ctx, "the token", data, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		got, found, err := s.Sessions().FindCtx(ctx, "the token")
		if err != nil || !found || !bytes.Equal(got, data) {
			t.Fatalf("%s %t %v", got, found, err)
		}
		if _, found, _ := s.Sessions().FindCtx(ctx, store.SessionHash("the token")); found {
			t.Error("the stored hash opens the session")
		}
		now = now.Add(time.Hour)
		if _, found, _ := s.Sessions().FindCtx(ctx, "the token"); found {
			t.Error("expired and still there")
		}
		if err := s.PruneSessions(ctx); err != nil {
			t.Fatal(err)
		}
		now = now.Add(-time.Hour)
		if _, found, _ := s.Sessions().FindCtx(ctx, "the token"); found {
			t.Error("expired and not pruned")
		}
	})
}

func TestAgentWhatIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		for field, change := range map[string]func(*desk.Agent){
			"email":                  func(g *desk.Agent) { g.Email = "not an address" },
			"name":                   func(g *desk.Agent) { g.Name = " " },
			"role":                   func(g *desk.Agent) { g.Role = "god" },
			"capacity":               func(g *desk.Agent) { g.Capacity = -1 },
			"skills.x":               func(g *desk.Agent) { g.Skills = map[desk.ID]int{"x": 1} },
			"channel_limits.fax":     func(g *desk.Agent) { g.ChannelLimits = map[desk.Channel]int{"fax": 1} },
			"channel_limits.webchat": func(g *desk.Agent) { g.ChannelLimits = map[desk.Channel]int{desk.WebChat: -1} },
		} {
			_, err := w.UpdateAgent(ctx, "", w.ana.ID, "", "", func(g *desk.Agent) error { change(g); return nil })
			if fieldOf(err) != field || desk.CodeOf(err) != desk.Invalid {
				t.Errorf("%v, want it to name %s", err, field)
			}
		}
		_, err := w.UpdateAgent(ctx, "", w.ana.ID, "", "", func(g *desk.Agent) error { g.Email = "BEN@example.com "; return nil })
		if fieldOf(err) != "email" {
			t.Errorf("a taken address: %v", err)
		}
		if g := must(w.Agent(ctx, w.ana.ID))(t); g.Email != "ana@example.com" || g.Role != desk.RoleAgent {
			t.Errorf("something of a refused change stayed: %+v", g)
		}
		boss := must(w.CreateAgent(ctx, "", desk.Agent{Email: "boss@example.com", Name: "Boss", Role: desk.RoleAdmin, Enabled: true}, "hash"))(t)
		for _, change := range []func(*desk.Agent){func(g *desk.Agent) { g.Enabled = false }, func(g *desk.Agent) { g.Role = desk.RoleAgent }} {
			_, err := w.UpdateAgent(ctx, "", boss.ID, "", "", func(g *desk.Agent) error { change(g); return nil })
			if desk.CodeOf(err) != desk.Conflict {
				t.Errorf("the last administrator: %v", err)
			}
		}
	})
}

func TestQueuesAndSkillsInUseStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		k := must(w.CreateSkill(ctx, "", desk.Skill{Name: "German"}))(t)
		if _, err := w.CreateSkill(ctx, "", desk.Skill{Name: " German "}); fieldOf(err) != "name" {
			t.Errorf("twice the same skill: %v", err)
		}
		_, err := w.UpdateAgent(ctx, "", w.ana.ID, "", "", func(g *desk.Agent) error { g.Skills = map[desk.ID]int{k.ID: 4}; return nil })
		w.ok(err)
		require := func(reqs []desk.Requirement) error {
			_, err := w.UpdateQueue(ctx, "", w.queue.ID, func(q *desk.Queue) error { q.Requirements = reqs; return nil })
			return err
		}
		w.ok(require([]desk.Requirement{{SkillID: k.ID, Level: 2}}))
		for field, reqs := range map[string][]desk.Requirement{
			"requirements[0].skill_id": {{SkillID: desk.NewID(), Level: 2}},
			"requirements[0].level":    {{SkillID: k.ID, Level: 6}},
			"requirements[1].skill_id": {{SkillID: k.ID, Level: 1}, {SkillID: k.ID, Level: 2}},
		} {
			if err := require(reqs); fieldOf(err) != field {
				t.Errorf("%v, want it to name %s", err, field)
			}
		}
		if err := w.DeleteSkill(ctx, "", k.ID); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("a skill a queue asks for: %v", err)
		}
		w.ok(require(nil))
		before := must(w.LastSeq(ctx))(t)
		w.ok(w.DeleteSkill(ctx, "", k.ID))
		if g := must(w.Agent(ctx, w.ana.ID))(t); len(g.Skills) != 0 {
			t.Errorf("the agent keeps it: %v", g.Skills)
		}
		if diff := cmp.Diff(map[desk.EventType]int{desk.EvSkillChanged: 1, desk.EvAgentChanged: 1}, w.changesSince(before)); diff != "" {
			t.Errorf("told: %s", diff)
		}
		if err := w.DeleteQueue(ctx, "", w.queue.ID); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("a queue with an inbox: %v", err)
		}
		q := desk.QueueDefaults()
		q.Name, q.Hours = "Nights", &desk.Hours{Zone: "Mars/Olympus"}
		if _, err := w.CreateQueue(ctx, "", q); fieldOf(err) != "hours.zone" {
			t.Errorf("a wrong zone: %v", err)
		}
		q.Hours = &desk.Hours{Zone: "Europe/Rome", Week: map[string][]desk.Span{"mon": {{From: 540, To: 1020}}}}
		made := must(w.CreateQueue(ctx, "", q))(t)
		if diff := cmp.Diff(made, must(w.Queue(ctx, made.ID))(t)); diff != "" {
			t.Errorf("made and stored differ: %s", diff)
		}
		w.ok(w.DeleteQueue(ctx, "", made.ID))
		if _, err := w.Queue(ctx, made.ID); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("the removed queue: %v", err)
		}
	})
}

func TestInboxes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		in := must(w.CreateInbox(ctx, "", desk.Inbox{Name: "more", Channel: desk.SMS, Provider: "p", QueueID: w.queue.ID, Secrets: map[string]string{"token": "s3cret"}}))(t)
		w.ok(w.BreakInbox(ctx, in.ID, "the token is wrong"))
		in = must(w.UpdateInbox(ctx, "", in.ID, func(n *desk.Inbox) error {
			n.Label, n.Name, n.Provider = "More", "other", "other"
			return nil
		}))(t)
		got := must(w.Inbox(ctx, in.ID))(t)
		if got.Name != "more" || got.Provider != "p" || got.Label != "More" || got.Secrets["token"] != "s3cret" || got.Broken != "" {
			t.Errorf("inbox: %+v", got)
		}
		for field, n := range map[string]desk.Inbox{
			"name":     {Name: "More Inboxes", Channel: desk.SMS, QueueID: w.queue.ID},
			"provider": {Name: "a-b", QueueID: w.queue.ID},
			"queue_id": {Name: "a-b", Channel: desk.SMS, QueueID: desk.NewID()},
		} {
			if _, err := w.CreateInbox(ctx, "", n); fieldOf(err) != field {
				t.Errorf("%v, want it to name %s", err, field)
			}
		}
		if _, err := w.CreateInbox(ctx, "", desk.Inbox{Name: "more", Channel: desk.SMS, QueueID: w.queue.ID}); fieldOf(err) != "name" {
			t.Errorf("a taken name: %v", err)
		}
		w.says(w.sms, "+15005550100", "hello")
		if err := w.DeleteInbox(ctx, "", w.sms.ID); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("an inbox with conversations: %v", err)
		}
		w.ok(w.DeleteInbox(ctx, "", in.ID))
		if _, err := w.InboxByName(ctx, "more"); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("the removed inbox: %v", err)
		}
	})
}

func TestDeadLettersComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		bad := inbound(w.sms, "+15005550100", "", "bad")
		bad.Message, bad.Raw = nil, []byte("what the provider sent")
		work := must(w.Accept(ctx, []desk.Inbound{bad}))(t)
		for range 5 {
			w.ok(w.Receive(ctx, []desk.ID{work[0].ID}))
		}
		dead, _, err := w.DeadLetters(ctx, 10, "")
		w.ok(err)
		if len(dead) != 1 || dead[0].ID != work[0].ID || dead[0].Attempts != 5 || string(dead[0].Raw) != "what the provider sent" || dead[0].Error == "" {
			t.Fatalf("dead letters: %+v", dead)
		}
		again := must(w.RetryDeadLetter(ctx, dead[0].ID))(t)
		if again != work[0] {
			t.Errorf("retried %+v, want %+v", again, work[0])
		}
		if _, err := w.RetryDeadLetter(ctx, dead[0].ID); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("retried twice: %v", err)
		}
		if open := must(w.Unprocessed(ctx, -time.Minute, 10))(t); len(open) != 1 {
			t.Errorf("the sweep finds %v", open)
		}
	})
}

func TestCostsOfAQueueThatIsGoneKeepNobodyFromBeingChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		q := desk.QueueDefaults()
		q.Name = "for a season"
		gone := must(w.CreateQueue(ctx, "", q))(t)
		costs := map[desk.ID]int{gone.ID: 10, w.queue.ID: 40}
		must(w.UpdateAgent(ctx, "", w.ana.ID, "", "", func(g *desk.Agent) error { g.Costs = costs; return nil }))(t)
		w.ok(w.DeleteQueue(ctx, "", gone.ID))
		g := must(w.UpdateAgent(ctx, "", w.ana.ID, "", "", func(g *desk.Agent) error { g.Enabled = false; return nil }))(t)
		if diff := cmp.Diff(map[desk.ID]int{w.queue.ID: 40}, g.Costs); diff != "" || g.Enabled {
			t.Errorf("enabled %v, costs (-want +got):\n%s", g.Enabled, diff)
		}
		_, err := w.UpdateAgent(ctx, "", w.ana.ID, "", "", func(g *desk.Agent) error { g.Costs = map[desk.ID]int{gone.ID: 10}; return nil })
		if desk.CodeOf(err) != desk.Invalid {
			t.Errorf("a cost for no queue: %v", err)
		}
	})
}
