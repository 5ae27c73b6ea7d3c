package store

import (
	"context"
	"fmt"
	"maps"
	"net/mail"
	"reflect"
	"strings"

	"gorm.io/gorm/clause"

	"parley/desk"
)

type agentRecord struct {
	AgentRow     `gorm:"embedded"`
	PasswordHash string
}

func (agentRecord) TableName() string { return "agents" }

// AgentRow is agentRow where gorm wants to see into it.
type AgentRow = agentRow

// Credentials finds somebody by e-mail address with the hash of their password;
// nil when nobody has it.
func (s *Store) Credentials(ctx context.Context, email string) (*desk.Agent, string, error) {
	var row struct {
		ID           desk.ID
		PasswordHash string
	}
	err := s.read(ctx).Raw("SELECT id, password_hash FROM agents WHERE email = ?", cleanEmail(email)).Scan(&row).Error
	if err != nil || row.ID == "" {
		return nil, "", down(err)
	}
	a, err := s.Agent(ctx, row.ID)
	return a, row.PasswordHash, err
}

func cleanEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// CreateAgent adds a person. They begin offline.
func (s *Store) CreateAgent(ctx context.Context, actor desk.ID, a desk.Agent, passwordHash string) (*desk.Agent, error) {
	var out *desk.Agent
	err := s.write(ctx, func(t *tx) error {
		g := a
		g.ID, g.Presence, g.PresenceSince, g.CreatedAt = newID(a.ID), desk.Offline, t.now, t.now
		if err := t.checkAgent(&g); err != nil {
			return err
		}
		if passwordHash == "" {
			return desk.FieldError("password", "is missing")
		}
		row := agentRecord{AgentRow: agentToRow(&g), PasswordHash: passwordHash}
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		g = desk.Agent(row.AgentRow)
		t.agents[g.ID], out = &g, &g
		t.tell(desk.EvAgentChanged, nil, desk.Event{AgentID: g.ID, ActorID: actor, Data: desk.EventData{Fields: map[string]string{"change": "created"}, After: &desk.Setup{Agent: &g}}})
		return nil
	})
	return out, err
}

// newID lets tools that seed choose ids; "" makes one.
func newID(id desk.ID) desk.ID {
	if id == "" {
		return desk.NewID()
	}
	return id
}

// UpdateAgent changes a person as change says; it may run more than once. A new
// password (hash not "") ends their sessions but the one with the token keep.
// Disabling somebody makes them offline, takes their offers back and ends all
// their sessions.
func (s *Store) UpdateAgent(ctx context.Context, actor, id desk.ID, passwordHash, keep string, change func(*desk.Agent) error) (*desk.Agent, error) {
	var out *desk.Agent
	err := s.write(ctx, func(t *tx) error {
		ringing, err := t.lockRinging(id) // conversations are locked before agents
		if err != nil {
			return err
		}
		g, err := t.agent(id)
		if err != nil {
			return err
		}
		before := *g
		before.Skills, before.ChannelLimits, before.Costs = maps.Clone(g.Skills), maps.Clone(g.ChannelLimits), maps.Clone(g.Costs)
		// A queue that was removed meanwhile must not keep anything else from being changed.
		maps.DeleteFunc(g.Costs, func(queue desk.ID, _ int) bool { return !t.config.hasQueue(queue) })
		if err := change(g); err != nil {
			return err
		}
		if err := t.checkAgent(g); err != nil {
			return err
		}
		if err := t.keepAnAdmin(&before, g); err != nil {
			return err
		}
		row := agentToRow(g)
		err = t.Model(&agentRecord{}).Where("id = ?", id).Select("email", "name", "role", "enabled", "capacity", "channel_limits", "skills",
			"hard_capacity", "costs", "hours", "off_hours").
			Updates(&agentRecord{AgentRow: row}).Error
		if err != nil {
			return err
		}
		if passwordHash != "" {
			if err := t.Exec("UPDATE agents SET password_hash = ? WHERE id = ?", passwordHash, id).Error; err != nil {
				return err
			}
			if err := t.endSessions(id, actor, keep); err != nil {
				return err
			}
		}
		if !before.OffHours && g.OffHours && g.Enabled {
			for _, c := range ringing {
				if err := t.takeBack(c, desk.OfferWithdrawn, "after hours"); err != nil {
					return err
				}
			}
		}
		if before.Enabled && !g.Enabled {
			if err := t.disable(g, ringing, actor); err != nil {
				return err
			}
		}
		t.tell(desk.EvAgentChanged, nil, desk.Event{AgentID: id, ActorID: actor, Data: desk.EventData{Fields: agentChanges(&before, g, passwordHash != ""),
			Before: &desk.Setup{Agent: &before}, After: &desk.Setup{Agent: g}}})
		out = g
		return nil
	})
	return out, err
}

func (t *tx) disable(g *desk.Agent, ringing []*desk.Conversation, actor desk.ID) error {
	for _, c := range ringing {
		if err := t.takeBack(c, desk.OfferWithdrawn, "disabled"); err != nil {
			return err
		}
	}
	if g.Presence != desk.Offline || g.Next != "" {
		t.present(g, desk.Offline, "disabled", actor)
	}
	return t.endSessions(g.ID, actor, "")
}

// agentChanges is the audit of a change: what, never a password.
func agentChanges(before, after *desk.Agent, password bool) map[string]string {
	out := map[string]string{"change": "updated"}
	note := func(name string, a, b any) {
		if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
			out[name] = desk.Truncate(x+" → "+y, 200)
		}
	}
	note("email", before.Email, after.Email)
	note("name", before.Name, after.Name)
	note("role", before.Role, after.Role)
	note("enabled", before.Enabled, after.Enabled)
	note("capacity", before.Capacity, after.Capacity)
	note("skills", before.Skills, after.Skills)
	note("channel_limits", before.ChannelLimits, after.ChannelLimits)
	note("hard_capacity", before.HardCapacity, after.HardCapacity)
	note("costs", before.Costs, after.Costs)
	if !reflect.DeepEqual(before.Hours, after.Hours) {
		out["hours"] = "changed"
	}
	if password {
		out["password"] = "changed"
	}
	return out
}

// checkAgent says what is wrong with a person's fields, by their names in the API.
func (t *tx) checkAgent(g *desk.Agent) error {
	g.Email, g.Name = cleanEmail(g.Email), strings.TrimSpace(desk.CleanText(g.Name, 400))
	if a, err := mail.ParseAddress(g.Email); err != nil || a.Address != g.Email {
		return desk.FieldError("email", "is not an e-mail address")
	}
	if g.Name == "" {
		return desk.FieldError("name", "is missing")
	}
	switch g.Role {
	case desk.RoleAgent, desk.RoleSupervisor, desk.RoleAdmin:
	default:
		return desk.FieldError("role", "must be agent, supervisor or admin")
	}
	if g.Capacity < 0 || g.Capacity > 1000 {
		return desk.FieldError("capacity", "must be between 0 and 1000; 100 is usual")
	}
	if g.HardCapacity < 0 || g.HardCapacity > 2000 {
		return desk.FieldError("hard_capacity", "must be between 0 and 2000; 150 is usual")
	}
	for id, n := range g.Costs {
		if t.config.queues[id] == nil {
			return desk.FieldError("costs."+id, "there is no such queue; take its cost out")
		}
		if n < 0 || n > 100 {
			return desk.FieldError("costs."+id, "must be between 0 and 100: the percent that one conversation of this queue takes")
		}
	}
	if err := g.Hours.Validate(); err != nil {
		return err
	}
	g.OffHours = !g.Hours.OpenAt(t.now)
	for id, level := range g.Skills {
		if t.config.skills[id] == nil {
			return desk.FieldError("skills."+id, "there is no such skill; take it out")
		}
		if level < 1 || level > 5 {
			return desk.FieldError("skills."+id, "the level must be 1 to 5")
		}
	}
	for c, n := range g.ChannelLimits {
		if !known(c) {
			return desk.FieldError("channel_limits."+string(c), "there is no such channel")
		}
		if n < 0 || n > 100 {
			return desk.FieldError("channel_limits."+string(c), "must be between 0 and 100")
		}
	}
	var taken int64
	if err := t.Model(&agentRecord{}).Where("email = ? AND id <> ?", g.Email, g.ID).Count(&taken).Error; err != nil {
		return err
	}
	if taken > 0 {
		return desk.FieldError("email", "belongs to somebody else here")
	}
	return nil
}

func known(c desk.Channel) bool {
	for _, k := range desk.Channels {
		if k == c {
			return true
		}
	}
	return false
}

// keepAnAdmin refuses to lock everybody out of the settings.
func (t *tx) keepAnAdmin(before, after *desk.Agent) error {
	if before.Role != desk.RoleAdmin || !before.Enabled || after.Role == desk.RoleAdmin && after.Enabled {
		return nil
	}
	var others []agentRow
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("role = ? AND enabled AND id <> ?", desk.RoleAdmin, after.ID).Order("id").Find(&others).Error
	if err != nil || len(others) > 0 {
		return err
	}
	return desk.Errorf(desk.Conflict, "this is the last administrator; make somebody else one first")
}
