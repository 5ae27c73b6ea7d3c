package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// body wraps a response so that huma sends it as the JSON body.
type body[T any] struct{ Body T }

type none struct{}

type byID struct {
	ID string `path:"id" format:"uuid"`
}

type listQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
}

// route registers one operation. Its id names the client's function.
func route[I, O any](api huma.API, method, path, id, summary string, handler func(context.Context, *I) (*O, error)) {
	status := http.StatusOK
	huma.Register(api, huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		DefaultStatus: status, MaxBodyBytes: 1 << 20,
		Security: []map[string][]string{{"cookie": {}}, {"bearer": {}}},
	}, handler)
}

// API answers everything under /api/v1.
type API struct{}

func (a *API) register(api huma.API) {
	a.registerSession(api)
	a.registerConversations(api)
	a.registerContacts(api)
	a.registerAdmin(api)
	a.registerReports(api)
}
