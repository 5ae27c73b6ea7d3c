package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
	"parley/replay"
	"parley/routing"
)

func (a *API) registerReplays(api huma.API) {
	a.replays = &replay.Jobs{Log: a.Store, Shelf: a.Store, Slog: a.Log}
	route(api, http.MethodGet, "/replays", "listReplays", "The replays asked for lately, newest first, without their results", a.listReplays)
	op := operation(http.MethodPost, "/replays", "startReplay", "Try other settings on a recorded period, in the background; one at a time on a server")
	op.DefaultStatus = http.StatusAccepted
	serve(api, op, a.startReplay)
	route(api, http.MethodGet, "/replays/{id}", "getReplay", "How a replay is going, and its result once it is done", a.getReplay)
	route(api, http.MethodDelete, "/replays/{id}", "cancelReplay", "Stop a replay", a.cancelReplay)
}

// ReplayRequest is a period and what is otherwise in it; settings that are
// absent stay as they were then.
type ReplayRequest struct {
	From         string                    `json:"from" format:"date" doc:"First day, in the reporting time zone"`
	To           string                    `json:"to" format:"date" doc:"Last day, included; at most 31 days after the first"`
	QueueIDs     []desk.ID                 `json:"queue_ids,omitempty" maxItems:"200" doc:"Queues that are changed; absent: all"`
	Policy       string                    `json:"policy,omitempty" maxLength:"100" doc:"As for a queue"`
	Reserve      int                       `json:"reserve,omitempty" minimum:"0" maximum:"1000" doc:"Agents kept free of other queues; with a policy"`
	OfferSeconds *int                      `json:"offer_seconds,omitempty" minimum:"5" maximum:"600"`
	Preferred    *int                      `json:"preferred_seconds,omitempty" minimum:"0" maximum:"86400"`
	AutoAccept   *bool                     `json:"auto_accept,omitempty"`
	Rings        *desk.RingPlan            `json:"rings,omitempty" doc:"Steps in which a wait opens up, instead of those of then"`
	Skills       map[string]map[string]int `json:"skills,omitempty" doc:"Agent id to all their skills, instead of theirs"`
	Replications int                       `json:"replications,omitempty" minimum:"0" maximum:"200" doc:"How often it is drawn; 0: 20"`
}

// ReplayJob is a replay in the background.
type ReplayJob struct {
	ID        desk.ID        `json:"id"`
	State     desk.JobState  `json:"state" enum:"running,done,failed,cancelled"`
	Progress  float64        `json:"progress" doc:"Share done, 0 to 1"`
	Error     string         `json:"error" doc:"Why it failed"`
	AgentName string         `json:"agent_name" doc:"Who asked"`
	Request   ReplayRequest  `json:"request"`
	Result    *replay.Result `json:"result,omitempty"`
	CreatedAt time.Time      `json:"created_at"`
}

// mostReplayDays bounds a period.
const mostReplayDays = 31

func (r *ReplayRequest) period(zone *time.Location) (from, to time.Time, err error) {
	if from, err = time.ParseInLocation(time.DateOnly, r.From, zone); err != nil {
		return from, to, desk.FieldError("from", "is not a date like 2026-03-02")
	}
	if to, err = time.ParseInLocation(time.DateOnly, r.To, zone); err != nil {
		return from, to, desk.FieldError("to", "is not a date like 2026-03-08")
	}
	to = to.AddDate(0, 0, 1)
	switch {
	case !to.After(from):
		err = desk.FieldError("to", "must not be before the first day")
	case to.After(from.AddDate(0, 0, mostReplayDays)):
		err = desk.FieldError("to", "a replay covers at most %d days", mostReplayDays)
	}
	return from, to, err
}

// change is what is otherwise, and what to call it; nil when nothing is.
func (r *ReplayRequest) change() (*replay.Change, string, error) {
	settings := map[string]json.RawMessage{}
	set := func(name string, v any) {
		settings[name], _ = json.Marshal(v) // plain values
	}
	name := "changed"
	if r.Policy != "" {
		p, err := routing.ParsePolicy(r.Policy)
		if err != nil {
			return nil, "", err
		}
		if r.Reserve > 0 {
			p = p.WithReserve(r.Reserve)
		}
		name = p.Name
		set("policy", name)
	} else if r.Reserve > 0 {
		return nil, "", desk.FieldError("reserve", "goes with a policy; choose one")
	}
	if r.OfferSeconds != nil {
		set("offer_seconds", *r.OfferSeconds)
	}
	if r.Preferred != nil {
		set("preferred_seconds", *r.Preferred)
	}
	if r.AutoAccept != nil {
		set("auto_accept", *r.AutoAccept)
	}
	if r.Rings != nil {
		set("rings", *r.Rings)
	}
	if len(settings) == 0 && len(r.Skills) == 0 {
		return nil, "", nil
	}
	if r.Policy != "" && len(settings) > 1 || r.Policy != "" && len(r.Skills) > 0 {
		name += " and more"
	}
	c, err := replay.NewChange(replay.Change{Queues: r.QueueIDs, Settings: settings, Skills: r.Skills})
	return c, name, err
}

type startReplayInput struct{ Body ReplayRequest }

func (a *API) startReplay(ctx context.Context, in *startReplayInput) (*body[ReplayJob], error) {
	if err := a.may(ctx, desk.ViewReports); err != nil {
		return nil, err
	}
	from, to, err := in.Body.period(a.Store.Zone())
	if err != nil {
		return nil, err
	}
	change, name, err := in.Body.change()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	id, err := a.replays.Start(ctx, replay.Request{From: from, To: to, Name: name, Change: change, Replications: in.Body.Replications,
		AgentID: a.user(ctx).ID, Text: text})
	if err != nil {
		return nil, err
	}
	return a.replayJob(ctx, id)
}

func (a *API) replayJob(ctx context.Context, id desk.ID) (*body[ReplayJob], error) {
	j, err := a.Store.Replay(ctx, id)
	if err != nil {
		return nil, err
	}
	return &body[ReplayJob]{a.presentReplay(j)}, nil
}

func (a *API) presentReplay(j *desk.Job) ReplayJob {
	out := ReplayJob{ID: j.ID, State: j.State, Progress: j.Progress, Error: j.Error, AgentName: a.names.get().agent(j.AgentID), CreatedAt: j.CreatedAt}
	_ = json.Unmarshal(j.Request, &out.Request) // of an older version perhaps: then it is not shown
	if j.Result != nil {
		out.Result = &replay.Result{}
		if json.Unmarshal(j.Result, out.Result) != nil {
			out.Result = nil
		}
	}
	return out
}

func (a *API) getReplay(ctx context.Context, in *ByID) (*body[ReplayJob], error) {
	if err := a.may(ctx, desk.ViewReports); err != nil {
		return nil, err
	}
	return a.replayJob(ctx, in.ID)
}

func (a *API) listReplays(ctx context.Context, _ *none) (*body[Page[ReplayJob]], error) {
	if err := a.may(ctx, desk.ViewReports); err != nil {
		return nil, err
	}
	jobs, err := a.Store.Replays(ctx, 20)
	if err != nil {
		return nil, err
	}
	out := Page[ReplayJob]{Items: make([]ReplayJob, len(jobs))}
	for i := range jobs {
		out.Items[i] = a.presentReplay(&jobs[i])
	}
	return &body[Page[ReplayJob]]{out}, nil
}

func (a *API) cancelReplay(ctx context.Context, in *ByID) (*body[ReplayJob], error) {
	if err := a.may(ctx, desk.ViewReports); err != nil {
		return nil, err
	}
	if err := a.Store.EndReplay(ctx, in.ID, desk.JobCancelled, "", nil); err != nil {
		return nil, err
	}
	return a.replayJob(ctx, in.ID)
}
