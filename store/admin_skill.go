package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"parley/desk"
)

// CreateSkill adds a skill.
func (s *Store) CreateSkill(ctx context.Context, actor desk.ID, k desk.Skill) (*desk.Skill, error) {
	var out *desk.Skill
	err := s.configure(ctx, func(t *tx) error {
		n := k
		n.ID = newID(k.ID)
		if err := t.checkSkill(&n); err != nil {
			return err
		}
		row := skillRow(n)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		out = &n
		t.tell(desk.EvSkillChanged, nil, desk.Event{ActorID: actor, Data: skillData("created", &n)})
		return nil
	})
	return out, err
}

// UpdateSkill changes a skill as change says; it may run more than once.
func (s *Store) UpdateSkill(ctx context.Context, actor, id desk.ID, change func(*desk.Skill) error) (*desk.Skill, error) {
	var out *desk.Skill
	err := s.configure(ctx, func(t *tx) error {
		var row skillRow
		if err := t.lockOne(&row, id); err != nil {
			return err
		}
		if row.ID == "" {
			return desk.Errorf(desk.NotFound, "there is no such skill")
		}
		k := desk.Skill(row)
		if err := change(&k); err != nil {
			return err
		}
		if err := t.checkSkill(&k); err != nil {
			return err
		}
		row = skillRow(k)
		if err := t.Save(&row).Error; err != nil {
			return err
		}
		out = &k
		t.tell(desk.EvSkillChanged, nil, desk.Event{ActorID: actor, Data: skillData("updated", &k)})
		return nil
	})
	return out, err
}

// DeleteSkill removes a skill that nothing asks for, and takes it from the
// agents who have it.
func (s *Store) DeleteSkill(ctx context.Context, actor, id desk.ID) error {
	return s.configure(ctx, func(t *tx) error {
		var row skillRow
		if err := t.lockOne(&row, id); err != nil {
			return err
		}
		if row.ID == "" {
			return desk.Errorf(desk.NotFound, "there is no such skill")
		}
		if err := t.skillUnused(id); err != nil {
			return err
		}
		var agents []agentRow
		if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Order("id").Find(&agents).Error; err != nil {
			return err
		}
		k := desk.Skill(row)
		t.tell(desk.EvSkillChanged, nil, desk.Event{ActorID: actor, Data: skillData("deleted", &k)})
		for _, r := range agents {
			if _, has := r.Skills[id]; !has {
				continue
			}
			before, g := desk.Agent(r), desk.Agent(r)
			g.Skills = maps.Clone(g.Skills)
			delete(g.Skills, id)
			t.agents[g.ID] = &g
			if err := t.Model(&agentRecord{}).Where("id = ?", g.ID).Select("skills").Updates(&agentRecord{AgentRow: agentToRow(&g)}).Error; err != nil {
				return err
			}
			t.tell(desk.EvAgentChanged, nil, desk.Event{AgentID: g.ID, ActorID: actor, Data: desk.EventData{Fields: map[string]string{"change": "skill removed", "skill": k.Name},
				Before: &desk.Setup{Agent: &before}, After: &desk.Setup{Agent: &g}}})
		}
		return t.Delete(&skillRow{}, "id = ?", id).Error
	})
}

// skillUnused refuses to remove what somebody would wait for in vain.
func (t *tx) skillUnused(id desk.ID) error {
	asks := func(all []desk.Requirement) bool {
		return slices.ContainsFunc(all, func(r desk.Requirement) bool { return r.SkillID == id })
	}
	inRings := func(p desk.RingPlan) bool {
		return slices.ContainsFunc(p, func(r desk.Ring) bool {
			return r.SkillID == id || slices.ContainsFunc(r.Relax, func(x desk.Relaxation) bool { return x.SkillID == id })
		})
	}
	for _, q := range t.config.queues {
		if asks(q.Requirements) || inRings(q.Rings) {
			return desk.Errorf(desk.Conflict, "the queue %s asks for this skill; change that first", q.Name)
		}
	}
	for _, in := range t.config.inboxes {
		if asks(in.Requirements) {
			return desk.Errorf(desk.Conflict, "the inbox %s asks for this skill; change that first", in.Label)
		}
	}
	if rule := t.ruleUses(func(o desk.RuleOutcome) bool { return asks(o.Requirements) || inRings(o.Rings) }); rule != "" {
		return desk.Errorf(desk.Conflict, "the rule %q asks for this skill; change that first", rule)
	}
	if used, err := t.any(&conversationRecord{}, "open AND CAST(requirements AS text) LIKE ?", "%"+id+"%"); err != nil {
		return err
	} else if used {
		return desk.Errorf(desk.Conflict, "an open conversation asks for this skill; resolve it first")
	}
	return nil
}

func (t *tx) checkSkill(k *desk.Skill) error {
	k.Name, k.Description = strings.TrimSpace(desk.CleanText(k.Name, 240)), strings.TrimSpace(desk.CleanText(k.Description, 1200))
	if k.Name == "" {
		return desk.FieldError("name", "is missing")
	}
	if taken, err := t.any(&skillRow{}, "name = ? AND id <> ?", k.Name, k.ID); err != nil {
		return err
	} else if taken {
		return desk.FieldError("name", "is taken by another skill")
	}
	return nil
}

func skillData(how string, k *desk.Skill) desk.EventData {
	return desk.EventData{Fields: map[string]string{"change": how, "name": k.Name, "skill_id": k.ID}}
}
