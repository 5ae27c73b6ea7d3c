package web

import (
	"math"
	"time"

	"parley/desk"
	"parley/store"
)

// What people are shown of figures. A figure of nothing is null, never 0.

func (a *API) report(r store.ReportRow, label string) Report {
	f := &r.Figures
	return Report{
		Key: r.Key, Label: label, Started: f.Started, Answered: f.Answered, AnsweredWithin: f.AnsweredWithin,
		Abandoned: f.Abandoned, AbandonedShort: f.AbandonedShort, Expired: f.Expired,
		Abandonment: share(f.Abandonment()), ServiceLevel: share(f.ServiceLevel()),
		Wait: durations(f.Wait), AbandonedWait: durations(f.AbandonedWait), FirstResponse: durations(f.FirstResponse),
		FirstResponseHandoff: durations(f.FirstResponseHandoff), NextResponse: durations(f.NextResponse), Handle: durations(f.Handle),
		Expected: Expected{N: f.Expected.N, Within: share(f.AsTold()), Sooner: share(f.SoonerThanTold()), Median: seconds(f.Expected.Percentile(0.5)), P90: seconds(f.Expected.Percentile(0.9))},
		CSAT:     csatFigure(f), Resolved: f.Resolved, Reopened: f.Reopened, Transfers: f.Transfers, Declines: f.Declines, Missed: f.Missed,
		Unanswered: f.Unanswered, OldestUnanswered: optional(f.OldestUnanswered),
	}
}

func (a *API) reports(by store.ReportKey, rows []store.ReportRow) []Report {
	out := make([]Report, len(rows))
	for i, r := range rows {
		out[i] = a.report(r, a.reportLabel(by, r.Key))
	}
	return out
}

// channelNames are proper names, the same in every language.
var channelNames = map[desk.Channel]string{desk.WebChat: "Web chat", desk.SMS: "SMS", desk.WhatsApp: "WhatsApp", desk.Messenger: "Messenger"}

func (a *API) reportLabel(by store.ReportKey, key string) string {
	known := a.names.get()
	label := ""
	switch by {
	case store.ByQueue:
		label = known.queue(key)
	case store.ByAgent:
		if label = known.agent(key); key == "" {
			label = "Nobody"
		}
	case store.ByChannel:
		label = channelNames[desk.Channel(key)]
	case store.ByHour:
		label = key + ":00"
	}
	if label == "" {
		return key // a day, or something removed since
	}
	return label
}

// figuresToBoard fills in what a queue's line of the board says of today.
func figuresToBoard(q *BoardQueue, f *desk.Figures) {
	q.Answered, q.AnsweredWithin, q.Abandoned, q.AbandonedShort = f.Answered, f.AnsweredWithin, f.Abandoned, f.AbandonedShort
	q.ServiceLevel, q.Abandonment = share(f.ServiceLevel()), share(f.Abandonment())
	q.FirstResponse, q.CSAT = durations(f.FirstResponse), csatFigure(f)
}

func durations(h desk.Histogram) Durations {
	d := Durations{N: h.N, Median: seconds(h.Percentile(0.5)), P90: seconds(h.Percentile(0.9)), BusinessMedian: seconds(h.BusinessPercentile(0.5))}
	if h.N > 0 {
		d.Mean = seconds(h.Mean())
	}
	return d
}

func csatFigure(f *desk.Figures) CSATFigure {
	return CSATFigure{Sent: f.CSATSent, N: f.Ratings(), Share: share(f.CSAT()), Mean: share(f.MeanScore()), ResponseRate: share(f.ResponseRate()), Scores: f.Scores}
}

func share(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}

// seconds are rounded to milliseconds, which is finer than any figure is exact.
func seconds(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	v = math.Round(v*1000) / 1000
	return &v
}

func zoneName(z *time.Location) string {
	if z == time.Local {
		if name, _ := time.Now().In(z).Zone(); name != "" {
			return name
		}
	}
	return z.String()
}
