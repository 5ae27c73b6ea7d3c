package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/desk"
)

// Rules is a rule set made ready to decide where conversations go.
type Rules interface {
	Any() bool          // whether there is anything to decide
	NeedsCompany() bool // whether facts need the contact's company
	Decide(*desk.RuleFacts) desk.RuleDecision
}

type ruleSetRow struct {
	Version  int64       `gorm:"primaryKey;autoIncrement:false"`
	Rules    []desk.Rule `gorm:"serializer:json"`
	At       time.Time   `gorm:"serializer:micros"`
	ByID     desk.ID     `gorm:"serializer:optional"`
	Note     string
	Restored int64
}

func (ruleSetRow) TableName() string { return "rule_sets" }

type ruleFailureRow struct {
	RuleID         desk.ID `gorm:"primaryKey"`
	Name           string
	Version        int64
	Error          string
	At             time.Time `gorm:"serializer:micros"`
	ConversationID desk.ID
}

func (ruleFailureRow) TableName() string { return "rule_failures" }

// readyRules keeps the newest set as the compiler made it ready.
type readyRules struct {
	sync.Mutex
	version int64
	rules   Rules
}

// none is what holds before there are rules.
type none struct{}

func (none) Any() bool                                { return false }
func (none) NeedsCompany() bool                       { return false }
func (none) Decide(*desk.RuleFacts) desk.RuleDecision { return desk.RuleDecision{} }

// readRules gives the newest set.
func readRules(db *gorm.DB) (desk.RuleSet, error) {
	var rows []ruleSetRow
	err := db.Order("version DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return desk.RuleSet{Rules: []desk.Rule{}}, err
	}
	return rows[0].set(), nil
}

func (r ruleSetRow) set() desk.RuleSet {
	return desk.RuleSet{Version: r.Version, Rules: r.Rules, At: r.At, ByID: r.ByID, Note: r.Note, Restored: r.Restored}
}

// ready compiles a set once.
func (s *Store) ready(set desk.RuleSet) Rules {
	if s.cfg.CompileRules == nil || len(set.Rules) == 0 {
		return none{}
	}
	s.rules.Lock()
	defer s.rules.Unlock()
	if s.rules.rules == nil || s.rules.version != set.Version {
		s.rules.version, s.rules.rules = set.Version, s.cfg.CompileRules(set)
	}
	return s.rules.rules
}

// Rules gives the set that holds.
func (s *Store) Rules(ctx context.Context) (*desk.RuleSet, error) {
	set, err := readRules(s.read(ctx))
	return &set, down(err)
}

// SaveRules makes a new version of all rules: set.Rules with set.Note, on top of
// version expected. It fails with Conflict when somebody saved meanwhile.
// Whether the expressions compile is for the caller, who knows the language, to check.
func (s *Store) SaveRules(ctx context.Context, actor desk.ID, expected int64, set desk.RuleSet) (*desk.RuleSet, error) {
	var out *desk.RuleSet
	err := s.configure(ctx, func(t *tx) error {
		newest, err := readRules(t.DB)
		if err != nil {
			return err
		}
		if newest.Version != expected {
			return desk.Errorf(desk.Conflict, "somebody saved version %d of the rules meanwhile; look at it and make your changes again", newest.Version)
		}
		next := desk.RuleSet{Version: expected + 1, Rules: set.Rules, At: t.now, ByID: actor, Restored: set.Restored,
			Note: strings.TrimSpace(desk.CleanText(set.Note, 1000))}
		if err := t.checkRules(next.Rules); err != nil {
			return err
		}
		row := ruleSetRow(next)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.Exec("DELETE FROM rule_failures").Error; err != nil {
			return err
		}
		out = &next
		t.tell(desk.EvRulesChanged, nil, desk.Event{ActorID: actor, Data: desk.EventData{Note: next.Note, Fields: map[string]string{"version": fmt.Sprint(next.Version)}}})
		return nil
	})
	return out, err
}

// checkRules says what is wrong with everything but the expressions, and gives
// new rules their ids.
func (t *tx) checkRules(rules []desk.Rule) error {
	if len(rules) > desk.MaxRules {
		return desk.FieldError("rules", "there are %d; at most %d are taken", len(rules), desk.MaxRules)
	}
	seen := map[desk.ID]bool{}
	for i := range rules {
		r := &rules[i]
		field := func(name string) string { return fmt.Sprintf("rules[%d].%s", i, name) }
		if r.ID == "" {
			r.ID = desk.NewID()
		}
		if !desk.ValidID(r.ID) || seen[r.ID] {
			return desk.FieldError(field("id"), "must be a UUID that no other rule has; leave it out for a new rule")
		}
		seen[r.ID] = true
		r.Name, r.When = strings.TrimSpace(desk.CleanText(r.Name, 400)), desk.CleanText(r.When, 10_000)
		if r.Name == "" {
			return desk.FieldError(field("name"), "is missing; it is what people see as the reason")
		}
		if r.Then.QueueID != "" && t.config.queues[r.Then.QueueID] == nil {
			return desk.FieldError(field("then.queue_id"), "there is no such queue any more; choose another for the rule %q", r.Name)
		}
		if err := t.checkRequirements(r.Then.Requirements); err != nil {
			return within(field("then"), err)
		}
		if r.Then.Priority < -1000 || r.Then.Priority > 1000 {
			return desk.FieldError(field("then.priority"), "must be between -1000 and 1000 minutes")
		}
		if err := r.Then.Rings.Validate(field("then.rings"), t.config.hasSkill, t.config.hasQueue); err != nil {
			return err
		}
		tags, err := desk.CleanTags(r.Then.Tags)
		if err != nil {
			return within(field("then"), err)
		}
		r.Then.Tags = tags
	}
	return nil
}

// within puts a path before an error's field.
func within(path string, err error) error {
	if e, ok := err.(*desk.Error); ok && e.Field != "" {
		moved := *e
		moved.Field = path + "." + e.Field
		return &moved
	}
	return err
}

// RuleVersions lists every saved set without its rules, newest first.
func (s *Store) RuleVersions(ctx context.Context, limit int, cursor string) ([]desk.RuleSet, string, error) {
	q := s.read(ctx).Model(&ruleSetRow{}).Omit("rules")
	if cursor != "" {
		var before int64
		if _, err := fmt.Sscan(cursor, &before); err != nil {
			return nil, "", desk.FieldError("query.cursor", "is not one that was given")
		}
		q = q.Where("version < ?", before)
	}
	var rows []ruleSetRow
	if err := q.Order("version DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprint(rows[limit-1].Version)
	}
	out := make([]desk.RuleSet, len(rows))
	for i, r := range rows {
		out[i] = r.set()
	}
	return out, next, nil
}

// RuleVersion reads one saved set; version 0 is the empty one before the first.
func (s *Store) RuleVersion(ctx context.Context, version int64) (*desk.RuleSet, error) {
	if version == 0 {
		return &desk.RuleSet{Rules: []desk.Rule{}}, nil
	}
	var rows []ruleSetRow
	if err := s.read(ctx).Where("version = ?", version).Limit(1).Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	if len(rows) == 0 {
		return nil, desk.Errorf(desk.NotFound, "there is no version %d of the rules", version)
	}
	set := rows[0].set()
	return &set, nil
}

// RuleTrouble is a rule that could not be evaluated, the last time it happened.
type RuleTrouble struct {
	desk.RuleFailure
	At             time.Time
	ConversationID desk.ID
}

// RuleTroubles lists the rules of the newest set that failed since, latest first.
func (s *Store) RuleTroubles(ctx context.Context, since time.Time) ([]RuleTrouble, error) {
	var rows []ruleFailureRow
	if err := s.read(ctx).Where("at > ?", micros(since)).Order("at DESC, rule_id").Limit(desk.MaxRules).Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	out := make([]RuleTrouble, len(rows))
	for i, r := range rows {
		out[i] = RuleTrouble{desk.RuleFailure{RuleMatch: desk.RuleMatch{ID: r.RuleID, Name: r.Name, Version: r.Version}, Error: r.Error}, r.At, r.ConversationID}
	}
	return out, nil
}

// ruleUses names a rule that some outcome of is, or "".
func (t *tx) ruleUses(is func(desk.RuleOutcome) bool) string {
	for _, r := range t.config.ruleSet.Rules {
		if is(r.Then) {
			return r.Name
		}
	}
	return ""
}

// saveRuleFailures keeps the latest failure of each rule.
func (t *tx) saveRuleFailures(rows []ruleFailureRow) error {
	if len(rows) == 0 {
		return nil
	}
	return t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "rule_id"}}, UpdateAll: true}).Create(&rows).Error
}
