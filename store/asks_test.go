package store_test

import (
	"testing"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// What a conversation asks for begins with its inbox's demands, beside the queue's.
func TestAnInboxsDemandsGoWithItsConversations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		german := must(w.CreateSkill(t.Context(), "", desk.Skill{Name: "German"}))(t)
		must(w.UpdateInbox(t.Context(), "", w.chat.ID, func(in *desk.Inbox) error {
			in.Requirements = []desk.Requirement{{SkillID: german.ID, Level: 3}}
			return nil
		}))(t)
		w.says(w.chat, "visitor", "guten Tag")
		if c := w.only(); len(c.Requirements) != 1 || c.Requirements[0].SkillID != german.ID || c.Requirements[0].Level != 3 {
			t.Errorf("it asks for %+v", c.Requirements)
		}
		if e := w.events(desk.EvConversationQueued); len(e) != 1 || len(e[0].Data.Requirements) != 1 {
			t.Errorf("the line is told %+v", e)
		}
	})
}

// A transfer says who gave it to whom, and all that was said stays with it.
func TestATransferSaysWhoWaitedOnWhom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.active(w.chat, "visitor", w.ben)
		before, _, err := w.Messages(ctx, c.ID, 50, "")
		w.ok(err)
		w.ok(w.Transfer(ctx, store.Transfer{ConversationID: c.ID, ActorID: w.ben.ID, AgentID: w.ana.ID, Note: "please help"}))
		w.ok(w.AcceptOffer(ctx, c.ID, w.ana.ID))
		e := w.events(desk.EvConversationTransfer)
		if len(e) != 1 || e[0].ActorID != w.ben.ID || e[0].Data.FromAgentID != w.ben.ID {
			t.Errorf("told: %+v, want it from %s", e, w.ben.ID)
		}
		after, _, err := w.Messages(ctx, c.ID, 50, "")
		w.ok(err)
		if len(after) < len(before) {
			t.Errorf("%d messages of %d are left", len(after), len(before))
		}
		if m := w.metrics(); m[desk.WaitAnswered] != 2 { // of the customer on ben, and then on ana
			t.Errorf("%d waits were measured, want one on each", m[desk.WaitAnswered])
		}
	})
}
