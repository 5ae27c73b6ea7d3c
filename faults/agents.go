package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"net/http"
	"time"

	"parley/desk"
)

// agentPlay is an agent at work: they answer what rings, or do not, talk with
// their customers, and now and then hand over, put aside, or go away.
type agentPlay struct {
	driver   *Driver
	me       worker
	console  *console
	dice     *mrand.Rand
	mine     map[desk.ID]*talk
	presence desk.Presence
	backAt   time.Time // when they come back from being away
	replies  int
}

// talk is a conversation the agent has.
type talk struct {
	owed    bool // the customer wrote last
	replies int
}

const (
	agentTick   = 200 * time.Millisecond
	lookEvery   = 4 * time.Second // the agent's list is read anew, as on a reload
	agentFrames = 4096
)

// work plays until ctx ends.
func (a *agentPlay) work(ctx context.Context) {
	tick, look := time.NewTicker(agentTick), time.NewTicker(lookEvery)
	defer tick.Stop()
	defer look.Stop()
	a.comeBack(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-a.console.frames:
			a.see(ctx, s)
		case <-tick.C:
			a.act(ctx)
		case <-look.C:
			a.look(ctx)
		}
	}
}

func (a *agentPlay) see(ctx context.Context, s shown) {
	if s.Agent != nil && s.Agent.ID == a.me.id {
		if a.presence == desk.Available && s.Agent.Presence != desk.Available {
			a.backAt = time.Now().Add(time.Duration(500+a.dice.IntN(1500)) * time.Millisecond)
		}
		a.presence = s.Agent.Presence
	}
	if c := s.Conversation; c != nil {
		a.keep(c)
		if t := a.mine[c.ID]; t != nil && s.Message != nil && s.Message.Direction == desk.In {
			t.owed = true
		}
	}
	if s.Offer != nil && s.Offer.AgentID == a.me.id {
		a.answer(ctx, s.Offer.ID, s.Offer.Conversation.ID)
	}
}

func (a *agentPlay) keep(c *conversationShown) {
	switch has := a.mine[c.ID]; {
	case c.AgentID != a.me.id || c.State != desk.Active:
		delete(a.mine, c.ID)
	case has == nil:
		a.mine[c.ID] = &talk{owed: true}
	}
}

// answer decides about an offer.
func (a *agentPlay) answer(ctx context.Context, offer, conversation desk.ID) {
	roll := a.dice.IntN(100)
	time.Sleep(time.Duration(a.dice.IntN(150)) * time.Millisecond)
	switch {
	case roll < 8: // does not hear it ring
	case roll < 18:
		a.do(ctx, Action{Kind: Decline, Conversation: conversation, Offer: offer}, "POST", "/decline", map[string]any{"reason": "busy"})
	default:
		if roll < 28 { // a colleague who was not asked tries, too
			other := a.driver.agents[a.dice.IntN(len(a.driver.agents))]
			if other != a {
				go other.do(ctx, Action{Kind: Accept, Conversation: conversation}, "POST", "/accept", map[string]any{})
			}
		}
		a.do(ctx, Action{Kind: Accept, Conversation: conversation, Offer: offer}, "POST", "/accept", map[string]any{})
	}
}

// act does one thing with one of their conversations.
func (a *agentPlay) act(ctx context.Context) {
	if a.presence != desk.Available {
		if time.Now().After(a.backAt) {
			a.comeBack(ctx)
		}
		return
	}
	if a.dice.IntN(300) == 0 {
		a.setPresence(ctx, desk.Away)
		a.backAt = time.Now().Add(time.Duration(1+a.dice.IntN(3)) * time.Second)
		return
	}
	ids := sortedKeys(a.mine)
	if len(ids) == 0 {
		return
	}
	id := ids[a.dice.IntN(len(ids))]
	t := a.mine[id]
	roll := a.dice.IntN(100)
	switch {
	case t.owed && roll < 70:
		a.reply(ctx, id, t)
	case roll < 4:
		a.transfer(ctx, id)
	case roll < 7:
		until := time.Now().Add(time.Duration(1500+a.dice.IntN(2500)) * time.Millisecond)
		if a.do(ctx, Action{Kind: Snooze, Conversation: id}, "POST", "/snooze", map[string]any{"until": until}) {
			delete(a.mine, id)
		}
	case t.replies > 0 && roll < 35:
		if a.do(ctx, Action{Kind: Resolve, Conversation: id}, "POST", "/resolve", map[string]any{}) {
			delete(a.mine, id)
		}
	}
}

func (a *agentPlay) reply(ctx context.Context, id desk.ID, t *talk) {
	a.replies++
	text := fmt.Sprintf("%s %s r%d", a.driver.run, a.me.id[len(a.me.id)-4:], a.replies)
	message := desk.NewID()
	if a.do(ctx, Action{Kind: Reply, Conversation: id, Message: message, Text: text}, "POST", "/messages", map[string]any{"id": message, "text": text}) {
		t.owed = false
		t.replies++
	}
}

func (a *agentPlay) transfer(ctx context.Context, id desk.ID) {
	body := map[string]any{"note": "please"}
	if a.dice.IntN(2) == 0 {
		body["queue_id"] = a.driver.rig.world.queues[a.dice.IntN(2)]
	} else {
		body["agent_id"] = a.driver.agents[a.dice.IntN(len(a.driver.agents))].me.id
	}
	if a.do(ctx, Action{Kind: Transfer, Conversation: id}, "POST", "/transfer", body) {
		delete(a.mine, id)
	}
}

func (a *agentPlay) comeBack(ctx context.Context) { a.setPresence(ctx, desk.Available) }

func (a *agentPlay) setPresence(ctx context.Context, p desk.Presence) {
	began := time.Now()
	status := a.driver.ask(ctx, a.me.token, "PUT", "/api/v1/me/presence", map[string]any{"presence": p}, nil)
	switch status {
	case http.StatusOK:
		a.presence = p
	case http.StatusUnauthorized: // disabled: there is nothing to come back to
		a.backAt = time.Now().Add(time.Hour)
	}
	a.driver.record(Action{Kind: Presence, Agent: a.me.id, Text: string(p), Status: status, At: began, Done: time.Now()})
}

// look reads what the agent has and what rings, as a console does when it is loaded.
func (a *agentPlay) look(ctx context.Context) {
	var list struct{ Items []conversationShown }
	if a.driver.ask(ctx, a.me.token, "GET", "/api/v1/conversations?state=active&limit=100&agent_id="+a.me.id, nil, &list) != http.StatusOK {
		return
	}
	has := map[desk.ID]bool{}
	for _, c := range list.Items {
		if c.AgentID == a.me.id {
			has[c.ID] = true
			a.keep(&c)
		}
	}
	for id := range a.mine {
		if !has[id] {
			delete(a.mine, id)
		}
	}
	var me struct {
		Agent struct{ Presence desk.Presence }
	}
	if a.driver.ask(ctx, a.me.token, "GET", "/api/v1/me", nil, &me) == http.StatusOK {
		a.presence = me.Agent.Presence
	}
}

// do asks for something about a conversation, again and again while there is no
// answer: all of these are the same thing when they come twice.
func (a *agentPlay) do(ctx context.Context, what Action, method, path string, body any) bool {
	what.Agent, what.At = a.me.id, time.Now()
	for try := range 6 {
		what.Status = a.driver.ask(ctx, a.me.token, method, "/api/v1/conversations/"+what.Conversation+path, body, nil)
		if what.Status != 0 && what.Status/100 != 5 || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Duration(100<<try) * time.Millisecond)
	}
	what.Done = time.Now()
	a.driver.record(what)
	return what.OK()
}

func (d *Driver) record(a Action) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.actions = append(d.actions, a)
}

var apiClient = &http.Client{Timeout: 12 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second}}

// ask calls the API on some node; 0 when there was no answer. It finishes what
// it has begun when ctx ends.
func (d *Driver) ask(ctx context.Context, token, method, path string, body, into any) int {
	n := d.rig.balancer.pick()
	if n == nil {
		return 0
	}
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), method, "http://"+n.Addr+path, content)
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := apiClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if into != nil && res.StatusCode == http.StatusOK {
		if json.NewDecoder(res.Body).Decode(into) != nil {
			return 0
		}
	}
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}
