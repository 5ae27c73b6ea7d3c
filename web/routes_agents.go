package web

import (
	"context"

	"parley/desk"
)

func (a *API) listAgents(ctx context.Context, _ *none) (*body[Page[AgentItem]], error) {
	all, err := a.Store.Agents(ctx)
	if err != nil {
		return nil, err
	}
	admin := desk.Allowed(a.user(ctx).Role, desk.Administer)
	page := Page[AgentItem]{Items: []AgentItem{}}
	for _, g := range all {
		item := a.agentItem(g)
		if !admin {
			if !g.Enabled {
				continue
			}
			item.Email = ""
		}
		page.Items = append(page.Items, item)
	}
	return &body[Page[AgentItem]]{page}, nil
}

type createAgentInput struct {
	Body AgentPatch
}

func (a *API) createAgent(ctx context.Context, in *createAgentInput) (*body[AgentItem], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	if in.Body.Password == nil {
		return nil, desk.FieldError("password", "is missing")
	}
	hash, err := a.passwords.hash(ctx, *in.Body.Password)
	if err != nil {
		return nil, err
	}
	g := desk.Agent{Role: desk.RoleAgent, Enabled: true, Capacity: desk.FullCapacity, HardCapacity: desk.HardCapacityDefault, Skills: map[desk.ID]int{}, ChannelLimits: map[desk.Channel]int{}}
	in.Body.apply(&g)
	made, err := a.Store.CreateAgent(ctx, a.user(ctx).ID, g, hash)
	if err != nil {
		return nil, err
	}
	return &body[AgentItem]{a.agentItem(made)}, nil
}

func (p *AgentPatch) apply(g *desk.Agent) {
	set(&g.Email, p.Email)
	set(&g.Name, p.Name)
	set(&g.Role, p.Role)
	set(&g.Enabled, p.Enabled)
	set(&g.Capacity, p.Capacity)
	if p.Skills != nil {
		g.Skills = p.Skills
	}
	if p.ChannelLimits != nil {
		g.ChannelLimits = p.ChannelLimits
	}
	set(&g.HardCapacity, p.HardCapacity)
	if p.Costs != nil {
		g.Costs = p.Costs
	}
	if p.Hours != nil {
		g.Hours = p.Hours
		if p.Hours.Zone == "" {
			g.Hours = nil
		}
	}
}

type updateAgentInput struct {
	ByID
	Body AgentPatch
}

func (a *API) updateAgent(ctx context.Context, in *updateAgentInput) (*body[AgentItem], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	hash, keep := "", ""
	if in.Body.Password != nil {
		var err error
		if hash, err = a.passwords.hash(ctx, *in.Body.Password); err != nil {
			return nil, err
		}
		if me := caller(ctx); me.Agent.ID == in.ID {
			keep = me.token
		}
	}
	g, err := a.Store.UpdateAgent(ctx, a.user(ctx).ID, in.ID, hash, keep, func(g *desk.Agent) error {
		in.Body.apply(g)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &body[AgentItem]{a.agentItem(g)}, nil
}

type setAgentPresenceInput struct {
	ByID
	Body struct {
		Presence desk.Presence `json:"presence" enum:"available,busy,away,offline"`
	}
}

func (a *API) setAgentPresence(ctx context.Context, in *setAgentPresenceInput) (*body[AgentItem], error) {
	if err := a.may(ctx, desk.SetOthersPresence); err != nil {
		return nil, err
	}
	return a.presence(ctx, in.ID, in.Body.Presence, "set by "+a.user(ctx).Name, false)
}
