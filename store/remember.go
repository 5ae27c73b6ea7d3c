package store

import (
	"errors"
	"slices"
	"sync"

	"parley/desk"
)

// errStale says that a conversation has changed since it was remembered. The
// transaction runs again and reads it.
var errStale = errors.New("a conversation has changed meanwhile")

// rememberedMost bounds the memory: some 40 MB.
const rememberedMost = 20_000

// remembered knows open conversations by who writes in them, so that a message
// into one needs no look at identity and conversation. It may be out of date:
// what is written on the strength of it names the version it was made from.
type remembered struct {
	mu    sync.Mutex
	byKey map[string]*memory
	byID  map[desk.ID]*memory
}

// memory is never changed in what it points to, only replaced.
type memory struct {
	conversation *desk.Conversation
	keys         []string
}

func newRemembered() *remembered {
	return &remembered{byKey: map[string]*memory{}, byID: map[desk.ID]*memory{}}
}

func rememberKey(inbox desk.ID, id desk.Identity) string { return inbox + "|" + id.Key() }

// find gives the conversation that all identities of an item lead to; nil when
// one of them is not known.
func (r *remembered) find(in *desk.Inbound) *desk.Conversation {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.byKey[rememberKey(in.InboxID, in.Identity)]
	if m == nil {
		return nil
	}
	for _, alias := range in.Aliases {
		if r.byKey[rememberKey(in.InboxID, alias)] != m {
			return nil
		}
	}
	return m.conversation
}

// learn remembers which conversation the identities of an item lead to.
func (r *remembered) learn(in *desk.Inbound, c *desk.Conversation) {
	if !c.State.Open() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.byID[c.ID]
	if m == nil {
		for id := range r.byID { // any: whoever writes again is learned again
			if len(r.byID) < rememberedMost {
				break
			}
			r.forget(id)
		}
		m = &memory{conversation: c}
		r.byID[c.ID] = m
	}
	if c.Version > m.conversation.Version {
		m.conversation = c
	}
	for _, id := range allIdentities(in) {
		key := rememberKey(in.InboxID, id)
		if r.byKey[key] != m {
			r.byKey[key] = m
			m.keys = append(m.keys, key)
		}
	}
}

// saw follows what became of a conversation, here or on another node.
func (r *remembered) saw(c *desk.Conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.byID[c.ID]
	if m == nil || c.Version <= m.conversation.Version {
		return
	}
	if m.conversation = c; !c.State.Open() {
		r.forget(c.ID)
	}
}

func (r *remembered) forget(id desk.ID) {
	for _, key := range r.byID[id].keys {
		if r.byKey[key] == r.byID[id] {
			delete(r.byKey, key)
		}
	}
	delete(r.byID, id)
}

// Saw follows a change, so that what is remembered stays of use: of this node's
// commits the store knows by itself, of others' it is told.
func (s *Store) Saw(ch *desk.Change) {
	if ch.Conversation != nil {
		s.open.saw(ch.Conversation)
	}
}

// recall finds the items that are messages into conversations known from memory.
// Everything of one writer comes from memory, or nothing does.
func (r *reception) recall() {
	slow := map[string]bool{}
	found := make([]*desk.Conversation, len(r.items))
	for i := range r.items {
		in := &r.items[i]
		if in.Kind == desk.InMessage && in.Message != nil {
			found[i] = r.s.open.find(in)
		}
		if found[i] == nil {
			slow[rememberKey(in.InboxID, in.Identity)] = true
		}
	}
	for i, c := range found {
		in := &r.items[i]
		key := rememberKey(in.InboxID, in.Identity)
		if slow[key] {
			continue
		}
		r.known[key] = c.ID
		if r.conversations[c.ID] == nil {
			r.conversations[c.ID] = own(c)
			r.after(c.StateSince)
		}
	}
}

// own is a copy to change; what its lists share is not written to.
func own(c *desk.Conversation) *desk.Conversation {
	k := *c
	k.Requirements, k.AvoidAgentIDs, k.ConsultedAgentIDs = slices.Clip(k.Requirements), slices.Clip(k.AvoidAgentIDs), slices.Clip(k.ConsultedAgentIDs)
	k.Tags, k.Rings = slices.Clip(k.Tags), slices.Clip(k.Rings)
	return &k
}

// learn remembers the conversations that messages went into, once committed.
func (r *reception) learn() {
	for i := range r.items {
		if in := &r.items[i]; in.Kind == desk.InMessage {
			if c := r.conversationOf(in); c != nil {
				r.s.open.learn(in, c)
			}
		}
	}
}
