package web

import (
	"context"
	"github.com/danielgtaylor/huma/v2"
	"net/http"
	"parley/desk"
	"time"
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

type contactPatch struct {
	Name        *string           `json:"name,omitempty" maxLength:"200"`
	Title       *string           `json:"title,omitempty" maxLength:"200"`
	Email       *string           `json:"email,omitempty" maxLength:"200"`
	Phone       *string           `json:"phone,omitempty" maxLength:"40"`
	CompanyName *string           `json:"company_name,omitempty" maxLength:"200" doc:"Finds or creates the company; empty removes it"`
	Value       *desk.Money       `json:"value,omitempty"`
	Language    *string           `json:"language,omitempty" maxLength:"20"`
	Country     *string           `json:"country,omitempty" maxLength:"60"`
	VIP         *bool             `json:"vip,omitempty"`
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

type listContactsInput struct {
	Q string `query:"q" maxLength:"100"`
	listQuery
}

func (a *API) listContacts(ctx context.Context, in *listContactsInput) (*body[Page[desk.Contact]], error) {
	return nil, huma.Error501NotImplemented("")
}

type getContactInput struct {
	byID
}

func (a *API) getContact(ctx context.Context, in *getContactInput) (*body[ContactDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type updateContactInput struct {
	byID
	Body contactPatch
}

func (a *API) updateContact(ctx context.Context, in *updateContactInput) (*body[ContactDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type upsertContactInput struct {
	Body struct {
		Identity IdentityRef `json:"identity"`
		contactPatch
		Company *CompanyPatch `json:"company,omitempty"`
	}
}

func (a *API) upsertContact(ctx context.Context, in *upsertContactInput) (*body[ContactDetail], error) {
	return nil, huma.Error501NotImplemented("")
}

type addContactNoteInput struct {
	byID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"5000"`
	}
}

func (a *API) addContactNote(ctx context.Context, in *addContactNoteInput) (*body[NoteItem], error) {
	return nil, huma.Error501NotImplemented("")
}

type deleteContactNoteInput struct {
	byID
	NoteID string `path:"note_id" format:"uuid"`
}

func (a *API) deleteContactNote(ctx context.Context, in *deleteContactNoteInput) (*body[OK], error) {
	return nil, huma.Error501NotImplemented("")
}

type upsertOrderInput struct {
	byID
	Body OrderPatch
}

func (a *API) upsertOrder(ctx context.Context, in *upsertOrderInput) (*body[desk.Order], error) {
	return nil, huma.Error501NotImplemented("")
}

type listCompaniesInput struct {
	Q string `query:"q" maxLength:"100"`
	listQuery
}

func (a *API) listCompanies(ctx context.Context, in *listCompaniesInput) (*body[Page[desk.Company]], error) {
	return nil, huma.Error501NotImplemented("")
}
