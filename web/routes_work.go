package web

import (
	"context"
	"time"

	"parley/desk"
	"parley/store"
)

func (a *API) acceptOffer(ctx context.Context, in *ByID) (*body[ConversationDetail], error) {
	if err := a.Store.AcceptOffer(ctx, in.ID, a.user(ctx).ID); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

type declineOfferInput struct {
	ByID
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

func (a *API) declineOffer(ctx context.Context, in *declineOfferInput) (*body[OK], error) {
	if err := a.Store.DeclineOffer(ctx, in.ID, a.user(ctx).ID, in.Body.Reason); err != nil {
		return nil, err
	}
	return &body[OK]{OK{true}}, nil
}

func (a *API) takeConversation(ctx context.Context, in *ByID) (*body[ConversationDetail], error) {
	c, _, err := a.conversation(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	me := a.user(ctx)
	if !a.canTake(me, c) && c.AgentID != me.ID {
		return nil, desk.Errorf(desk.Forbidden, "somebody else has this conversation; ask a supervisor")
	}
	if err := a.Store.Assign(ctx, in.ID, me.ID, me.ID); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

type assignConversationInput struct {
	ByID
	Body struct {
		AgentID string `json:"agent_id" format:"uuid"`
	}
}

func (a *API) assignConversation(ctx context.Context, in *assignConversationInput) (*body[ConversationDetail], error) {
	if err := a.may(ctx, desk.AssignOthers); err != nil {
		return nil, err
	}
	if err := a.Store.Assign(ctx, in.ID, in.Body.AgentID, a.user(ctx).ID); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

type transferConversationInput struct {
	ByID
	Body struct {
		AgentID string `json:"agent_id,omitempty"`
		QueueID string `json:"queue_id,omitempty"`
		SkillID string `json:"skill_id,omitempty" doc:"Back in line for somebody with this skill; alone, or with queue_id"`
		Level   int    `json:"level,omitempty" minimum:"1" maximum:"5" doc:"Of skill_id, at least; 1 when absent"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (a *API) transferConversation(ctx context.Context, in *transferConversationInput) (*body[ConversationDetail], error) {
	b := in.Body
	if (b.AgentID == "") == (b.QueueID == "" && b.SkillID == "") {
		return nil, desk.FieldError("body.agent_id", "name either an agent, or a queue, a skill or both")
	}
	for field, id := range map[string]string{"body.agent_id": b.AgentID, "body.queue_id": b.QueueID, "body.skill_id": b.SkillID} {
		if id != "" && !desk.ValidID(id) {
			return nil, desk.FieldError(field, "is not an id")
		}
	}
	c, _, err := a.workable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Store.Transfer(ctx, store.Transfer{ConversationID: in.ID, ActorID: a.user(ctx).ID, AgentID: b.AgentID, QueueID: b.QueueID, SkillID: b.SkillID, Level: b.Level, Note: b.Note}); err != nil {
		return nil, err
	}
	// Handed over, the conversation may be out of this agent's sight.
	after, identity, err := a.Store.Conversation(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	return &body[ConversationDetail]{a.conversationDetail(a.user(ctx), after, identity)}, nil
}

func (a *API) resolveConversation(ctx context.Context, in *ByID) (*body[ConversationDetail], error) {
	if _, _, err := a.workable(ctx, in.ID); err != nil {
		return nil, err
	}
	if err := a.Store.Resolve(ctx, in.ID, a.user(ctx).ID); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

func (a *API) reopenConversation(ctx context.Context, in *ByID) (*body[ConversationDetail], error) {
	c, _, err := a.conversation(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if c.State.Open() {
		return nil, desk.Errorf(desk.Conflict, "the conversation is open already")
	}
	me := a.user(ctx)
	if err := a.Store.Assign(ctx, in.ID, me.ID, me.ID); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

type snoozeConversationInput struct {
	ByID
	Body struct {
		Until time.Time `json:"until"`
	}
}

func (a *API) snoozeConversation(ctx context.Context, in *snoozeConversationInput) (*body[ConversationDetail], error) {
	if _, _, err := a.workable(ctx, in.ID); err != nil {
		return nil, err
	}
	if err := a.Store.Snooze(ctx, in.ID, a.user(ctx).ID, in.Body.Until); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

type tagConversationInput struct {
	ByID
	Body struct {
		Add    []string `json:"add,omitempty" maxItems:"20"`
		Remove []string `json:"remove,omitempty" maxItems:"20"`
	}
}

func (a *API) tagConversation(ctx context.Context, in *tagConversationInput) (*body[ConversationDetail], error) {
	if _, _, err := a.workable(ctx, in.ID); err != nil {
		return nil, err
	}
	if err := a.Store.Tag(ctx, in.ID, a.user(ctx).ID, in.Body.Add, in.Body.Remove); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

type prioritizeConversationInput struct {
	ByID
	Body struct {
		Priority int `json:"priority" minimum:"-1000" maximum:"1000" doc:"Minutes added to the wait"`
	}
}

func (a *API) prioritizeConversation(ctx context.Context, in *prioritizeConversationInput) (*body[ConversationDetail], error) {
	if err := a.may(ctx, desk.AssignOthers); err != nil {
		return nil, err
	}
	if err := a.Store.Prioritize(ctx, in.ID, a.user(ctx).ID, in.Body.Priority); err != nil {
		return nil, err
	}
	return a.detail(ctx, in.ID)
}

func (a *API) markRead(ctx context.Context, in *ByID) (*body[OK], error) {
	c, _, err := a.conversation(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	me := a.user(ctx)
	if err := a.Store.MarkRead(ctx, c.ID, me.ID); err != nil {
		return nil, err
	}
	if a.live != nil && c.AgentID == me.ID && c.Unread > 0 {
		a.live.markAtProvider(c, true)
	}
	return &body[OK]{OK{true}}, nil
}

func (a *API) retryMessage(ctx context.Context, in *ByID) (*body[MessageItem], error) {
	m, err := a.Store.MessageByID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, _, err := a.workable(ctx, m.ConversationID); err != nil {
		return nil, err
	}
	if m, err = a.Store.Retry(ctx, in.ID); err != nil {
		return nil, err
	}
	return &body[MessageItem]{a.messageItem(m)}, nil
}
