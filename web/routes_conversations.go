package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
	"parley/routing"
	"parley/store"
)

func (a *API) registerConversations(api huma.API) {
	route(api, http.MethodGet, "/conversations", "listConversations", "Conversations you may see, newest activity first (line: first in line first)", a.listConversations)
	route(api, http.MethodGet, "/conversations/{id}", "getConversation", "One conversation", a.getConversation)
	route(api, http.MethodGet, "/conversations/{id}/messages", "listMessages", "The thread, oldest first; cursor pages back in time", a.listMessages)
	route(api, http.MethodPost, "/conversations/{id}/messages", "sendMessage", "Answer the customer, or add a private note. The id is the client's: the same id again is the same message", a.sendMessage)
	route(api, http.MethodGet, "/conversations/{id}/events", "listConversationEvents", "What happened to it, oldest first", a.listConversationEvents)
	route(api, http.MethodGet, "/conversations/{id}/routing", "getRouting", "Why it went to whom, or why it is still waiting", a.getRouting)
	route(api, http.MethodPost, "/conversations/{id}/accept", "acceptOffer", "Accept the offer", a.acceptOffer)
	route(api, http.MethodPost, "/conversations/{id}/decline", "declineOffer", "Decline the offer", a.declineOffer)
	route(api, http.MethodPost, "/conversations/{id}/take", "takeConversation", "Pull it from the line, or from another agent if you may", a.takeConversation)
	route(api, http.MethodPost, "/conversations/{id}/assign", "assignConversation", "Give it to an agent (supervisor)", a.assignConversation)
	route(api, http.MethodPost, "/conversations/{id}/transfer", "transferConversation", "Hand it to an agent or a queue", a.transferConversation)
	route(api, http.MethodPost, "/conversations/{id}/resolve", "resolveConversation", "Resolve it", a.resolveConversation)
	route(api, http.MethodPost, "/conversations/{id}/reopen", "reopenConversation", "Open a resolved one again, as yours", a.reopenConversation)
	route(api, http.MethodPost, "/conversations/{id}/snooze", "snoozeConversation", "Put it aside until a time or the customer writes", a.snoozeConversation)
	route(api, http.MethodPatch, "/conversations/{id}/tags", "tagConversation", "Add and remove tags", a.tagConversation)
	route(api, http.MethodPost, "/conversations/{id}/priority", "prioritizeConversation", "Move it in line (supervisor)", a.prioritizeConversation)
	route(api, http.MethodPost, "/conversations/{id}/read", "markRead", "You have seen it all", a.markRead)
	route(api, http.MethodPost, "/messages/{id}/retry", "retryMessage", "Send a failed message again", a.retryMessage)
}

// Routing explains where a conversation went or why it waits.
type Routing struct {
	Offers  []OfferHistory `json:"offers" doc:"Newest first"`
	Waiting *WaitingWhy    `json:"waiting,omitempty" doc:"Present while in line"`
	Rule    *RoutingRule   `json:"rule,omitempty" doc:"The rule that sent it to its queue when it last came into line by itself; absent: none did"`
}

// RoutingRule is the rule that sent a conversation somewhere, as it was then.
type RoutingRule struct {
	desk.RuleMatch
	QueueID desk.ID   `json:"queue_id"`
	Queue   string    `json:"queue"`
	At      time.Time `json:"at"`
	Words   string    `json:"words"`
}

// OfferHistory is one assignment or offer with its reasons.
type OfferHistory struct {
	desk.Offer
	AgentName string `json:"agent_name"`
}

// WaitingWhy says why nobody has it yet.
type WaitingWhy struct {
	Position int                 `json:"position"`
	Of       int                 `json:"of"`
	Words    string              `json:"words" doc:"Why nobody has it"`
	Rule     string              `json:"rule" doc:"closed, nobody, waits_for_preferred, blocked; or what will decide in a moment"`
	Policy   string              `json:"policy"`
	Waited   float64             `json:"waited_seconds"`
	Score    float64             `json:"score" doc:"Weighted minutes waited and minutes of priority"`
	Eligible int                 `json:"eligible" doc:"Agents who could take it now"`
	Excluded map[string]int      `json:"excluded" doc:"The others by why not: disabled, offline, hours, skill, level, ring (may take it later), away, busy, capacity, channel_limit, reserved, kept, declined"`
	Examples map[string][]string `json:"examples"`
	Ring     int                 `json:"ring" doc:"Steps of the ring plan that hold"`
	Rings    []RingItem          `json:"rings" doc:"The whole plan"`
	NextAt   *time.Time          `json:"next_at,omitempty" doc:"When something changes by time alone"`
	Next     string              `json:"next,omitempty" doc:"What changes then, in words"`
	Cost     int                 `json:"cost" doc:"What it takes of an agent's capacity, unless theirs differs"`
	OpensAt  *time.Time          `json:"opens_at,omitempty" doc:"Came after hours: not offered before"`
	Declines int                 `json:"declines" doc:"Offers declined or missed in this stay"`
}

// RingItem is one step of a ring plan.
type RingItem struct {
	Words string    `json:"words"`
	At    time.Time `json:"at" doc:"When it comes by time"`
	Holds bool      `json:"holds"`
}

type listConversationsInput struct {
	State     string `query:"state" doc:"One state, or several with commas; open for every open one"`
	Inbox     string `query:"inbox" doc:"Inbox name"`
	QueueID   string `query:"queue_id"`
	AgentID   string `query:"agent_id"`
	ContactID string `query:"contact_id"`
	Channel   string `query:"channel"`
	View      string `query:"view" enum:"mine,line,all" doc:"mine: owned by me and open; line: waiting in queues I serve"`
	Q         string `query:"q" maxLength:"100" doc:"Words in contact name or messages"`
	ListQuery
}

func (a *API) listConversations(ctx context.Context, in *listConversationsInput) (*body[Page[ConversationItem]], error) {
	f, err := a.conversationFilter(ctx, in)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Store.Conversations(ctx, f)
	if err != nil {
		return nil, err
	}
	return &body[Page[ConversationItem]]{Page[ConversationItem]{a.conversationItems(list), next}}, nil
}

// conversationFilter reads the query and limits it to what the person may see.
func (a *API) conversationFilter(ctx context.Context, in *listConversationsInput) (store.ConversationFilter, error) {
	me := a.user(ctx)
	f := store.ConversationFilter{Channel: desk.Channel(in.Channel), Words: in.Q, Limit: in.Limit, Cursor: in.Cursor}
	for name, v := range map[string]struct {
		from string
		to   *desk.ID
	}{"query.agent_id": {in.AgentID, &f.AgentID}, "query.contact_id": {in.ContactID, &f.ContactID}} {
		if v.from != "" && !desk.ValidID(v.from) {
			return f, desk.FieldError(name, "is not an id")
		}
		*v.to = v.from
	}
	if in.QueueID != "" {
		if !desk.ValidID(in.QueueID) {
			return f, desk.FieldError("query.queue_id", "is not an id")
		}
		f.QueueIDs = []desk.ID{in.QueueID}
	}
	var err error
	if f.States, err = states(in.State); err != nil {
		return f, err
	}
	if in.Inbox != "" {
		inbox, err := a.Store.InboxByName(ctx, in.Inbox)
		if err != nil {
			return f, err
		}
		f.InboxID = inbox.ID
	}
	queues, err := a.Store.Queues(ctx)
	if err != nil {
		return f, err
	}
	mine := []desk.ID{}
	for _, q := range lines(queues, me) {
		mine = append(mine, q.ID)
	}
	if !desk.Allowed(me.Role, desk.AssignOthers) {
		f.VisibleTo, f.VisibleQueues = me.ID, mine
	}
	switch in.View {
	case "mine":
		f.AgentID = me.ID
		if len(f.States) == 0 {
			f.States = []desk.State{desk.Active, desk.Wrapping, desk.Snoozed}
		}
	case "line":
		f.Line = true
		if f.QueueIDs == nil {
			f.QueueIDs = mine
		}
	}
	return f, nil
}

func states(list string) ([]desk.State, error) {
	var out []desk.State
	for name := range strings.SplitSeq(list, ",") {
		switch {
		case name == "":
		case name == "open":
			for _, s := range desk.States() {
				if s.Open() {
					out = append(out, s)
				}
			}
		case slices.Contains(desk.States(), desk.State(name)):
			out = append(out, desk.State(name))
		default:
			return nil, desk.FieldError("query.state", "%q is not a state; use open or one of %v", desk.Truncate(name, 20), desk.States())
		}
	}
	return out, nil
}

func (a *API) getConversation(ctx context.Context, in *ByID) (*body[ConversationDetail], error) {
	return a.detail(ctx, in.ID)
}

// detail shows a conversation as it is after something was done.
func (a *API) detail(ctx context.Context, id desk.ID) (*body[ConversationDetail], error) {
	c, identity, err := a.conversation(ctx, id)
	if err != nil {
		return nil, err
	}
	return &body[ConversationDetail]{a.conversationDetail(a.user(ctx), c, identity)}, nil
}

type listMessagesInput struct {
	ByID
	ListQuery
}

func (a *API) listMessages(ctx context.Context, in *listMessagesInput) (*body[Page[MessageItem]], error) {
	if _, _, err := a.conversation(ctx, in.ID); err != nil {
		return nil, err
	}
	list, next, err := a.Store.Messages(ctx, in.ID, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	out := Page[MessageItem]{Items: make([]MessageItem, len(list)), NextCursor: next}
	for i, m := range list {
		out.Items[i] = a.messageItem(m)
	}
	return &body[Page[MessageItem]]{out}, nil
}

type sendMessageInput struct {
	ByID
	Body struct {
		ID          string   `json:"id,omitempty" format:"uuid" doc:"Made by the client; made here when absent"`
		Text        string   `json:"text,omitempty" maxLength:"65536"`
		Note        bool     `json:"note,omitempty" doc:"Private: only agents see it"`
		Attachments []string `json:"attachments,omitempty" maxItems:"10" doc:"Ids from uploads"`
		SeenSeq     int64    `json:"seen_seq,omitempty" doc:"Last event you had seen; with hold, refuse (409) if a colleague answered since"`
		Hold        bool     `json:"hold,omitempty"`
		Mentions    []string `json:"mentions,omitempty" maxItems:"10" doc:"Agents consulted by a note: they may read the conversation from then on"`
	}
}

func (a *API) sendMessage(ctx context.Context, in *sendMessageInput) (*body[MessageItem], error) {
	c, _, err := a.conversation(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	me := a.user(ctx)
	if !in.Body.Note && !desk.CanWork(me, c) {
		return nil, desk.Errorf(desk.Forbidden, "this conversation is not yours; take it first")
	}
	r := store.Reply{ID: strings.ToLower(in.Body.ID), ConversationID: c.ID, AgentID: me.ID, Text: in.Body.Text, Note: in.Body.Note, Attachments: in.Body.Attachments}
	for i, id := range in.Body.Mentions {
		if !desk.ValidID(id) {
			return nil, desk.FieldError(fmt.Sprintf("body.mentions[%d]", i), "is not an id")
		}
	}
	if len(in.Body.Mentions) > 0 && !in.Body.Note {
		return nil, desk.FieldError("body.mentions", "belongs to a private note; send it with note: true")
	}
	r.Mentions = in.Body.Mentions
	if r.ID == "" {
		r.ID = desk.NewID()
	}
	if in.Body.Hold {
		r.Seen = in.Body.SeenSeq
	}
	if limit := textLimit(c.Channel); !r.Note && limit > 0 && len([]rune(r.Text)) > limit {
		return nil, desk.FieldError("body.text", "has %d characters; %s takes at most %d", len([]rune(r.Text)), c.Channel, limit)
	}
	m, err := a.Store.Reply(ctx, r)
	if err != nil {
		return nil, err
	}
	return &body[MessageItem]{a.messageItem(m)}, nil
}

func (a *API) listConversationEvents(ctx context.Context, in *ByID) (*body[Page[EventItem]], error) {
	if _, _, err := a.conversation(ctx, in.ID); err != nil {
		return nil, err
	}
	events, err := a.Store.ConversationEvents(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := Page[EventItem]{Items: make([]EventItem, len(events))}
	for i, e := range events {
		out.Items[i] = a.eventItem(e)
	}
	return &body[Page[EventItem]]{out}, nil
}

func (a *API) getRouting(ctx context.Context, in *ByID) (*body[Routing], error) {
	c, _, err := a.conversation(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	offers, err := a.Store.Offers(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := Routing{Offers: []OfferHistory{}}
	known := a.names.get()
	for _, o := range offers {
		out.Offers = append(out.Offers, OfferHistory{o, known.agent(o.AgentID)})
	}
	came, err := a.Store.RuleOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if came != nil && came.Data.Rule != nil {
		to := came.QueueID
		if came.Data.FromQueueID != "" { // where it came outside the hours, and was led on from
			to = came.Data.FromQueueID
		}
		r := RoutingRule{RuleMatch: *came.Data.Rule, QueueID: to, Queue: known.queue(to), At: came.At}
		r.Words = fmt.Sprintf("The rule “%s” sent this to %s", r.Name, r.Queue)
		out.Rule = &r
	}
	if c.State == desk.Waiting && a.live != nil {
		d := routing.Explain(a.live.Floor, c, a.Now())
		w := WaitingWhy{Words: d.Words, Rule: d.Rule, Policy: d.Policy, Waited: d.Waited, Score: d.Score, Eligible: d.Eligible, Excluded: d.Excluded, Examples: d.Examples,
			Ring: d.Ring, Rings: []RingItem{}, NextAt: optional(d.Next), Next: d.NextWords, Cost: c.Cost, OpensAt: optional(c.OpensAt), Declines: c.Declines}
		for _, r := range d.Rings {
			w.Rings = append(w.Rings, RingItem(r))
		}
		w.Position, w.Of = a.live.Floor.Place(c.ID)
		out.Waiting = &w
	}
	return &body[Routing]{out}, nil
}
