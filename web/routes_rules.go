package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
	"parley/routing/rules"
)

func (a *API) registerRules(api huma.API) {
	route(api, http.MethodGet, "/rules", "getRules", "The routing rules that hold, in order (supervisor)", a.getRules)
	route(api, http.MethodPut, "/rules", "saveRules", "Save all rules as a new version on top of another; 409 when somebody saved meanwhile", a.saveRules)
	route(api, http.MethodGet, "/rules/language", "getRuleLanguage", "What conditions can name and call", a.getRuleLanguage)
	route(api, http.MethodPost, "/rules/check", "checkRules", "What is wrong with each condition, where, and what to do", a.checkRules)
	route(api, http.MethodPost, "/rules/try", "tryRules", "Evaluate rules, saved or not, on a past conversation or on facts", a.tryRules)
	route(api, http.MethodGet, "/rules/versions", "listRuleVersions", "Every version, newest first, without its rules", a.listRuleVersions)
	route(api, http.MethodGet, "/rules/versions/{version}", "getRuleVersion", "One version with its rules", a.getRuleVersion)
	route(api, http.MethodPost, "/rules/versions/{version}/restore", "restoreRules", "Bring a version back, as a new one", a.restoreRules)
}

// RuleDraft is a rule as it is written; without an id it is a new one.
type RuleDraft struct {
	ID      string          `json:"id,omitempty" format:"uuid"`
	Name    string          `json:"name" maxLength:"100"`
	Enabled bool            `json:"enabled"`
	When    string          `json:"when" maxLength:"10000" doc:"The condition, see docs/rules.md"`
	Then    RuleDraftResult `json:"then"`
}

// RuleDraftResult is what a rule does; what is absent stays as the inbox says.
type RuleDraftResult struct {
	QueueID      string             `json:"queue_id,omitempty"`
	Requirements []desk.Requirement `json:"requirements,omitempty" maxItems:"20"`
	Priority     int                `json:"priority,omitempty" minimum:"-1000" maximum:"1000" doc:"Minutes added to the score in line"`
	Tags         []string           `json:"tags,omitempty" maxItems:"20"`
	Rings        desk.RingPlan      `json:"rings,omitzero" required:"false" maxItems:"6" doc:"A ring plan instead of the queue's; absent: the queue's, empty: none"`
}

func (d RuleDraft) rule() desk.Rule {
	return desk.Rule{ID: d.ID, Name: d.Name, Enabled: d.Enabled, When: d.When, Then: desk.RuleOutcome(d.Then)}
}

func drafted(list []RuleDraft) []desk.Rule {
	out := make([]desk.Rule, len(list))
	for i, d := range list {
		out[i] = d.rule()
	}
	return out
}

// RuleSetItem is a version of the rules with its author's name.
type RuleSetItem struct {
	desk.RuleSet
	By string `json:"by"`
}

func (a *API) ruleSet(set *desk.RuleSet) *body[RuleSetItem] {
	out := RuleSetItem{RuleSet: *set, By: a.names.get().agent(set.ByID)}
	if out.Rules == nil {
		out.Rules = []desk.Rule{}
	}
	return &body[RuleSetItem]{out}
}

func (a *API) getRules(ctx context.Context, _ *none) (*body[RuleSetItem], error) {
	if err := a.may(ctx, desk.ViewRules); err != nil {
		return nil, err
	}
	set, err := a.Store.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return a.ruleSet(set), nil
}

type saveRulesInput struct {
	Body struct {
		Version int64       `json:"version" minimum:"0" doc:"The version these rules were made from"`
		Rules   []RuleDraft `json:"rules" maxItems:"100"`
		Note    string      `json:"note,omitempty" maxLength:"200" doc:"Why, for those who look at it later"`
	}
}

func (a *API) saveRules(ctx context.Context, in *saveRulesInput) (*body[RuleSetItem], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	return a.storeRules(ctx, in.Body.Version, desk.RuleSet{Rules: drafted(in.Body.Rules), Note: in.Body.Note})
}

// storeRules saves a set whose conditions all compile, also those of rules that
// are off: switching one on must not be the moment it turns out.
func (a *API) storeRules(ctx context.Context, expected int64, set desk.RuleSet) (*body[RuleSetItem], error) {
	known, err := a.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []ProblemField
	for i, r := range set.Rules {
		if p := rules.Check(r.When, known); p != nil {
			wrong = append(wrong, ProblemField{Location: fmt.Sprintf("body.rules[%d].when", i), Message: fmt.Sprintf("%s: %s", r.Name, p)})
		}
	}
	if len(wrong) > 0 {
		p := newProblem(http.StatusUnprocessableEntity, "Not saved: "+wrong[0].Message)
		p.Errors = wrong
		return nil, p
	}
	saved, err := a.Store.SaveRules(ctx, a.user(ctx).ID, expected, set)
	if err != nil {
		return nil, err
	}
	return a.ruleSet(saved), nil
}

// ruleNames is what conditions can name here.
func (a *API) ruleNames(ctx context.Context) (rules.Known, error) {
	k := rules.Known{Queues: []string{}, Inboxes: []string{}}
	queues, err := a.Store.Queues(ctx)
	if err != nil {
		return k, err
	}
	inboxes, err := a.Store.Inboxes(ctx)
	if err != nil {
		return k, err
	}
	for _, q := range queues {
		k.Queues = append(k.Queues, q.Name)
	}
	for _, in := range inboxes {
		k.Inboxes = append(k.Inboxes, in.Name)
	}
	return k, nil
}

// RuleLanguage is the reference of conditions.
type RuleLanguage struct {
	Names     []rules.Name `json:"names"`
	Functions []rules.Name `json:"functions"`
	Zone      string       `json:"zone" doc:"The time zone of time.hour and the like"`
}

func (a *API) getRuleLanguage(ctx context.Context, _ *none) (*body[RuleLanguage], error) {
	if err := a.may(ctx, desk.ViewRules); err != nil {
		return nil, err
	}
	known, err := a.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	return &body[RuleLanguage]{RuleLanguage{rules.Names(known), rules.Functions(), zoneName(a.Store.Zone())}}, nil
}

type checkRulesInput struct {
	Body struct {
		Rules []RuleDraft `json:"rules" maxItems:"100"`
	}
}

// RuleCheck is what is wrong with conditions.
type RuleCheck struct {
	Mistakes []RuleMistake `json:"mistakes" doc:"Empty when every condition compiles"`
}

// RuleMistake is a mistake in one rule.
type RuleMistake struct {
	Rule int `json:"rule" doc:"Which, counted from 0"`
	rules.Mistake
}

func (a *API) checkRules(ctx context.Context, in *checkRulesInput) (*body[RuleCheck], error) {
	if err := a.may(ctx, desk.ViewRules); err != nil {
		return nil, err
	}
	known, err := a.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	out := RuleCheck{Mistakes: []RuleMistake{}}
	for i, r := range in.Body.Rules {
		if p := rules.Check(r.When, known); p != nil {
			out.Mistakes = append(out.Mistakes, RuleMistake{i, *p})
		}
	}
	return &body[RuleCheck]{out}, nil
}

func (a *API) listRuleVersions(ctx context.Context, in *ListQuery) (*body[Page[RuleVersionItem]], error) {
	if err := a.may(ctx, desk.ViewRules); err != nil {
		return nil, err
	}
	list, next, err := a.Store.RuleVersions(ctx, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	out := Page[RuleVersionItem]{Items: make([]RuleVersionItem, len(list)), NextCursor: next}
	known := a.names.get()
	for i, set := range list {
		out.Items[i] = RuleVersionItem{Version: set.Version, At: set.At, ByID: set.ByID, By: known.agent(set.ByID), Note: set.Note, Restored: set.Restored}
	}
	return &body[Page[RuleVersionItem]]{out}, nil
}

type RuleVersionPath struct {
	Version int64 `path:"version" minimum:"0"`
}

func (a *API) getRuleVersion(ctx context.Context, in *RuleVersionPath) (*body[RuleSetItem], error) {
	if err := a.may(ctx, desk.ViewRules); err != nil {
		return nil, err
	}
	set, err := a.Store.RuleVersion(ctx, in.Version)
	if err != nil {
		return nil, err
	}
	return a.ruleSet(set), nil
}

type restoreRulesInput struct {
	RuleVersionPath
	Body struct {
		Version int64  `json:"version" minimum:"0" doc:"The newest version as you know it"`
		Note    string `json:"note,omitempty" maxLength:"200"`
	}
}

func (a *API) restoreRules(ctx context.Context, in *restoreRulesInput) (*body[RuleSetItem], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	old, err := a.Store.RuleVersion(ctx, in.RuleVersionPath.Version)
	if err != nil {
		return nil, err
	}
	return a.storeRules(ctx, in.Body.Version, desk.RuleSet{Rules: old.Rules, Note: in.Body.Note, Restored: old.Version})
}

// RuleVersionItem is one line of the list of versions.
type RuleVersionItem struct {
	Version  int64     `json:"version"`
	At       time.Time `json:"at"`
	ByID     desk.ID   `json:"by_id,omitempty"`
	By       string    `json:"by"`
	Note     string    `json:"note"`
	Restored int64     `json:"restored,omitempty" doc:"The version it brought back"`
}
