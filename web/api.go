package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/replay"
)

// body wraps a response so that huma sends it as the JSON body.
type body[T any] struct{ Body T }

type none struct{}

type ByID struct {
	ID string `path:"id" format:"uuid" pattern:"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"`
}

type ListQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
}

// operation is one that needs a login; its id names the client's function.
func operation(method, path, id, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		DefaultStatus: http.StatusOK, MaxBodyBytes: 1 << 20,
		Security: []map[string][]string{{"cookie": {}}, {"bearer": {}}},
	}
}

// route registers an operation for people who are logged in.
func route[I, O any](api huma.API, method, path, id, summary string, handler func(context.Context, *I) (*O, error)) {
	serve(api, operation(method, path, id, summary), handler)
}

// openRoute registers an operation for anybody.
func openRoute[I, O any](api huma.API, method, path, id, summary string, handler func(context.Context, *I) (*O, error)) {
	op := operation(method, path, id, summary)
	op.Security = nil
	serve(api, op, handler)
}

// serve bounds the time of what answers at once.
func serve[I, O any](api huma.API, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	serveSlow(api, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		return handler(ctx, in)
	})
}

// serveSlow gives errors their one form. Files are served with it alone: how
// long they take depends on the other side's network.
func serveSlow[I, O any](api huma.API, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, problem(ctx, err)
		}
		return out, nil
	})
}

// API answers everything under /api/v1.
type API struct {
	Config
	names     *directory
	auth      *auth
	passwords *passwords
	links     links
	live      *sockets // nil until Server.Live
	replays   *replay.Jobs
}

func (a *API) register(api huma.API) {
	a.registerSession(api)
	a.registerConversations(api)
	a.registerContacts(api)
	a.registerAdmin(api)
	a.registerRules(api)
	a.registerReports(api)
	a.registerReplays(api)
	a.registerFiles(api)
}
