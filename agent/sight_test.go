package agent

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/desk"
	"parley/floor"
)

const (
	boss  = "boss"
	ana   = "ana"   // owns conversation mine, serves queue near
	ben   = "ben"   // serves queue near
	cleo  = "cleo"  // serves no queue
	admin = "admin" // sees all
	off   = "off"   // serves queue near, but is disabled
)

func agents() []*desk.Agent {
	serving := map[desk.ID]int{"de": 3}
	return []*desk.Agent{
		{ID: boss, Name: "Boss", Role: desk.RoleSupervisor, Enabled: true}, {ID: admin, Name: "Admin", Role: desk.RoleAdmin, Enabled: true},
		{ID: ana, Name: "Ana", Role: desk.RoleAgent, Enabled: true, Skills: serving}, {ID: ben, Name: "Ben", Role: desk.RoleAgent, Enabled: true, Skills: serving},
		{ID: cleo, Name: "Cleo", Role: desk.RoleAgent, Enabled: true}, {ID: off, Name: "Off", Role: desk.RoleAgent, Skills: serving},
	}
}

// talk is a conversation with words in it that not everybody may read.
func talk(id, queue string, s desk.State, agent desk.ID, epoch int64) *desk.Conversation {
	return &desk.Conversation{ID: id, QueueID: queue, State: s, AgentID: agent, Epoch: epoch, ContactID: "contact-" + id, LastText: "SECRET words", LastAuthor: desk.ByCustomer,
		CSATComment: "SECRET comment", Context: desk.Context{Page: "https://example.com/SECRET"}}
}

// encodeWhole shows everything that is in a change, so that tests see what leaks.
func encodeWhole(ch desk.Change) []byte {
	b, err := json.Marshal(ch)
	if err != nil {
		panic(err)
	}
	return b
}

// center is a floor with a hub and a console of each agent.
type center struct {
	*Hub
	floor    *floor.Floor
	consoles map[desk.ID]*Console
	seq      int64
	log      []desk.Change
}

func newCenter(conversations ...*desk.Conversation) *center {
	c := &center{consoles: map[desk.ID]*Console{}}
	queues := []*desk.Queue{{ID: "near", Name: "Near", Requirements: []desk.Requirement{{SkillID: "de", Level: 3}}}, {ID: "far", Name: "Far", Requirements: []desk.Requirement{{SkillID: "it", Level: 1}}}}
	c.floor = floor.New(&desk.Snapshot{Agents: agents(), Queues: queues, Conversations: conversations})
	c.Hub = NewHub(c.floor, encodeWhole)
	for _, a := range agents() {
		c.consoles[a.ID] = NewConsole(a.ID)
		c.greets(c.consoles[a.ID], Hello{})
	}
	return c
}

// Since makes the center its own past.
func (c *center) newest() int64 { return c.seq }

func (c *center) Since(seq int64) ([]desk.Change, bool) {
	if seq > c.seq {
		return nil, false
	}
	return c.log[seq:], true
}

// greets joins a console and gives the frames of its greeting.
func (c *center) greets(con *Console, hello Hello) []string {
	var out []string
	for frame := range c.Join(con, c, hello, c.newest, func(seq int64, reset bool) []byte { return fmt.Appendf(nil, "welcome %d %v", seq, reset) }) {
		out = append(out, string(frame))
	}
	return out
}

// happens folds a change in and shows it, as a node does.
func (c *center) happens(ch desk.Change) {
	c.seq++
	ch.Seq = c.seq
	c.log = append(c.log, ch)
	c.floor.Apply(ch)
	c.Apply(ch)
}

// queued empties a console's queue.
func queued(con *Console) (out []string) {
	for {
		select {
		case frame := <-con.Out:
			out = append(out, string(frame))
		default:
			return out
		}
	}
}

// shown is who was sent something since last asked, and who of them only that it is gone.
func (c *center) shown() string {
	var got []string
	for id, con := range c.consoles {
		for _, frame := range queued(con) {
			name := id
			if !strings.Contains(frame, "SECRET") {
				name += "-"
			}
			got = append(got, name)
		}
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

// about is a change of a conversation, with everything that could leak in it.
func about(t desk.EventType, c *desk.Conversation, change ...func(*desk.Change)) desk.Change {
	ch := desk.Change{Event: desk.Event{Type: t, ConversationID: c.ID, ContactID: c.ContactID, QueueID: c.QueueID, AgentID: c.AgentID, Data: desk.EventData{Note: "SECRET note"}}, Conversation: c}
	if strings.HasPrefix(string(t), "message.") {
		ch.MessageID, ch.Message = "m", &desk.Message{ID: "m", ConversationID: c.ID, Text: "SECRET text"}
	}
	for _, f := range change {
		f(&ch)
	}
	return ch
}

func concerning(agent desk.ID) func(*desk.Change) {
	return func(ch *desk.Change) { ch.AgentID = agent }
}

func from(agent desk.ID) func(*desk.Change) {
	return func(ch *desk.Change) { ch.Data.FromAgentID = agent }
}

// bare is a change as committed without the conversation: a provider's answer to a message.
func bare(ch *desk.Change) { ch.Conversation = nil }

func TestWhoIsShownWhat(t *testing.T) {
	const everybody, above = "admin ana ben boss cleo", "admin boss"
	mine := func(epoch int64) *desk.Conversation { return talk("mine", "near", desk.Active, ana, epoch) }
	line := func(epoch int64) *desk.Conversation { return talk("line", "near", desk.Waiting, "", epoch) }
	away := func(epoch int64) *desk.Conversation { return talk("away", "far", desk.Active, "dora", epoch) }
	for name, c := range map[string]struct {
		views  map[desk.ID]*desk.Conversation // who has what open
		change desk.Change
		want   string // a - means: only that it is gone
	}{
		"message in an owned one":                 {nil, about(desk.EvMessageReceived, mine(1)), "ana"},
		"message in an owned one, others look on": {map[desk.ID]*desk.Conversation{boss: mine(1), ben: mine(1)}, about(desk.EvMessageReceived, mine(1)), "ana ben boss"},
		"a note":                             {nil, about(desk.EvMessageCreated, mine(1)), "ana"},
		"a status":                           {nil, about(desk.EvMessageStatus, mine(1)), "ana"},
		"a status, without the conversation": {nil, about(desk.EvMessageStatus, mine(1), bare), "ana"},
		"an attachment arrived":              {nil, about(desk.EvMessageUpdated, mine(1)), "ana"},
		"read":                               {nil, about(desk.EvConversationRead, mine(1)), "ana"},
		"rating asked for":                   {nil, about(desk.EvCSATAsked, talk("mine", "near", desk.Resolved, ana, 2)), "ana"},
		"rated":                              {nil, about(desk.EvCSATAnswered, talk("mine", "near", desk.Resolved, ana, 2)), "admin ana ben boss"},
		"message in line":                    {nil, about(desk.EvMessageReceived, line(1)), "admin ana ben boss"},
		"automatic answer in line":           {nil, about(desk.EvMessageCreated, line(1)), ""},
		"one enters the line":                {nil, about(desk.EvConversationQueued, line(1)), "admin ana ben boss"},
		"one moves in line":                  {nil, about(desk.EvConversationPriority, line(1)), "admin ana ben boss"},
		"offered":                            {nil, about(desk.EvConversationOffered, talk("line", "near", desk.Offered, ben, 2)), "admin ana ben boss"},
		"offered from a queue nobody here serves":      {nil, about(desk.EvConversationOffered, talk("away", "far", desk.Offered, cleo, 2)), "admin boss cleo"},
		"that offer ends":                              {nil, about(desk.EvConversationReturned, talk("away", "far", desk.Waiting, "", 2), concerning(cleo)), "admin boss cleo-"},
		"that customer leaves":                         {nil, about(desk.EvConversationGone, talk("away", "far", desk.Abandoned, "", 2), concerning(cleo)), "admin boss cleo-"},
		"message in a foreign one":                     {nil, about(desk.EvMessageReceived, away(1)), ""},
		"message in a foreign one, a supervisor looks": {map[desk.ID]*desk.Conversation{boss: away(1)}, about(desk.EvMessageReceived, away(1)), "boss"},
		"a foreign one is resolved":                    {nil, about(desk.EvConversationResolved, talk("away", "far", desk.Resolved, "dora", 2)), above},
		"transferred out of sight":                     {map[desk.ID]*desk.Conversation{ana: mine(1)}, about(desk.EvConversationTransfer, talk("mine", "far", desk.Waiting, "", 2), from(ana)), "admin ana- boss"},
		"pulled out of sight":                          {nil, about(desk.EvConversationAssigned, talk("mine", "far", desk.Active, "dora", 2), from(ana)), "admin ana- boss"},
		"transferred within sight":                     {nil, about(desk.EvConversationTransfer, talk("mine", "near", desk.Waiting, "", 2), from(ana)), "admin ana ben boss"},
		"given to somebody who serves no queue":        {nil, about(desk.EvConversationAssigned, talk("mine", "near", desk.Active, cleo, 2), from(ana)), "admin ana ben boss cleo"},
		"back in line without its agent":               {nil, about(desk.EvConversationQueued, talk("mine", "far", desk.Waiting, "", 2), concerning(ana), from(ana)), "admin ana- boss"},
		"said after it was lost, to who had it open":   {map[desk.ID]*desk.Conversation{cleo: talk("away", "far", desk.Active, cleo, 0)}, about(desk.EvMessageReceived, away(1)), ""},
		"status of a message its writer lost":          {nil, about(desk.EvMessageStatus, away(1), concerning(cleo)), ""},
		"the same, without the conversation":           {nil, about(desk.EvMessageStatus, away(1), concerning(cleo), bare), ""},
		"status in an ended one that is open":          {map[desk.ID]*desk.Conversation{ben: talk("ended", "near", desk.Resolved, ana, 9)}, about(desk.EvMessageStatus, talk("ended", "near", desk.Resolved, ana, 9), bare), "ben"},
		"the same for who may not see it any more":     {map[desk.ID]*desk.Conversation{cleo: talk("ended", "near", desk.Resolved, ana, 9)}, about(desk.EvMessageStatus, talk("ended", "near", desk.Resolved, ana, 9), bare), ""},
		"status in an ended one":                       {nil, about(desk.EvMessageStatus, talk("ended", "near", desk.Resolved, ana, 9), bare), ""},
	} {
		t.Run(name, func(t *testing.T) {
			center := newCenter(mine(1), line(1), away(1))
			for agent, open := range c.views {
				center.View(center.consoles[agent], open)
			}
			center.happens(c.change)
			if got := center.shown(); got != c.want {
				t.Errorf("shown to %q, want %q", got, c.want)
			}
			// Whoever comes back is shown the same as who was there.
			for agent := range center.consoles {
				again := NewConsole(agent)
				if open := c.views[agent]; open != nil {
					center.View(again, open)
				}
				missed := center.greets(again, Hello{Resume: true, Last: center.seq - 1})[1:]
				had := strings.Contains(" "+c.want+" ", " "+agent+" ")
				gone := strings.Contains(" "+c.want+" ", " "+agent+"- ")
				if (len(missed) > 0) != (had || gone) || len(missed) > 0 && strings.Contains(missed[0], "SECRET") != had {
					t.Errorf("on resume %s is shown %q, want as live: %q", agent, missed, c.want)
				}
			}
		})
	}
	for name, c := range map[string]struct {
		change desk.Change
		want   []desk.ID
	}{
		"queue changed":        {desk.Change{Event: desk.Event{Type: desk.EvQueueChanged, QueueID: "near"}}, strings.Fields(everybody)},
		"inbox changed":        {desk.Change{Event: desk.Event{Type: desk.EvInboxChanged}}, strings.Fields(everybody)},
		"skill changed":        {desk.Change{Event: desk.Event{Type: desk.EvSkillChanged}}, strings.Fields(everybody)},
		"one's own presence":   {desk.Change{Event: desk.Event{Type: desk.EvAgentPresence, AgentID: ana}}, []desk.ID{admin, ana, boss}},
		"somebody was changed": {desk.Change{Event: desk.Event{Type: desk.EvAgentChanged, AgentID: cleo}}, []desk.ID{admin, boss, cleo}},
		"dead letter":          {desk.Change{Event: desk.Event{Type: desk.EvInboundQuarantined}}, []desk.ID{admin}},
		"contact changed":      {desk.Change{Event: desk.Event{Type: desk.EvContactChanged, ContactID: "contact-mine"}}, []desk.ID{ben}},
	} {
		center := newCenter(mine(1), away(1))
		center.View(center.consoles[ben], mine(1))
		center.View(center.consoles[cleo], mine(0)) // had it open when it was theirs
		center.View(center.consoles[boss], away(1))
		center.happens(c.change)
		if got := strings.ReplaceAll(center.shown(), "-", ""); got != strings.Join(c.want, " ") {
			t.Errorf("%s: shown to %q, want %q", name, got, c.want)
		}
	}
}

// Somebody who loses a skill, or is disabled, while away is shown nothing more on coming back.
func TestWhatIsMissedGoesByWhatMayBeSeenNow(t *testing.T) {
	c := newCenter(talk("line", "near", desk.Waiting, "", 1))
	c.happens(about(desk.EvMessageReceived, talk("line", "near", desk.Waiting, "", 1)))
	c.happens(about(desk.EvConversationPriority, talk("line", "near", desk.Waiting, "", 1)))
	if got := c.greets(NewConsole(ben), Hello{Resume: true, Last: 0}); len(got) != 3 {
		t.Fatalf("before: %q", got)
	}
	c.floor.Apply(desk.Change{Event: desk.Event{Type: desk.EvAgentChanged, AgentID: ben}, Agent: &desk.Agent{ID: ben, Role: desk.RoleAgent, Enabled: true}})
	if got := c.greets(NewConsole(ben), Hello{Resume: true, Last: 0}); len(got) != 1 {
		t.Errorf("without the skill: %q", got)
	}
	c.floor.Apply(desk.Change{Event: desk.Event{Type: desk.EvAgentChanged, AgentID: boss}, Agent: &desk.Agent{ID: boss, Role: desk.RoleSupervisor}})
	if got := c.greets(NewConsole(boss), Hello{Resume: true, Last: 0}); len(got) != 1 {
		t.Errorf("disabled: %q", got)
	}
	if got := c.greets(NewConsole("nobody"), Hello{Resume: true, Last: 0}); len(got) != 1 {
		t.Errorf("unknown: %q", got)
	}
}

// Whoever would be shown a change is among those asked, whatever it is about
// and whoever has what open.
func TestCandidatesLeaveNobodyOut(t *testing.T) {
	types := []desk.EventType{desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvCSATAsked,
		desk.EvConversationAssigned, desk.EvConversationResolved, desk.EvConversationTransfer}
	few := 0
	for _, state := range []desk.State{desk.Waiting, desk.Offered, desk.Active, desk.Resolved} {
		for _, owner := range []desk.ID{"", ana, cleo} {
			conversation := talk("mine", "near", state, owner, 1)
			c := newCenter(conversation)
			c.View(c.consoles[boss], conversation)
			c.View(c.consoles[cleo], conversation)
			for _, typ := range types {
				for _, other := range []desk.ID{"", ana, ben, cleo, boss} {
					ch := about(typ, conversation, concerning(other), from(other))
					asked := map[*Console]int{}
					for con := range c.candidates(ch) {
						asked[con]++
					}
					if len(asked) < len(c.consoles) {
						few++
					}
					for id, con := range c.consoles {
						if asked[con] > 1 || asked[con] == 0 && c.seen(con, ch) != unseen {
							t.Errorf("%s of a conversation %s with %q, about %q: %s was asked %d times", typ, state, owner, other, id, asked[con])
						}
					}
				}
			}
		}
	}
	if few == 0 {
		t.Error("everybody was asked each time")
	}
}
