package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"parley/desk"
	"parley/replay"
	"parley/store"
)

// replayFlags belong to parley simulate --replay.
type replayFlags struct {
	Replay string            `help:"Replay a recorded period instead: two dates or RFC 3339 times with .. between, such as 2026-03-02..2026-03-08; dates are whole days in --time-zone." placeholder:"FROM..TO"`
	Policy []string          `help:"With --replay: policies to try, each by itself."`
	Set    map[string]string `help:"With --replay: settings of queues to try, by their names in the API, such as offer_seconds=30." mapsep:"none" placeholder:"FIELD=VALUE"`
	Queue  []string          `help:"With --replay: names of the queues that are changed. Default: all." sep:"none"`
	Skill  []string          `help:"With --replay: skills an agent is given, such as agent@example.com:German=3; level 0 takes one away." sep:"none" placeholder:"EMAIL:SKILL=LEVEL"`
}

// replay lets a period happen again and prints what became of it.
func (c *simulateCommand) replay(ctx context.Context) error {
	zone, err := c.zone()
	if err != nil {
		return err
	}
	from, to, err := parsePeriod(c.Replay, zone)
	if err != nil {
		return fmt.Errorf("--replay: %w", err)
	}
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	changes, err := c.changes(ctx, st)
	if err != nil {
		return err
	}
	show := func(float64) {}
	if bar := c.progress("replayed"); bar != nil {
		show = func(share float64) { bar(int(1000*share), 1000) }
	}
	// Reading takes about as long as ten replications.
	cfg := replay.Config{Seed: 1}
	if c.Seed != nil {
		cfg.Seed = *c.Seed
	}
	if c.Replications != nil {
		if cfg.Replications = *c.Replications; cfg.Replications < 1 {
			return errors.New("--replications: must be at least 1")
		}
	}
	const reading = 0.3
	p, err := replay.Read(ctx, st, from, to, replay.MostEvents, func(share float64) { show(reading * share) })
	if err != nil {
		return flagged(err)
	}
	var reports []*replay.Result
	for i, ch := range changes {
		cfg.Change, cfg.Name = ch.change, ch.name
		r, err := p.Run(ctx, cfg, func(share float64) { show(reading + (1-reading)*(float64(i)+share)/float64(len(changes))) })
		if err != nil {
			return flagged(err)
		}
		reports = append(reports, r)
	}
	if c.HTML != "" {
		if err := c.write(func(w io.Writer) error { return replay.WriteHTML(w, reports) }); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
	}
	if c.JSON {
		return replay.WriteJSON(os.Stdout, reports)
	}
	return replay.WriteTable(os.Stdout, reports)
}

// flagged names the flag that a field of the API is here.
func flagged(err error) error {
	var e *desk.Error
	if !errors.As(err, &e) || e.Field == "" {
		return err
	}
	name := map[string]string{"from": "replay", "to": "replay", "replications": "replications"}[e.Field]
	if name == "" {
		name = "set " + strings.TrimPrefix(e.Field, "settings.")
	}
	return fmt.Errorf("--%s: %s", name, e.Message)
}

// parsePeriod reads FROM..TO.
func parsePeriod(text string, zone *time.Location) (from, to time.Time, err error) {
	a, b, two := strings.Cut(text, "..")
	if !two {
		return from, to, fmt.Errorf("%q needs two dates or times with .. between, such as 2026-03-02..2026-03-08", text)
	}
	moment := func(text string, last bool) (time.Time, error) {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t, nil
		}
		day, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			return day, fmt.Errorf("%q is neither a date like 2026-03-02 nor a time like 2026-03-02T08:00:00Z", text)
		}
		if last {
			day = day.AddDate(0, 0, 1)
		}
		return day, nil
	}
	if from, err = moment(strings.TrimSpace(a), false); err != nil {
		return from, to, err
	}
	if to, err = moment(strings.TrimSpace(b), true); err != nil {
		return from, to, err
	}
	if !to.After(from) {
		err = fmt.Errorf("%q ends before it begins", text)
	}
	return from, to, err
}

type namedChange struct {
	name   string
	change *replay.Change
}

// changes are what is to be tried, each by itself; at least one, which may be nothing.
func (c *simulateCommand) changes(ctx context.Context, st *store.Store) ([]namedChange, error) {
	base := replay.Change{Settings: map[string]json.RawMessage{}}
	for field, value := range c.Set {
		text := json.RawMessage(value)
		if !json.Valid(text) { // a word
			text, _ = json.Marshal(value)
		}
		base.Settings[field] = text
	}
	config, err := st.Config(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range c.Queue {
		id, names := desk.ID(""), []string{}
		for _, q := range config.Queues {
			if names = append(names, q.Name); strings.EqualFold(q.Name, name) {
				id = q.ID
			}
		}
		if id == "" {
			return nil, fmt.Errorf("--queue: there is no queue %q; there are %s", name, strings.Join(names, ", "))
		}
		base.Queues = append(base.Queues, id)
	}
	if base.Skills, err = c.skills(ctx, st, config); err != nil {
		return nil, err
	}
	policies := append(c.Policy, c.Compare...)
	if len(policies) == 0 {
		if len(base.Settings) == 0 && len(base.Skills) == 0 {
			return []namedChange{{}}, nil
		}
		ch, err := replay.NewChange(base)
		return []namedChange{{"changed", ch}}, flagged(err)
	}
	var out []namedChange
	for _, name := range policies {
		one := base
		one.Settings = map[string]json.RawMessage{}
		for k, v := range base.Settings {
			one.Settings[k] = v
		}
		one.Settings["policy"], _ = json.Marshal(name)
		ch, err := replay.NewChange(one)
		if err != nil {
			return nil, flagged(err)
		}
		out = append(out, namedChange{name, ch})
	}
	return out, nil
}

// skills reads --skill, on top of what the agents have today.
func (c *simulateCommand) skills(ctx context.Context, st *store.Store, config *desk.Snapshot) (map[desk.ID]map[desk.ID]int, error) {
	out := map[desk.ID]map[desk.ID]int{}
	if len(c.Skill) == 0 {
		return out, nil
	}
	live, err := st.Live(ctx)
	if err != nil {
		return nil, err
	}
	for _, text := range c.Skill {
		mail, rest, one := strings.Cut(text, ":")
		name, number, two := strings.Cut(rest, "=")
		level := 0
		if _, err := fmt.Sscanf(number, "%d", &level); !one || !two || err != nil || level < 0 || level > 5 {
			return nil, fmt.Errorf("--skill: %q is not like agent@example.com:German=3, with a level from 0 to 5", text)
		}
		var agent *desk.Agent
		for _, a := range live.Agents {
			if strings.EqualFold(a.Email, mail) {
				agent = a
			}
		}
		skill := desk.ID("")
		for _, k := range config.Skills {
			if strings.EqualFold(k.Name, name) {
				skill = k.ID
			}
		}
		if agent == nil || skill == "" {
			return nil, fmt.Errorf("--skill: %q names an agent or a skill that there is not", text)
		}
		if out[agent.ID] == nil {
			out[agent.ID] = map[desk.ID]int{}
			for id, l := range agent.Skills {
				out[agent.ID][id] = l
			}
		}
		if out[agent.ID][skill] = level; level == 0 {
			delete(out[agent.ID], skill)
		}
	}
	return out, nil
}
