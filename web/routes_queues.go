package web

import (
	"context"
	"reflect"
	"strings"

	"parley/desk"
	"parley/routing"
)

func (a *API) listQueues(ctx context.Context, _ *none) (*body[Page[desk.Queue]], error) {
	all, err := a.Store.Queues(ctx)
	if err != nil {
		return nil, err
	}
	return &body[Page[desk.Queue]]{Page[desk.Queue]{Items: values(all)}}, nil
}

func values[T any](all []*T) []T {
	out := make([]T, len(all))
	for i, v := range all {
		out[i] = *v
	}
	return out
}

// PolicyItem is one way of choosing agents.
type PolicyItem struct {
	Name        string   `json:"name"`
	About       string   `json:"about" doc:"What it compares, in order, and what it is good for"`
	Compares    []string `json:"compares" doc:"What it compares, one after the other: match, level, dedication, least_load, most_load, turn, idle, rotation, id"`
	ScarceFirst bool     `json:"scarce_first" doc:"Among queues with this policy the one that the fewest people serve comes first"`
	Blocks      bool     `json:"blocks" doc:"The first in line holds back everybody behind them"`
	Yardstick   bool     `json:"yardstick" doc:"There to compare others with, not to serve customers by"`
	MaxReserve  int      `json:"max_reserve" doc:"The most that reserve may be"`
}

func (a *API) listPolicies(context.Context, *none) (*body[Page[PolicyItem]], error) {
	page := Page[PolicyItem]{Items: []PolicyItem{}}
	for _, name := range routing.Policies() {
		p, err := routing.ParsePolicy(name)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, PolicyItem{p.Name, p.About, p.Compares(), p.ScarceFirst, p.Blocks, p.Yardstick, routing.MaxReserve})
	}
	return &body[Page[PolicyItem]]{page}, nil
}

type createQueueInput struct {
	Body QueuePatch
}

func (a *API) createQueue(ctx context.Context, in *createQueueInput) (*body[desk.Queue], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	q := desk.QueueDefaults()
	if err := in.Body.apply(&q); err != nil {
		return nil, err
	}
	made, err := a.Store.CreateQueue(ctx, a.user(ctx).ID, q)
	if err != nil {
		return nil, err
	}
	return &body[desk.Queue]{*made}, nil
}

func (p *QueuePatch) apply(q *desk.Queue) error {
	set(&q.Name, p.Name)
	set(&q.Open, p.Open)
	set(&q.Priority, p.Priority)
	set(&q.OfferSeconds, p.OfferSeconds)
	set(&q.AutoAccept, p.AutoAccept)
	set(&q.PreferredSeconds, p.PreferredSeconds)
	set(&q.TargetSeconds, p.TargetSeconds)
	set(&q.TargetShare, p.TargetShare)
	set(&q.ExpireHours, p.ExpireHours)
	set(&q.RequeueMinutes, p.RequeueMinutes)
	if p.Requirements != nil {
		q.Requirements = p.Requirements
	}
	if p.Costs != nil {
		q.Costs = p.Costs
	}
	if p.Hours != nil {
		q.Hours = p.Hours
		if p.Hours.Zone == "" {
			q.Hours = nil
		}
	}
	set(&q.AfterHours, p.AfterHours)
	set(&q.AfterHoursQueueID, p.AfterHoursQueueID)
	set(&q.Order, p.Order)
	set(&q.Weight, p.Weight)
	set(&q.AlertDeclines, p.AlertDeclines)
	if p.Rings != nil {
		q.Rings = p.Rings
	}
	return p.choose(q)
}

// choose sets how agents are chosen. A policy without a reserve in its name
// keeps the one there is.
func (p *QueuePatch) choose(q *desk.Queue) error {
	if p.Policy == nil && p.Reserve == nil {
		return nil
	}
	policy, err := routing.ParsePolicy(q.Policy)
	if err != nil {
		policy, _ = routing.ParsePolicy("")
	}
	if p.Policy != nil {
		named, err := routing.ParsePolicy(*p.Policy)
		if err != nil {
			return err
		}
		if !strings.Contains(*p.Policy, "+") {
			named = named.WithReserve(policy.Reserve)
		}
		policy = named
	}
	if p.Reserve != nil {
		policy = policy.WithReserve(*p.Reserve)
	}
	q.Policy = policy.Name
	return nil
}

// needs is what changing this takes: opening and closing a queue is part of
// running the floor, the rest is setting it up.
func (p *QueuePatch) needs() desk.Action {
	if p.Open != nil && reflect.DeepEqual(*p, QueuePatch{Open: p.Open}) {
		return desk.AssignOthers
	}
	return desk.Administer
}

type updateQueueInput struct {
	ByID
	Body QueuePatch
}

func (a *API) updateQueue(ctx context.Context, in *updateQueueInput) (*body[desk.Queue], error) {
	if err := a.may(ctx, in.Body.needs()); err != nil {
		return nil, err
	}
	q, err := a.Store.UpdateQueue(ctx, a.user(ctx).ID, in.ID, func(q *desk.Queue) error {
		return in.Body.apply(q)
	})
	if err != nil {
		return nil, err
	}
	return &body[desk.Queue]{*q}, nil
}

type deleteQueueInput struct {
	ByID
}

func (a *API) deleteQueue(ctx context.Context, in *deleteQueueInput) (*body[OK], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	if err := a.Store.DeleteQueue(ctx, a.user(ctx).ID, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

func (a *API) listSkills(ctx context.Context, _ *none) (*body[Page[desk.Skill]], error) {
	all, err := a.Store.Skills(ctx)
	if err != nil {
		return nil, err
	}
	return &body[Page[desk.Skill]]{Page[desk.Skill]{Items: values(all)}}, nil
}

type createSkillInput struct {
	Body SkillPatch
}

func (a *API) createSkill(ctx context.Context, in *createSkillInput) (*body[desk.Skill], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	var k desk.Skill
	in.Body.apply(&k)
	made, err := a.Store.CreateSkill(ctx, a.user(ctx).ID, k)
	if err != nil {
		return nil, err
	}
	return &body[desk.Skill]{*made}, nil
}

func (p *SkillPatch) apply(k *desk.Skill) {
	set(&k.Name, p.Name)
	set(&k.Description, p.Description)
}

type updateSkillInput struct {
	ByID
	Body SkillPatch
}

func (a *API) updateSkill(ctx context.Context, in *updateSkillInput) (*body[desk.Skill], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	k, err := a.Store.UpdateSkill(ctx, a.user(ctx).ID, in.ID, func(k *desk.Skill) error {
		in.Body.apply(k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &body[desk.Skill]{*k}, nil
}

type deleteSkillInput struct {
	ByID
}

func (a *API) deleteSkill(ctx context.Context, in *deleteSkillInput) (*body[OK], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	if err := a.Store.DeleteSkill(ctx, a.user(ctx).ID, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}
