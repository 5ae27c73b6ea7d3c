package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
	"parley/store"
)

func (a *API) registerContacts(api huma.API) {
	route(api, http.MethodGet, "/contacts", "listContacts", "Find contacts by name, address or company", a.listContacts)
	route(api, http.MethodGet, "/contacts/{id}", "getContact", "Who the customer is, with earlier conversations on every channel", a.getContact)
	route(api, http.MethodPatch, "/contacts/{id}", "updateContact", "Change what is known; what is absent stays", a.updateContact)
	route(api, http.MethodPut, "/contacts", "upsertContact", "Feed from a CRM: find by an identity, create or update", a.upsertContact)
	route(api, http.MethodPost, "/contacts/{id}/notes", "addContactNote", "Write something down about the customer", a.addContactNote)
	route(api, http.MethodDelete, "/contacts/{id}/notes/{note_id}", "deleteContactNote", "Remove a note (its author, or a supervisor)", a.deleteContactNote)
	route(api, http.MethodPut, "/contacts/{id}/orders", "upsertOrder", "Feed from a shop: create or update an order by its number", a.upsertOrder)
	route(api, http.MethodGet, "/companies", "listCompanies", "Find companies", a.listCompanies)
}

type ContactPatch struct {
	Name        *string           `json:"name,omitempty" maxLength:"200"`
	Title       *string           `json:"title,omitempty" maxLength:"200"`
	Email       *string           `json:"email,omitempty" maxLength:"200"`
	Phone       *string           `json:"phone,omitempty" maxLength:"40"`
	CompanyName *string           `json:"company_name,omitempty" maxLength:"200" doc:"Finds or creates the company; empty removes it"`
	Value       *desk.Money       `json:"value,omitempty"`
	Language    *string           `json:"language,omitempty" maxLength:"20"`
	Country     *string           `json:"country,omitempty" maxLength:"60"`
	VIP         *bool             `json:"vip,omitempty"`
	Tags        []string          `json:"tags,omitempty" maxItems:"20" doc:"All tags; an empty list removes them"`
	Fields      map[string]string `json:"fields,omitempty"`
}

// IdentityRef names a contact by one address.
type IdentityRef struct {
	Kind  desk.IdentityKind `json:"kind" enum:"phone,wa_id,bsuid,psid,email,visitor,user_id"`
	Scope string            `json:"scope,omitempty"`
	Value string            `json:"value" minLength:"1" maxLength:"200"`
}

// CompanyPatch is what a feed knows of a company.
type CompanyPatch struct {
	Name      string `json:"name" minLength:"1" maxLength:"200"`
	Domain    string `json:"domain,omitempty"`
	Industry  string `json:"industry,omitempty"`
	Employees int    `json:"employees,omitempty"`
	Country   string `json:"country,omitempty"`
}

// OrderPatch is what a feed knows of an order.
type OrderPatch struct {
	Number   string     `json:"number" minLength:"1" maxLength:"100"`
	PlacedAt time.Time  `json:"placed_at"`
	Status   string     `json:"status" maxLength:"40"`
	Total    desk.Money `json:"total"`
	Items    string     `json:"items,omitempty" maxLength:"2000"`
	URL      string     `json:"url,omitempty" maxLength:"500"`
}

func (p ContactPatch) change() store.ContactChange {
	c := store.ContactChange{Name: p.Name, Title: p.Title, Email: p.Email, Phone: p.Phone, Language: p.Language, Country: p.Country,
		Value: p.Value, VIP: p.VIP, Tags: p.Tags, Fields: p.Fields}
	if p.CompanyName != nil {
		c.Company = &desk.Company{Name: strings.TrimSpace(*p.CompanyName)}
	}
	return c
}

// contactDetail shows a contact with those of their conversations that the
// person may see.
func (a *API) contactDetail(ctx context.Context, id desk.ID) (*body[ContactDetail], error) {
	card, err := a.Store.Contact(ctx, id)
	if err != nil {
		return nil, err
	}
	f := store.ConversationFilter{ContactID: id, Limit: 50}
	a.limitTo(a.user(ctx), &f)
	list, _, err := a.Store.Conversations(ctx, f)
	if err != nil {
		return nil, err
	}
	out := ContactDetail{Contact: card.Contact, Identities: card.Identities, Company: card.Company, Orders: card.Orders,
		Notes: []NoteItem{}, Conversations: a.conversationItems(list), Ratings: map[string]Rating{}}
	known := a.names.get()
	for _, n := range card.Notes {
		out.Notes = append(out.Notes, NoteItem{n, known.agent(n.AgentID)})
	}
	for _, c := range list {
		if c.LastCustomerAt.After(out.SeenAt) { // the record is only touched when a conversation begins
			out.SeenAt = c.LastCustomerAt
		}
		if c.CSATScore > 0 {
			out.Ratings[c.ID] = rating(c)
		}
	}
	return &body[ContactDetail]{out}, nil
}

type listContactsInput struct {
	Q string `query:"q" maxLength:"100"`
	ListQuery
}

func (a *API) listContacts(ctx context.Context, in *listContactsInput) (*body[Page[desk.Contact]], error) {
	list, next, err := a.Store.Contacts(ctx, in.Q, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	return &body[Page[desk.Contact]]{Page[desk.Contact]{list, next}}, nil
}

type getContactInput struct {
	ByID
}

func (a *API) getContact(ctx context.Context, in *getContactInput) (*body[ContactDetail], error) {
	return a.contactDetail(ctx, in.ID)
}

type updateContactInput struct {
	ByID
	Body ContactPatch
}

func (a *API) updateContact(ctx context.Context, in *updateContactInput) (*body[ContactDetail], error) {
	if err := a.may(ctx, desk.EditContact); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateContact(ctx, a.user(ctx).ID, in.ID, in.Body.change()); err != nil {
		return nil, err
	}
	return a.contactDetail(ctx, in.ID)
}

type upsertContactInput struct {
	Body struct {
		Identity IdentityRef `json:"identity"`
		ContactPatch
		Company *CompanyPatch `json:"company,omitempty"`
	}
}

func (a *API) upsertContact(ctx context.Context, in *upsertContactInput) (*body[ContactDetail], error) {
	if err := a.may(ctx, desk.EditContact); err != nil {
		return nil, err
	}
	change := in.Body.change()
	if c := in.Body.Company; c != nil {
		change.Company = &desk.Company{Name: c.Name, Domain: c.Domain, Industry: c.Industry, Employees: c.Employees, Country: c.Country}
	}
	ref := in.Body.Identity
	id, err := a.Store.UpsertContact(ctx, a.user(ctx).ID, desk.Identity{Kind: ref.Kind, Scope: ref.Scope, Value: ref.Value}, change)
	if err != nil {
		return nil, err
	}
	return a.contactDetail(ctx, id)
}

type addContactNoteInput struct {
	ByID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"5000"`
	}
}

func (a *API) addContactNote(ctx context.Context, in *addContactNoteInput) (*body[NoteItem], error) {
	if err := a.may(ctx, desk.EditContact); err != nil {
		return nil, err
	}
	n, err := a.Store.AddContactNote(ctx, in.ID, a.user(ctx).ID, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &body[NoteItem]{NoteItem{*n, a.user(ctx).Name}}, nil
}

type deleteContactNoteInput struct {
	ByID
	NoteID string `path:"note_id" format:"uuid" pattern:"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"`
}

func (a *API) deleteContactNote(ctx context.Context, in *deleteContactNoteInput) (*body[OK], error) {
	if err := a.Store.DeleteContactNote(ctx, in.ID, in.NoteID, a.user(ctx)); err != nil {
		return nil, err
	}
	return done(), nil
}

type upsertOrderInput struct {
	ByID
	Body OrderPatch
}

func (a *API) upsertOrder(ctx context.Context, in *upsertOrderInput) (*body[desk.Order], error) {
	if err := a.may(ctx, desk.EditContact); err != nil {
		return nil, err
	}
	o, err := a.Store.UpsertOrder(ctx, a.user(ctx).ID, desk.Order{ContactID: in.ID, Number: in.Body.Number, PlacedAt: in.Body.PlacedAt, Status: in.Body.Status,
		Total: in.Body.Total, Items: in.Body.Items, URL: in.Body.URL})
	if err != nil {
		return nil, err
	}
	return &body[desk.Order]{*o}, nil
}

type listCompaniesInput struct {
	Q string `query:"q" maxLength:"100"`
	ListQuery
}

func (a *API) listCompanies(ctx context.Context, in *listCompaniesInput) (*body[Page[desk.Company]], error) {
	list, next, err := a.Store.Companies(ctx, in.Q, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	return &body[Page[desk.Company]]{Page[desk.Company]{list, next}}, nil
}
