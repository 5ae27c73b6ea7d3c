package store

import (
	"context"

	"parley/desk"
)

// RuleFacts is what the rules would look at if a past conversation began now:
// its first message, page and moment, and the contact as known today.
func (s *Store) RuleFacts(ctx context.Context, conversation desk.ID) (*desk.RuleFacts, error) {
	c, _, err := s.Conversation(ctx, conversation)
	if err != nil {
		return nil, err
	}
	config, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	card, err := s.Contact(ctx, c.ContactID)
	if err != nil {
		return nil, err
	}
	var first []messageRecord
	err = s.read(ctx).Select("text").Where("conversation_id = ? AND direction = ?", c.ID, desk.In).Order("at, id").Limit(1).Find(&first).Error
	if err != nil {
		return nil, down(err)
	}
	f := &desk.RuleFacts{At: c.CreatedAt, Inbox: config.inboxes[c.InboxID], Contact: &card.Contact, Company: card.Company, Context: c.Context,
		Returning: card.CreatedAt.Before(c.CreatedAt), Queues: config.queues}
	if len(first) > 0 {
		f.Text = first[0].Text
	}
	return f, nil
}

// RuleOf gives the event with which a conversation last came into line by
// itself, with the rule that sent it there, if one did; nil: it never did.
func (s *Store) RuleOf(ctx context.Context, conversation desk.ID) (*desk.Event, error) {
	var rows []eventRow
	err := s.read(ctx).Where("conversation_id = ? AND type IN ?", conversation, []desk.EventType{desk.EvConversationQueued, desk.EvConversationReopened}).
		Order("seq DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, down(err)
	}
	e := desk.Event(rows[0])
	return &e, nil
}
