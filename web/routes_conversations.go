package web

import (
	"context"
	"github.com/danielgtaylor/huma/v2"
	"net/http"
	"parley/desk"
	"time"
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
	route(api, http.MethodPost, "/conversations/{id}/priority", "prioritizeConversation", "Move it in line (supervisor)", a.prioritizeConversation)
	route(api, http.MethodPost, "/conversations/{id}/read", "markRead", "You have seen it all", a.markRead)
	route(api, http.MethodPost, "/messages/{id}/retry", "retryMessage", "Send a failed message again", a.retryMessage)
}

// Routing explains where a conversation went or why it waits.
type Routing struct {
	Offers  []OfferHistory `json:"offers" doc:"Newest first"`
	Waiting *WaitingWhy    `json:"waiting,omitempty" doc:"Present while in line"`
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
	Words    string              `json:"words"`
	Excluded map[string]int      `json:"excluded"`
	Examples map[string][]string `json:"examples"`
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
	listQuery
}

func (a *API) listConversations(ctx context.Context, in *listConversationsInput) (*body[Page[ConversationItem]], error) {
	return nil, huma.Error501NotImplemented("")
}

type getConversationInput struct {
	byID
}

func (a *API) getConversation(ctx context.Context, in *getConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type listMessagesInput struct {
	byID
	listQuery
}

func (a *API) listMessages(ctx context.Context, in *listMessagesInput) (*body[Page[MessageItem]], error) {
	return nil, huma.Error501NotImplemented("")
}

type sendMessageInput struct {
	byID
	Body struct {
		ID          string   `json:"id,omitempty" format:"uuid" doc:"Made by the client; made here when absent"`
		Text        string   `json:"text,omitempty" maxLength:"65536"`
		Note        bool     `json:"note,omitempty" doc:"Private: only agents see it"`
		Attachments []string `json:"attachments,omitempty" maxItems:"10" doc:"Ids from uploads"`
		SeenSeq     int64    `json:"seen_seq,omitempty" doc:"Last event you had seen; with hold, refuse (409) if a colleague answered since"`
		Hold        bool     `json:"hold,omitempty"`
	}
}

func (a *API) sendMessage(ctx context.Context, in *sendMessageInput) (*body[MessageItem], error) {
	return nil, huma.Error501NotImplemented("")
}

type listConversationEventsInput struct {
	byID
}

func (a *API) listConversationEvents(ctx context.Context, in *listConversationEventsInput) (*body[Page[EventItem]], error) {
	return nil, huma.Error501NotImplemented("")
}

type getRoutingInput struct {
	byID
}

func (a *API) getRouting(ctx context.Context, in *getRoutingInput) (*body[Routing], error) {
	return nil, huma.Error501NotImplemented("")
}

type acceptOfferInput struct {
	byID
}

func (a *API) acceptOffer(ctx context.Context, in *acceptOfferInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type declineOfferInput struct {
	byID
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

func (a *API) declineOffer(ctx context.Context, in *declineOfferInput) (*body[OK], error) {
	return nil, huma.Error501NotImplemented("")
}

type takeConversationInput struct {
	byID
}

func (a *API) takeConversation(ctx context.Context, in *takeConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type assignConversationInput struct {
	byID
	Body struct {
		AgentID string `json:"agent_id" format:"uuid"`
	}
}

func (a *API) assignConversation(ctx context.Context, in *assignConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type transferConversationInput struct {
	byID
	Body struct {
		AgentID string `json:"agent_id,omitempty"`
		QueueID string `json:"queue_id,omitempty"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (a *API) transferConversation(ctx context.Context, in *transferConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type resolveConversationInput struct {
	byID
}

func (a *API) resolveConversation(ctx context.Context, in *resolveConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type reopenConversationInput struct {
	byID
}

func (a *API) reopenConversation(ctx context.Context, in *reopenConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type snoozeConversationInput struct {
	byID
	Body struct {
		Until time.Time `json:"until"`
	}
}

func (a *API) snoozeConversation(ctx context.Context, in *snoozeConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type prioritizeConversationInput struct {
	byID
	Body struct {
		Priority int `json:"priority" minimum:"-1000" maximum:"1000" doc:"Minutes added to the wait"`
	}
}

func (a *API) prioritizeConversation(ctx context.Context, in *prioritizeConversationInput) (*body[ConversationDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type markReadInput struct {
	byID
}

func (a *API) markRead(ctx context.Context, in *markReadInput) (*body[OK], error) {
	return nil, huma.Error501NotImplemented("")
}

type retryMessageInput struct {
	byID
}

func (a *API) retryMessage(ctx context.Context, in *retryMessageInput) (*body[MessageItem], error) {
	return nil, huma.Error501NotImplemented("")
}
