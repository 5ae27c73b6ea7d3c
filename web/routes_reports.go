package web

import (
	"context"
	"github.com/danielgtaylor/huma/v2"
	"net/http"
	"parley/desk"
)

func (a *API) registerReports(api huma.API) {
	route(api, http.MethodGet, "/board", "getBoard", "The live board", a.getBoard)
	route(api, http.MethodGet, "/reports", "getReport", "Figures of a range of days by queue, channel, agent or day", a.getReport)
	route(api, http.MethodGet, "/reports/facts", "listFacts", "The measurements a figure came from", a.listFacts)
}

type reportQuery struct {
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
	Definitions map[string]string `json:"definitions"`
}

// FactItem is one measurement with names.
type FactItem struct {
	desk.Fact
	QueueName   string `json:"queue_name"`
	AgentName   string `json:"agent_name"`
	ContactName string `json:"contact_name"`
}

func (a *API) getBoard(ctx context.Context, in *none) (*body[Board], error) {
	return nil, huma.Error501NotImplemented("")
}

type getReportInput struct {
	reportQuery
	By string `query:"by" enum:"queue,channel,agent,day,hour" default:"queue"`
}

func (a *API) getReport(ctx context.Context, in *getReportInput) (*body[ReportPage], error) {
	return nil, huma.Error501NotImplemented("")
}

type listFactsInput struct {
	reportQuery
	Metric string `query:"metric"`
	listQuery
}

func (a *API) listFacts(ctx context.Context, in *listFactsInput) (*body[Page[FactItem]], error) {
	return nil, huma.Error501NotImplemented("")
}
