package main

import (
	"fmt"
	"time"

	"parley/routing"
)

// retention is for how many days what is over is kept.
type retention struct {
	KeepWebhooks      int `name:"keep-webhooks" env:"PARLEY_KEEP_WEBHOOKS" default:"14" help:"Days to keep processed webhooks: the key against duplicates. At least 8, as providers repeat for 7." placeholder:"DAYS"`
	KeepLog           int `name:"keep-log" env:"PARLEY_KEEP_LOG" default:"365" help:"Days to keep the event log, from which timelines are shown and periods replayed; at least 7. 0: for ever." placeholder:"DAYS"`
	KeepConversations int `name:"keep-conversations" env:"PARLEY_KEEP_CONVERSATIONS" default:"0" help:"Days to keep conversations after their end, with messages, files and offers; at least 7. 0: for ever." placeholder:"DAYS"`
	KeepFacts         int `name:"keep-facts" env:"PARLEY_KEEP_FACTS" default:"0" help:"Days to keep the single measurements behind reports; at least 31. Reports stay. 0: for ever." placeholder:"DAYS"`
}

// keep checks the days: less than these would take away what is still in use.
func (r *retention) keep() (routing.Keep, error) {
	var k routing.Keep
	for _, d := range []struct {
		name    string
		days    int
		least   int
		forever bool
		to      *time.Duration
	}{
		{"--keep-webhooks", r.KeepWebhooks, 8, false, &k.Webhooks},
		{"--keep-log", r.KeepLog, 7, true, &k.Log},
		{"--keep-conversations", r.KeepConversations, 7, true, &k.Conversations},
		{"--keep-facts", r.KeepFacts, 31, true, &k.Facts},
	} {
		if d.days < d.least && (d.days != 0 || !d.forever) {
			also := ""
			if d.forever {
				also = ", or 0 for ever"
			}
			return k, fmt.Errorf("%s: %d days are too few; take %d or more%s", d.name, d.days, d.least, also)
		}
		*d.to = time.Duration(d.days) * 24 * time.Hour
	}
	return k, nil
}
