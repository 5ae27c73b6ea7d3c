package web

import (
	"context"
	"time"

	"parley/desk"
	"parley/routing"
)

// What an admin is about to save is tried here, by the code that will do it:
// what a form shows of the effect and what happens are then the same.

// QueueDraft is a queue as it would be with a change.
type QueueDraft struct {
	Body struct {
		ID      string             `json:"id,omitempty" doc:"The queue that is changed; absent for a new one"`
		Queue   QueuePatch         `json:"queue,omitempty" doc:"The change"`
		Besides []desk.Requirement `json:"besides,omitempty" maxItems:"20" doc:"What a customer is asked for on top, as a rule would say"`
	}
}

// QueuePreview is what a queue as drafted does.
type QueuePreview struct {
	Reach []ReachItem `json:"reach" doc:"Who could take a customer: at once, then with each step of the ring plan"`
	Hints []HintItem  `json:"hints" doc:"What is allowed and most likely not meant"`
}

// ReachItem is who could take a customer at one step, whoever has room.
type ReachItem struct {
	People int      `json:"people" doc:"Who may log in and has the skills"`
	Online int      `json:"online" doc:"Of these, at work now"`
	New    int      `json:"new" doc:"Of people, who could not a step before"`
	Names  []string `json:"names" doc:"Some who are new"`
}

// HintItem is a hint and the field that it is about.
type HintItem struct {
	Field string `json:"field"`
	Words string `json:"words"`
}

func (a *API) previewQueue(ctx context.Context, in *QueueDraft) (*body[QueuePreview], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	view := a.live.Floor
	q := desk.QueueDefaults()
	if in.Body.ID != "" {
		known := view.Queue(in.Body.ID)
		if known == nil {
			return nil, desk.Errorf(desk.NotFound, "there is no such queue")
		}
		q = *known
	}
	if err := in.Body.Queue.apply(&q); err != nil {
		return nil, err
	}
	skill := func(id desk.ID) bool { return view.Skill(id) != nil }
	queue := func(id desk.ID) bool { return view.Queue(id) != nil }
	if err := q.Rings.Validate("rings", skill, queue); err != nil {
		return nil, err
	}
	besides, err := a.broughtTo(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	c := &desk.Conversation{QueueID: q.ID, Requirements: in.Body.Besides}
	out := QueuePreview{Reach: []ReachItem{}, Hints: []HintItem{}}
	for _, r := range routing.Reaches(view, &q, c) {
		item := ReachItem(r)
		if item.Names == nil {
			item.Names = []string{}
		}
		out.Reach = append(out.Reach, item)
	}
	for _, h := range routing.Hints(view, &q, c, besides) {
		out.Hints = append(out.Hints, HintItem(h))
	}
	return &body[QueuePreview]{out}, nil
}

// broughtTo is what customers of a queue may be asked for by the inboxes that
// feed it and the rules that may lead there.
func (a *API) broughtTo(ctx context.Context, queue desk.ID) ([]desk.Requirement, error) {
	inboxes, err := a.Store.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	set, err := a.Store.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var out []desk.Requirement
	for _, in := range inboxes {
		if in.QueueID == queue {
			out = append(out, in.Requirements...)
		}
	}
	for _, r := range set.Rules {
		if r.Then.QueueID == queue || r.Then.QueueID == "" {
			out = append(out, r.Then.Requirements...)
		}
	}
	return out, nil
}

// CalendarDraft is a calendar as it would be.
type CalendarDraft struct {
	Body struct {
		Hours desk.Hours `json:"hours"`
	}
}

// CalendarPreview is what a calendar makes of now.
type CalendarPreview struct {
	Now    time.Time  `json:"now"`
	Open   bool       `json:"open"`
	Change *time.Time `json:"change,omitempty" doc:"When it opens or closes next; absent when it never does, or not in 13 months"`
	Days   []desk.Day `json:"days" doc:"Two weeks from today, in the calendar's time zone"`
}

// previewDays is how far a preview looks.
const previewDays = 14

func (a *API) previewCalendar(ctx context.Context, in *CalendarDraft) (*body[CalendarPreview], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	h := &in.Body.Hours
	if err := h.Validate(); err != nil {
		return nil, err
	}
	out := CalendarPreview{Now: a.Now(), Days: make([]desk.Day, previewDays)}
	out.Open = h.OpenAt(out.Now)
	if at, any := h.NextChange(out.Now); any {
		out.Change = &at
	}
	y, m, d := out.Now.In(h.Location()).Date()
	for i := range out.Days {
		out.Days[i] = h.On(time.Date(y, m, d+i, 0, 0, 0, 0, time.UTC))
		if out.Days[i].Spans == nil {
			out.Days[i].Spans = []desk.Span{}
		}
	}
	return &body[CalendarPreview]{out}, nil
}
