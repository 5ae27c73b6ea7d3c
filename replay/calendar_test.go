package replay_test

import (
	"testing"
	"time"

	"parley/desk"
	"parley/replay"
	"parley/routing/rules"
	"parley/store"
	"parley/store/storetest"
)

// await waits for what happens beside the test.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	look, late := time.NewTicker(time.Millisecond), time.After(20*time.Second)
	defer look.Stop()
	for !happened() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("%s: did not happen", what)
		}
	}
}

// at moves the clock to a time of the day.
func (c *center) at(hour, minute int) {
	c.pass(time.Date(2026, 3, 2, hour, minute, 0, 0, time.UTC).Sub(c.clock()))
}

func days(from, to int) *desk.Hours {
	h := &desk.Hours{Zone: "UTC", Week: map[string][]desk.Span{}, Holidays: map[string][]desk.Span{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		h.Week[day] = []desk.Span{{From: from * 60, To: to * 60}}
	}
	return h
}

// write lets somebody write to an inbox, and gives their conversation.
func (c *center) write(in desk.Inbox, from, text string) desk.ID {
	c.t.Helper()
	work, err := c.Accept(c.t.Context(), []desk.Inbound{{InboxID: in.ID, ProviderID: desk.NewID(), Kind: desk.InMessage, At: c.clock(),
		Identity: desk.Identity{Kind: desk.Phone, Value: from}, Message: &desk.Message{Kind: desk.Text, Text: text}}})
	c.must(err)
	c.must(c.Receive(c.t.Context(), []desk.ID{work[0].ID}))
	list, _, err := c.Conversations(c.t.Context(), store.ConversationFilter{Limit: 50})
	c.must(err)
	for _, v := range list {
		if _, who, err := c.Conversation(c.t.Context(), v.ID); err == nil && who.Value == from {
			return v.ID
		}
	}
	c.t.Fatalf("%s has no conversation", from)
	return ""
}

func (c *center) with(id desk.ID) desk.ID {
	if v := c.floor.Conversation(id); v != nil && v.State == desk.Active {
		return v.AgentID
	}
	return ""
}

// TestCalendarsRingsAndOwnCostsGoTheSameAgain: who waits for an opening, for
// somebody's hours, for a step of the queue's plan or of their own, and for room
// that an agent's own costs leave, does so in a replay.
func TestCalendarsRingsAndOwnCostsGoTheSameAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		var ana, ben, cleo desk.ID
		var shop, post desk.Inbox
		c := openCenter(t, func(change ...func(*store.Config)) *store.Store {
			return open(append(change, func(cfg *store.Config) {
				cfg.CompileRules = func(set desk.RuleSet) store.Rules { return rules.Compile(set, time.UTC) }
			})...)
		}, 1, func(c *center) {
			ctx := t.Context()
			made := func(id desk.ID, err error) desk.ID { c.must(err); return id }
			skill := func(name string) desk.ID {
				k, err := c.CreateSkill(ctx, "", desk.Skill{Name: name})
				return made(k.ID, err)
			}
			sales, german := skill("Sales"), skill("German")
			queue := func(name string, change func(*desk.Queue)) desk.Inbox {
				q := desk.QueueDefaults()
				q.Name, q.AutoAccept = name, true
				change(&q)
				row, err := c.CreateQueue(ctx, "", q)
				c.must(err)
				in, err := c.CreateInbox(ctx, "", desk.Inbox{Name: name, Label: name, Channel: desk.SMS, Provider: "twilio-sms", QueueID: row.ID, Enabled: true})
				c.must(err)
				return *in
			}
			shop = queue("shop", func(q *desk.Queue) {
				q.Requirements, q.Hours, q.AfterHours = []desk.Requirement{{SkillID: sales, Level: 1}}, days(10, 18), desk.AfterHoursSay
			})
			post = queue("post", func(q *desk.Queue) {
				q.Requirements = []desk.Requirement{{SkillID: german, Level: 3}}
				q.Rings = desk.RingPlan{{AfterSeconds: 600, Relax: []desk.Relaxation{{SkillID: german, Level: 1}}}}
			})
			agent := func(name string, skills map[desk.ID]int, change func(*desk.Agent)) desk.ID {
				a := desk.Agent{Email: name + "@example.com", Name: name, Role: desk.RoleAgent, Enabled: true, Capacity: 100, Skills: skills}
				change(&a)
				row, err := c.CreateAgent(ctx, "", a, "hash")
				return made(row.ID, err)
			}
			ana = agent("ana", map[desk.ID]int{sales: 3}, func(a *desk.Agent) { a.Costs = map[desk.ID]int{shop.QueueID: 60} })
			ben = agent("ben", map[desk.ID]int{german: 1}, func(a *desk.Agent) { a.Hours = days(11, 18) })
			cleo = agent("cleo", map[desk.ID]int{german: 4}, func(*desk.Agent) {})
			_, err := c.SaveRules(ctx, "", 0, desk.RuleSet{Rules: []desk.Rule{{Name: "Only the best", Enabled: true, When: `text contains "contract"`,
				Then: desk.RuleOutcome{Rings: desk.RingPlan{}}}}})
			c.must(err)
			for _, id := range []desk.ID{ana, ben} {
				c.must(c.SetPresence(ctx, id, desk.Available, "", false, id))
			}
			c.must(c.Duty(ctx, []desk.ID{ben})) // before his hours
		})
		ctx := t.Context()

		first := c.write(shop, "+1", "before you open")
		c.at(9, 5)
		patient := c.write(post, "+2", "any German will do")
		strict := c.write(post, "+3", "my contract, please")
		c.at(10, 0)
		await(t, "the shop opens", func() bool { return c.with(first) == ana })
		c.at(10, 5)
		second := c.write(shop, "+4", "one more") // 60 of her 100 are taken
		c.at(10, 20)
		c.must(c.Resolve(ctx, first, ana))
		await(t, "Ana has room", func() bool { return c.with(second) == ana })
		c.at(11, 0)
		c.must(c.Duty(ctx, []desk.ID{ben}))
		await(t, "Ben begins", func() bool { return c.with(patient) == ben })
		c.at(12, 0)
		c.must(c.SetPresence(ctx, cleo, desk.Available, "", false, cleo))
		await(t, "Cleo comes", func() bool { return c.with(strict) == cleo })
		c.at(12, 30)
		for id, by := range map[desk.ID]desk.ID{second: ana, patient: ben, strict: cleo} {
			c.must(c.Resolve(ctx, id, by))
		}
		c.at(13, 0)

		p, err := replay.Read(ctx, c.Store, monday, c.clock(), replay.MostEvents, nil)
		c.must(err)
		if p.Check.Equal != 4 || p.Check.Decisions != 4 {
			t.Errorf("choices: %s", &p.Check)
		}
		r, err := p.Run(ctx, replay.Config{Replications: 2}, nil)
		c.must(err)
		was, again := r.Recorded, r.Replayed
		if was.Answered != 4 || again.Answered != 4 || was.MeanWait != again.MeanWait || was.P99 != again.P99 {
			t.Errorf("recorded %+v\nreplayed %+v", was.Figures, again.Figures)
		}
		for i, q := range was.Queues {
			if q.MeanWait != again.Queues[i].MeanWait {
				t.Errorf("%s: waited %v s, again %v s", q.Name, q.MeanWait, again.Queues[i].MeanWait)
			}
		}
		for _, a := range r.Agents {
			if float64(a.Recorded) != a.Replayed {
				t.Errorf("%s answered %d, again %v", a.Name, a.Recorded, a.Replayed)
			}
		}
	})
}
