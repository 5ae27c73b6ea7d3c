package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"parley/desk"
)

// Problem is the one form of every refusal and failure: problem+json (RFC 9457).
type Problem struct {
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Code      desk.Code      `json:"code" doc:"What kind of problem, for programs"`
	Detail    string         `json:"detail" doc:"What happened and what to do, for people"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"The inputs at fault"`
	RequestID string         `json:"request_id,omitempty" doc:"Name it when asking for help"`
}

// ProblemField is one input at fault. What was sent is never repeated: it may be a password.
type ProblemField struct {
	Location string `json:"location" doc:"Like body.email or query.limit"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders is for huma: when to come again.
func (p *Problem) GetHeaders() http.Header {
	switch p.Status {
	case http.StatusServiceUnavailable:
		return http.Header{"Retry-After": {"2"}}
	case http.StatusTooManyRequests:
		return http.Header{"Retry-After": {"60"}}
	}
	return http.Header{}
}

var statusOf = map[desk.Code]int{
	desk.Invalid: http.StatusUnprocessableEntity, desk.Unauthenticated: http.StatusUnauthorized, desk.Forbidden: http.StatusForbidden,
	desk.NotFound: http.StatusNotFound, desk.Gone: http.StatusGone, desk.Conflict: http.StatusConflict, desk.TooLarge: http.StatusRequestEntityTooLarge,
	desk.TooMany: http.StatusTooManyRequests, desk.Unavailable: http.StatusServiceUnavailable, desk.Internal: http.StatusInternalServerError,
}

func codeOf(status int) desk.Code {
	for code, s := range statusOf {
		if s == status {
			return code
		}
	}
	if status >= 500 {
		return desk.Internal
	}
	return desk.Invalid
}

func newProblem(status int, detail string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Code: codeOf(status), Detail: detail}
}

// problem maps any error, and is the only place that does. What has no meaning
// for people is logged, and shown as nothing but a request id.
func problem(ctx context.Context, err error) *Problem {
	var p *Problem
	var known *desk.Error
	var he *echo.HTTPError
	var size *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		copied := *p
		p = &copied
	case errors.As(err, &known):
		p = newProblem(statusOf[known.Code], known.Message)
		p.Code = known.Code
		if known.Field != "" {
			p.Errors = []ProblemField{{Location: known.Field, Message: known.Message}}
		}
		if known.Code == desk.Internal {
			p.Detail = "Something went wrong here. It has been logged; try again, and name the request id when asking for help."
		}
	case errors.As(err, &size):
		p = newProblem(http.StatusRequestEntityTooLarge, "The request is too large.")
	case errors.As(err, &he):
		p = newProblem(he.Code, echoWords(he.Code))
	case errors.Is(err, context.Canceled):
		p = newProblem(http.StatusServiceUnavailable, "The request was given up.")
	case errors.Is(err, context.DeadlineExceeded):
		p = newProblem(http.StatusServiceUnavailable, "This took too long. Try again in a moment.")
	default:
		p = newProblem(http.StatusInternalServerError, "Something went wrong here. It has been logged; try again, and name the request id when asking for help.")
	}
	p.RequestID = requestID(ctx)
	log := logger(ctx)
	switch {
	case p.Status == http.StatusServiceUnavailable && ctx.Err() == nil:
		log.WarnContext(ctx, "request failed", "request", p.RequestID, "error", err)
	case p.Status >= 500 && p.Status != http.StatusServiceUnavailable && !errors.Is(ctx.Err(), context.Canceled):
		log.ErrorContext(ctx, "request failed", "request", p.RequestID, "error", err)
	}
	return p
}

func echoWords(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is nothing at this address."
	case http.StatusMethodNotAllowed:
		return "This address does not take this method."
	case http.StatusRequestEntityTooLarge:
		return "The request is too large."
	case http.StatusUnsupportedMediaType:
		return "This content type is not taken here; send application/json."
	}
	return http.StatusText(status)
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Length")
	h.Del("Content-Encoding")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the reader may be gone
}

// handleError is echo's: for unknown addresses, wrong methods, panics and
// whatever the handlers outside the REST API return.
func (a *API) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problem(c.Request().Context(), err)
	if c.Request().Method == http.MethodHead {
		c.Response().WriteHeader(p.Status)
		return
	}
	writeProblem(c.Response(), p)
}

var useProblems sync.Once

// humaProblems makes huma's own refusals (validation, bodies it cannot read)
// take our form. Huma has one such function for the whole process.
func humaProblems() {
	useProblems.Do(func() {
		huma.DefaultArrayNullable = false
		huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
			p := newProblem(status, detail)
			for _, err := range errs {
				if err == nil {
					continue
				}
				f := ProblemField{Message: "is not valid"}
				var d *huma.ErrorDetail
				if errors.As(err, &d) {
					f = ProblemField{Location: d.Location, Message: d.Message}
				}
				p.Errors = append(p.Errors, f)
			}
			if detail == "validation failed" {
				p.Detail = "Something in the request is not right; see errors."
			}
			return p
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, detail string, errs ...error) huma.StatusError {
			err := huma.NewError(status, detail, errs...)
			if p, ok := err.(*Problem); ok {
				p.RequestID = requestID(ctx.Context())
			}
			return err
		}
	})
}
