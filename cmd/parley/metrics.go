package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"parley/channels"
	"parley/queue"
	"parley/web"
)

// figures are what /metrics tells of this node's plumbing; web adds the floor,
// HTTP and the sockets.
type figures struct {
	node  *node
	items *prometheus.CounterVec
	batch prometheus.Histogram
	sends *prometheus.HistogramVec
}

var (
	depthDesc       = prometheus.NewDesc("parley_queue_depth", "Work on the streams in Redis that is not finished, by kind.", []string{"kind"}, nil)
	lagDesc         = prometheus.NewDesc("parley_queue_lag_seconds", "How long work on the streams waits for its turn, by kind: the oldest of the middle partition.", []string{"kind"}, nil)
	redisUpDesc     = prometheus.NewDesc("parley_redis_up", "1 when Redis answered this scrape.", nil, nil)
	routingDesc     = prometheus.NewDesc("parley_routing", "1 while this node makes the offers.", nil, nil)
	connectionsDesc = prometheus.NewDesc("parley_database_connections", "Connections to the database, by state.", []string{"state"}, nil)
	waitedDesc      = prometheus.NewDesc("parley_database_wait_seconds_total", "Time spent waiting for a free connection to the database.", nil, nil)
)

func newFigures(n *node) *figures {
	return &figures{node: n,
		items: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_intake_items_total", Help: "Accepted items handed to the intake by this node, by result: done, or failed and tried again."}, []string{"result"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "parley_intake_batch_seconds", Help: "Time to process a batch of accepted items.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}),
		sends: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "parley_send_seconds", Help: "Time a provider took to answer when a message was sent, by provider and outcome.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"provider", "outcome"}),
	}
}

// registry is everything of this node but what web adds.
func (f *figures) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	n := f.node
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), f,
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "parley_database_statements_total", Help: "SQL statements run, without BEGIN and COMMIT."},
			func() float64 { return float64(n.store.Statements()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "parley_redis_commands_total", Help: "Commands sent to Redis."},
			func() float64 { return float64(n.commands.Commands.Load()) }))
	return r
}

// Describe is for Prometheus.
func (f *figures) Describe(out chan<- *prometheus.Desc) {
	f.items.Describe(out)
	f.batch.Describe(out)
	f.sends.Describe(out)
	for _, d := range []*prometheus.Desc{depthDesc, lagDesc, redisUpDesc, routingDesc, connectionsDesc, waitedDesc} {
		out <- d
	}
}

// scrapeTimeout bounds what a scrape asks Redis.
const scrapeTimeout = time.Second

// Collect is for Prometheus.
func (f *figures) Collect(out chan<- prometheus.Metric) {
	f.items.Collect(out)
	f.batch.Collect(out)
	f.sends.Collect(out)
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	n := f.node
	leading := 0.0
	if n.leading.Load() > 0 {
		leading = 1
	}
	gauge(routingDesc, leading)
	used, idle, waited := n.store.Connections()
	gauge(connectionsDesc, float64(used), "in_use")
	gauge(connectionsDesc, float64(idle), "idle")
	out <- prometheus.MustNewConstMetric(waitedDesc, prometheus.CounterValue, waited.Seconds())
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	up := 1.0
	for name, kind := range map[string]queue.Kind{"inbound": queue.Inbound, "outbound": queue.Outbound} {
		depth, err := n.redis.Depth(ctx, kind)
		if err == nil {
			var lag time.Duration
			if lag, err = n.redis.Lag(ctx, kind); err == nil {
				gauge(depthDesc, float64(depth), name)
				gauge(lagDesc, lag.Seconds(), name)
			}
		}
		if err != nil {
			up = 0
		}
	}
	gauge(redisUpDesc, up)
}

// intake counts and times what goes through handle.
func (f *figures) intake(handle func(context.Context, []string) error) func(context.Context, []string) error {
	return func(ctx context.Context, ids []string) error {
		began := time.Now()
		err := handle(ctx, ids)
		f.batch.Observe(time.Since(began).Seconds())
		result := "done"
		if err != nil {
			result = "failed"
		}
		f.items.WithLabelValues(result).Add(float64(len(ids)))
		return err
	}
}

// sent notes a provider's answer.
func (f *figures) sent(provider string, class channels.Class, took time.Duration) {
	outcome := "sent"
	if class != "" {
		outcome = string(class)
	}
	f.sends.WithLabelValues(provider, outcome).Observe(took.Seconds())
}

// checks are what /readyz asks besides the database.
func (n *node) checks() map[string]web.Check {
	return map[string]web.Check{
		"redis": {Ask: n.routerLease().Probe, Remedy: "Look whether Redis runs, has memory and disk left, and is no replica. Meanwhile work goes on by the database, about a second later."},
		"node":  {Ask: n.isReady, Vital: true, Remedy: startRemedy},
	}
}
