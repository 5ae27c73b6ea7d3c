package web_test

import (
	"context"
	"parley/web"
	"strings"

	"github.com/alexedwards/scs/v2"

	"parley/desk"
	"parley/store"
)

var contactChange = store.ContactChange{}

// session makes a session without the cost of hashing a password.
func (s *site) session(g *desk.Agent) string {
	s.t.Helper()
	m := scs.New()
	kept := s.Store.Sessions()
	m.Store, m.Codec = kept, kept
	ctx, err := m.Load(s.t.Context(), "")
	s.ok(err)
	m.Put(ctx, store.SessionAgent, g.ID)
	token, _, err := m.Commit(ctx)
	s.ok(err)
	return token
}

func (s *site) reply(c *desk.Conversation, by desk.Role, files ...desk.ID) *desk.Message {
	s.t.Helper()
	m, err := s.Store.Reply(s.t.Context(), store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: s.people[by].ID, Text: "hi", Attachments: files})
	s.ok(err)
	return m
}

// file uploads as somebody, past the network.
func (s *site) file(by desk.Role, name, content string) *desk.Attachment {
	s.t.Helper()
	a, err := s.Store.CreateUpload(s.t.Context(), "agent:"+s.people[by].ID, name, store.MaxUpload, strings.NewReader(content))
	s.ok(err)
	return a
}

// attached is a path to a file of a conversation in an inbox.
func attached(inbox func(*site) *desk.Inbox) func(*site) string {
	return func(s *site) string {
		f := s.file(desk.RoleAdmin, "note.txt", "hello")
		s.reply(s.customer(inbox(s), "+15005551234"), desk.RoleAdmin, f.ID)
		return "/files/" + f.ID + "/note.txt"
	}
}

// uploaded is a path to a file that somebody else has not sent yet.
func uploaded(s *site) string {
	g := s.person("uploader"+desk.NewID(), desk.RoleAgent)
	a, err := s.Store.CreateUpload(s.t.Context(), "agent:"+g.ID, "x.txt", store.MaxUpload, strings.NewReader("x"))
	s.ok(err)
	return "/files/" + a.ID + "/x.txt"
}

func checks(redis, node *error) map[string]web.Check {
	return map[string]web.Check{"redis": {Ask: func(context.Context) error { return *redis }, Remedy: "Start it."},
		"node": {Ask: func(context.Context) error { return *node }, Vital: true, Remedy: "Wait."}}
}
