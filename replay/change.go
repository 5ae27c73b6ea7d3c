package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/desk"
	"parley/routing"
)

// Change is what is otherwise than it was.
type Change struct {
	Queues []desk.ID // to which Settings apply; empty: all
	// Settings are fields of a queue by their names in the API, like policy,
	// offer_seconds or requirements. Nil: nothing is otherwise.
	Settings map[string]json.RawMessage
	Skills   map[desk.ID]map[desk.ID]int // agent ▶ skills, instead of theirs
	patch    []byte
}

// fixed are fields of a queue that no replay changes: they are not settings, or
// nothing in a replay depends on them.
var fixed = []string{"id", "name", "created_at", "open", "hours"}

// NewChange checks what is to be otherwise, naming field and remedy.
func NewChange(c Change) (*Change, error) {
	for name := range c.Settings {
		if slices.Contains(fixed, name) {
			return nil, desk.FieldError("settings."+name, "cannot be changed in a replay")
		}
	}
	if len(c.Settings) > 0 {
		var err error
		if c.patch, err = json.Marshal(c.Settings); err != nil {
			return nil, desk.FieldError("settings", "is not JSON")
		}
	}
	q := desk.QueueDefaults()
	if err := c.apply(&q); err != nil {
		return nil, err
	}
	if _, err := routing.ParsePolicy(q.Policy); err != nil {
		var e *desk.Error
		if errors.As(err, &e) {
			return nil, desk.FieldError("settings.policy", "%s", e.Message)
		}
		return nil, err
	}
	for _, x := range []struct {
		field          string
		n, least, most int
	}{{"offer_seconds", q.OfferSeconds, 5, 600}, {"preferred_seconds", q.PreferredSeconds, 0, 86400}, {"priority", q.Priority, -1000, 1000},
		{"target_seconds", q.TargetSeconds, 1, 604800}, {"expire_hours", q.ExpireHours, 1, 720}} {
		if x.n < x.least || x.n > x.most {
			return nil, desk.FieldError("settings."+x.field, "must be between %d and %d", x.least, x.most)
		}
	}
	return &c, nil
}

// apply sets the changed fields.
func (c *Change) apply(q *desk.Queue) error {
	if len(c.patch) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(c.patch))
	d.DisallowUnknownFields()
	err := d.Decode(q)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return desk.FieldError("settings."+wrong.Field, "must be a %s, not a %s", wrong.Type, wrong.Value)
	case strings.Contains(err.Error(), "unknown field"):
		return desk.FieldError("settings", "%s; a queue has %s", strings.TrimPrefix(err.Error(), "json: "), strings.Join(settings(), ", "))
	}
	return desk.FieldError("settings", "%s", err)
}

// settings names what can be changed.
func settings() []string {
	text, _ := json.Marshal(desk.QueueDefaults())
	fields := map[string]json.RawMessage{}
	_ = json.Unmarshal(text, &fields)
	for _, name := range fixed {
		delete(fields, name)
	}
	return slices.Sorted(maps.Keys(fields))
}

// queue is a queue with the change.
func (c *Change) queue(q *desk.Queue) *desk.Queue {
	if c == nil || len(c.patch) == 0 || len(c.Queues) > 0 && !slices.Contains(c.Queues, q.ID) {
		return q
	}
	text, err := json.Marshal(q)
	var out desk.Queue
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err == nil {
		err = c.apply(&out)
	}
	if err != nil { // NewChange has tried it
		panic(fmt.Sprintf("replay: %v", err))
	}
	return &out
}

// skills are an agent's with the change.
func (c *Change) skills(a *desk.Agent) map[desk.ID]int {
	if c != nil {
		if s, changed := c.Skills[a.ID]; changed {
			return s
		}
	}
	return a.Skills
}
