package web

import (
	"context"

	"parley/desk"
	"parley/store"
)

type contextKey int

const (
	originKey contextKey = iota
	callerKey
)

// Caller is the person behind a request.
type Caller struct {
	Agent *desk.Agent
	// Session is the hash that session.ended names it by.
	Session string
	token   string
}

// Ended tells whether an event says that this caller's session is over:
// its sockets must be cut. Roles and skills may change without that.
func (c Caller) Ended(e desk.Event) bool {
	if e.Type != desk.EvSessionEnded || e.AgentID != c.Agent.ID {
		return false
	}
	if one := e.Data.Fields[store.SessionField]; one != "" {
		return one == c.Session
	}
	return e.Data.Fields[store.SessionExcept] != c.Session
}

func withCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey, c)
}

// caller is who is behind the request. Every operation with security has one;
// asking elsewhere is a mistake in the code and panics.
func caller(ctx context.Context) Caller {
	return ctx.Value(callerKey).(Caller)
}

// user is the person behind the request, as caller.
func (a *API) user(ctx context.Context) *desk.Agent { return caller(ctx).Agent }

// may refuses with Forbidden what the person's role does not allow.
func (a *API) may(ctx context.Context, action desk.Action) error {
	if desk.Allowed(a.user(ctx).Role, action) {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "your role does not allow this; ask an administrator")
}

// conversation reads one that the person may see. What they may not see does
// not exist for them.
func (a *API) conversation(ctx context.Context, id desk.ID) (*desk.Conversation, *desk.Identity, error) {
	c, identity, err := a.Store.Conversation(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if !desk.CanSee(a.user(ctx), c, a.names.get().queues[c.QueueID]) {
		return nil, nil, desk.Errorf(desk.NotFound, "there is no such conversation")
	}
	return c, identity, nil
}

// workable reads one that the person may answer, resolve and transfer.
func (a *API) workable(ctx context.Context, id desk.ID) (*desk.Conversation, *desk.Identity, error) {
	c, identity, err := a.conversation(ctx, id)
	if err == nil && !desk.CanWork(a.user(ctx), c) {
		err = desk.Errorf(desk.Forbidden, "this conversation is not yours; take it first")
	}
	return c, identity, err
}

// limitTo narrows a list of conversations to what the person may see.
func (a *API) limitTo(me *desk.Agent, f *store.ConversationFilter) {
	if desk.Allowed(me.Role, desk.AssignOthers) {
		return
	}
	f.VisibleTo = me.ID
	f.VisibleQueues = []desk.ID{}
	for _, q := range a.names.get().queues {
		if q.Accepts(me) {
			f.VisibleQueues = append(f.VisibleQueues, q.ID)
		}
	}
}
