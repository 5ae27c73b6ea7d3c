package web

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/channels"
	"parley/desk"
)

func (a *API) registerAdmin(api huma.API) {
	route(api, http.MethodGet, "/agents", "listAgents", "Everybody who works here (for pickers; details for admins)", a.listAgents)
	route(api, http.MethodPost, "/agents", "createAgent", "Add a person", a.createAgent)
	route(api, http.MethodPatch, "/agents/{id}", "updateAgent", "Change a person", a.updateAgent)
	route(api, http.MethodPut, "/agents/{id}/presence", "setAgentPresence", "Change somebody's presence (supervisor)", a.setAgentPresence)
	route(api, http.MethodGet, "/queues", "listQueues", "Queues", a.listQueues)
	route(api, http.MethodPost, "/queues", "createQueue", "Add a queue", a.createQueue)
	route(api, http.MethodPatch, "/queues/{id}", "updateQueue", "Change a queue", a.updateQueue)
	route(api, http.MethodDelete, "/queues/{id}", "deleteQueue", "Remove a queue that nothing uses", a.deleteQueue)
	route(api, http.MethodPost, "/queues/preview", "previewQueue", "Who could take customers of a queue as drafted, step by step, and what in it is most likely not meant; saves nothing", a.previewQueue)
	route(api, http.MethodPost, "/calendars/preview", "previewCalendar", "What a calendar as drafted makes of now and of the next two weeks; saves nothing", a.previewCalendar)
	route(api, http.MethodGet, "/policies", "listPolicies", "How a queue can choose agents", a.listPolicies)
	route(api, http.MethodGet, "/skills", "listSkills", "Skills", a.listSkills)
	route(api, http.MethodPost, "/skills", "createSkill", "Add a skill", a.createSkill)
	route(api, http.MethodPatch, "/skills/{id}", "updateSkill", "Rename a skill", a.updateSkill)
	route(api, http.MethodDelete, "/skills/{id}", "deleteSkill", "Remove a skill that no queue or inbox asks for", a.deleteSkill)
	route(api, http.MethodGet, "/providers", "listProviders", "What kinds of inbox there are and what each needs", a.listProviders)
	route(api, http.MethodGet, "/inboxes", "listInboxes", "Inboxes", a.listInboxes)
	route(api, http.MethodPost, "/inboxes", "createInbox", "Add an inbox", a.createInbox)
	route(api, http.MethodPatch, "/inboxes/{id}", "updateInbox", "Change an inbox; secrets that are absent stay", a.updateInbox)
	route(api, http.MethodDelete, "/inboxes/{id}", "deleteInbox", "Remove an inbox without conversations", a.deleteInbox)
	route(api, http.MethodGet, "/dead-letters", "listDeadLetters", "Inbound items that could not be processed", a.listDeadLetters)
	route(api, http.MethodPost, "/dead-letters/{id}/retry", "retryDeadLetter", "Try one again", a.retryDeadLetter)
}

// AgentPatch creates or changes a person; what is absent stays.
type AgentPatch struct {
	Email         *string              `json:"email,omitempty" maxLength:"200"`
	Name          *string              `json:"name,omitempty" maxLength:"100"`
	Password      *string              `json:"password,omitempty" maxLength:"200" doc:"At least 10 characters; ends the person's other sessions"`
	Role          *desk.Role           `json:"role,omitempty" enum:"agent,supervisor,admin"`
	Enabled       *bool                `json:"enabled,omitempty"`
	Capacity      *int                 `json:"capacity,omitempty" minimum:"0" maximum:"1000"`
	Skills        map[string]int       `json:"skills,omitempty" doc:"All skills: id to level 1–5"`
	ChannelLimits map[desk.Channel]int `json:"channel_limits,omitempty"`
	HardCapacity  *int                 `json:"hard_capacity,omitempty" minimum:"0" maximum:"2000" doc:"Most held when customers come back to snoozed conversations"`
	Costs         map[string]int       `json:"costs,omitempty" doc:"Queue id to what one of its conversations takes from this agent, in percent"`
	Hours         *desk.Hours          `json:"hours,omitempty" doc:"Working times, outside which nothing is offered; an empty zone means always"`
}

// QueuePatch creates or changes a queue; what is absent stays.
type QueuePatch struct {
	Name             *string              `json:"name,omitempty" maxLength:"100"`
	Open             *bool                `json:"open,omitempty"`
	Requirements     []desk.Requirement   `json:"requirements,omitempty"`
	Priority         *int                 `json:"priority,omitempty" minimum:"-1000" maximum:"1000"`
	OfferSeconds     *int                 `json:"offer_seconds,omitempty" minimum:"5" maximum:"600"`
	AutoAccept       *bool                `json:"auto_accept,omitempty"`
	PreferredSeconds *int                 `json:"preferred_seconds,omitempty" minimum:"0" maximum:"86400"`
	TargetSeconds    *int                 `json:"target_seconds,omitempty" minimum:"1" maximum:"604800"`
	TargetShare      *int                 `json:"target_share,omitempty" minimum:"1" maximum:"100"`
	ExpireHours      *int                 `json:"expire_hours,omitempty" minimum:"1" maximum:"720"`
	RequeueMinutes   *int                 `json:"requeue_minutes,omitempty" minimum:"0" maximum:"1440"`
	Costs            map[desk.Channel]int `json:"costs,omitempty"`
	Hours            *desk.Hours          `json:"hours,omitempty" doc:"Opening times; an empty zone means always open"`

	Policy            *string          `json:"policy,omitempty" maxLength:"60" doc:"How an agent is chosen; GET /policies lists the names"`
	Reserve           *int             `json:"reserve,omitempty" minimum:"0" maximum:"1000" doc:"Agents of this queue kept free of other queues"`
	Order             *desk.LineOrder  `json:"order,omitempty" enum:"score,priority" doc:"score: priority is minutes on top of the wait; priority: a higher one is always first"`
	Weight            *int             `json:"weight,omitempty" minimum:"1" maximum:"1000" doc:"How fast customers here age against other queues, in percent"`
	AfterHours        *desk.AfterHours `json:"after_hours,omitempty" enum:"serve,say,message,overflow" doc:"For who comes outside the hours: serve whoever is at work does; say when it opens; message: take one, answered after the opening; overflow to another queue"`
	AfterHoursQueueID *string          `json:"after_hours_queue_id,omitempty" doc:"Where overflow leads"`
	Rings             []desk.Ring      `json:"rings,omitempty" maxItems:"6" doc:"How demands relax with the wait, step on step; an empty list removes them"`
	AlertDeclines     *int             `json:"alert_declines,omitempty" minimum:"0" maximum:"100" doc:"Tell supervisors after so many declined or missed offers of one customer; 0: never"`
}

// SkillPatch creates or changes a skill.
type SkillPatch struct {
	Name        *string `json:"name,omitempty" maxLength:"60"`
	Description *string `json:"description,omitempty" maxLength:"300"`
}

// Provider is a kind of inbox.
type Provider struct {
	Provider string             `json:"provider"`
	Label    string             `json:"label"`
	Channel  desk.Channel       `json:"channel"`
	Settings []channels.Setting `json:"settings"`
	Steps    []string           `json:"steps"`
}

// InboxPatch creates or changes an inbox; what is absent stays.
type InboxPatch struct {
	Name         *string            `json:"name,omitempty" pattern:"^[a-z0-9][a-z0-9-]{1,59}$" doc:"In the webhook URL; cannot change later"`
	Label        *string            `json:"label,omitempty" maxLength:"100"`
	Provider     *string            `json:"provider,omitempty"`
	QueueID      *string            `json:"queue_id,omitempty"`
	Enabled      *bool              `json:"enabled,omitempty"`
	Config       map[string]string  `json:"config,omitempty"`
	Secrets      map[string]string  `json:"secrets,omitempty" doc:"Written, never read back"`
	Priority     *int               `json:"priority,omitempty"`
	Requirements []desk.Requirement `json:"requirements,omitempty"`
	Greeting     *string            `json:"greeting,omitempty" maxLength:"500"`
	CSAT         *bool              `json:"csat,omitempty"`
}

// set changes a field where the patch has one.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}
