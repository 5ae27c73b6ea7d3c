package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
	"parley/store"
)

func (a *API) registerReports(api huma.API) {
	route(api, http.MethodGet, "/board", "getBoard", "The live board", a.getBoard)
	route(api, http.MethodGet, "/reports", "getReport", "Figures of a range of days by queue, channel, agent, day or hour of the day", a.getReport)
	route(api, http.MethodGet, "/reports/facts", "listFacts", "The measurements a figure came from", a.listFacts)
}

type ReportQuery struct {
	From    string `query:"from" format:"date" doc:"First day, in the reporting time zone; default today"`
	To      string `query:"to" format:"date" doc:"Last day, included; default today"`
	QueueID string `query:"queue_id"`
	Channel string `query:"channel"`
	AgentID string `query:"agent_id"`
}

// ReportPage is a report with its total and the definitions behind it.
type ReportPage struct {
	From        string            `json:"from"`
	To          string            `json:"to"`
	Zone        string            `json:"zone"`
	Rows        []Report          `json:"rows"`
	Total       Report            `json:"total"`
	Days        []Report          `json:"days" doc:"The same range day by day"`
	Definitions map[string]string `json:"definitions" doc:"What each figure means, in plain words"`
	Version     string            `json:"definitions_version" doc:"Changes when a figure begins to mean something else"`
}

// FactItem is one measurement with names.
type FactItem struct {
	desk.Fact
	QueueName   string `json:"queue_name"`
	AgentName   string `json:"agent_name"`
	ContactName string `json:"contact_name"`
	Comment     string `json:"comment,omitempty" doc:"What the customer wrote beside a rating"`
}

func (a *API) getBoard(ctx context.Context, _ *none) (*body[Board], error) {
	if err := a.may(ctx, desk.ViewBoard); err != nil {
		return nil, err
	}
	if a.live == nil {
		return nil, desk.Errorf(desk.Unavailable, "the board is not live yet")
	}
	b, err := a.live.makeBoard(ctx)
	if err != nil {
		return nil, err
	}
	return &body[Board]{*b}, nil
}

// filter checks what could only be a slip; a query for nothing that exists
// would look like a day without work.
func (q *ReportQuery) filter() (store.ReportFilter, error) {
	f := store.ReportFilter{From: q.From, To: q.To, QueueID: q.QueueID, Channel: desk.Channel(q.Channel), AgentID: q.AgentID}
	if q.QueueID != "" && !desk.ValidID(q.QueueID) {
		return f, desk.FieldError("queue_id", "is not an id; take one from the list of queues")
	}
	if q.AgentID != "" && !desk.ValidID(q.AgentID) {
		return f, desk.FieldError("agent_id", "is not an id; take one from the list of agents")
	}
	if q.Channel != "" && channelNames[f.Channel] == "" {
		return f, desk.FieldError("channel", "%q is not a channel; use webchat, sms, whatsapp or messenger", q.Channel)
	}
	return f, nil
}

type getReportInput struct {
	ReportQuery
	By string `query:"by" enum:"queue,channel,agent,day,hour" default:"queue"`
}

func (a *API) getReport(ctx context.Context, in *getReportInput) (*body[ReportPage], error) {
	if err := a.may(ctx, desk.ViewReports); err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	by := store.ReportKey(in.By)
	r, err := a.Store.Report(ctx, by, f)
	if err != nil {
		return nil, err
	}
	return &body[ReportPage]{ReportPage{
		From: r.From, To: r.To, Zone: zoneName(a.Store.Zone()), Rows: a.reports(by, r.Rows), Days: a.reports(store.ByDay, r.Days),
		Total: a.report(store.ReportRow{Figures: r.Total}, "Total"), Definitions: desk.Definitions, Version: desk.DefinitionsVersion,
	}}, nil
}

type listFactsInput struct {
	ReportQuery
	Metric string `query:"metric"`
	ListQuery
}

func (a *API) listFacts(ctx context.Context, in *listFactsInput) (*body[Page[FactItem]], error) {
	if err := a.may(ctx, desk.ViewReports); err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	facts, next, err := a.Store.Facts(ctx, store.FactFilter{ReportFilter: f, Metric: desk.Metric(in.Metric), Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	known := a.names.get()
	out := Page[FactItem]{Items: make([]FactItem, len(facts)), NextCursor: next}
	for i, d := range facts {
		out.Items[i] = FactItem{Fact: d.Fact, QueueName: known.queue(d.QueueID), AgentName: known.agent(d.AgentID), ContactName: d.ContactName, Comment: d.Comment}
	}
	return &body[Page[FactItem]]{out}, nil
}
