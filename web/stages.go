package web

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/desk"
)

// stages tells /metrics how every stage of the way of a message stands, read
// when asked: what waits, how old the oldest is, who is there. The counters of
// what has happened are taken from the event log as it passes.
type stages struct {
	live   *sockets
	events *prometheus.CounterVec
	sent   *prometheus.CounterVec
}

var (
	waitingDesc     = prometheus.NewDesc("parley_waiting", "Customers in line, by queue.", []string{"queue"}, nil)
	longestDesc     = prometheus.NewDesc("parley_longest_wait_seconds", "Wait of whoever waits longest, by queue.", []string{"queue"}, nil)
	offersDesc      = prometheus.NewDesc("parley_offers_ringing", "Offers ringing now.", nil, nil)
	activeDesc      = prometheus.NewDesc("parley_conversations_active", "Conversations with an agent now.", nil, nil)
	agentsDesc      = prometheus.NewDesc("parley_agents", "Agents, by presence.", []string{"presence"}, nil)
	eventSeqDesc    = prometheus.NewDesc("parley_event_seq", "Number of the last event this node has folded in.", nil, nil)
	unprocessedDesc = prometheus.NewDesc("parley_inbound_unprocessed", "Accepted items not yet processed.", nil, nil)
	unprocessedAge  = prometheus.NewDesc("parley_inbound_oldest_seconds", "Age of the oldest accepted item not yet processed.", nil, nil)
	unsentDesc      = prometheus.NewDesc("parley_outbox_unsent", "Outgoing messages no provider has taken yet.", nil, nil)
	unsentAge       = prometheus.NewDesc("parley_outbox_oldest_seconds", "Age of the oldest outgoing message no provider has taken yet.", nil, nil)
	deadDesc        = prometheus.NewDesc("parley_dead_letters", "Inbound items set aside as unprocessable.", nil, nil)
	filesDesc       = prometheus.NewDesc("parley_files_pending", "Inbound files still at providers.", nil, nil)
	upDesc          = prometheus.NewDesc("parley_database_up", "1 when the database answered this scrape.", nil, nil)
)

func newStages(live *sockets) *stages {
	return &stages{live: live,
		events: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_events_total", Help: "Events folded in by this node, by type."}, []string{"type"}),
		sent:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_message_statuses_total", Help: "Outgoing messages that reached a status, by status."}, []string{"status"}),
	}
}

// count takes an event of the log in.
func (s *stages) count(ch desk.Change) {
	s.events.WithLabelValues(string(ch.Type)).Inc()
	if ch.Type == desk.EvMessageStatus {
		s.sent.WithLabelValues(string(ch.Data.Status)).Inc()
	}
}

// Describe is for Prometheus.
func (s *stages) Describe(out chan<- *prometheus.Desc) {
	s.events.Describe(out)
	s.sent.Describe(out)
	for _, d := range []*prometheus.Desc{waitingDesc, longestDesc, offersDesc, activeDesc, agentsDesc, eventSeqDesc, unprocessedDesc, unprocessedAge, unsentDesc, unsentAge, deadDesc, filesDesc, upDesc} {
		out <- d
	}
}

// Collect is for Prometheus.
func (s *stages) Collect(out chan<- prometheus.Metric) {
	s.events.Collect(out)
	s.sent.Collect(out)
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	floor, now := s.live.Floor, s.live.api.Now()
	for _, q := range floor.Queues() {
		line := floor.Line(q.ID)
		longest := time.Duration(0)
		for _, c := range line {
			longest = max(longest, now.Sub(c.QueuedAt))
		}
		gauge(waitingDesc, float64(len(line)), q.Name)
		gauge(longestDesc, longest.Seconds(), q.Name)
	}
	presences := map[desk.Presence]int{desk.Available: 0, desk.Busy: 0, desk.Away: 0, desk.Offline: 0}
	for _, a := range floor.Agents() {
		if a.Enabled {
			presences[a.Presence]++
		}
	}
	for p, n := range presences {
		gauge(agentsDesc, float64(n), string(p))
	}
	active := 0
	floor.Each(func(c *desk.Conversation) {
		if c.State == desk.Active {
			active++
		}
	})
	gauge(activeDesc, float64(active))
	gauge(offersDesc, float64(len(floor.Offers())))
	gauge(eventSeqDesc, float64(floor.Seq()))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	b, err := s.live.api.Store.Backlog(ctx)
	if err != nil {
		gauge(upDesc, 0)
		return
	}
	gauge(upDesc, 1)
	gauge(unprocessedDesc, float64(b.Unprocessed))
	gauge(unprocessedAge, b.OldestUnprocessed.Seconds())
	gauge(unsentDesc, float64(b.Unsent))
	gauge(unsentAge, b.OldestUnsent.Seconds())
	gauge(deadDesc, float64(b.DeadLetters))
	gauge(filesDesc, float64(b.PendingFiles))
}
