package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Figures are what one phase measured. Latencies count from the moment a message
// was due.
type Figures struct {
	Offered     float64 `json:"offered_per_second"`
	PerSecond   float64 `json:"per_second"`    // shown to their agents
	AcceptP50   float64 `json:"accept_p50_ms"` // to the answer to the webhook
	AcceptP99   float64 `json:"accept_p99_ms"`
	ShownP50    float64 `json:"shown_p50_ms"` // to the change on the agent's socket
	ShownP99    float64 `json:"shown_p99_ms"`
	ReplyP50    float64 `json:"reply_p50_ms"` // from the agent's request to the visitor's socket
	ReplyP90    float64 `json:"reply_p90_ms"`
	Statements  float64 `json:"statements_per_message"`
	Commands    float64 `json:"redis_commands_per_message"`
	CPU         CPU     `json:"cpu_ms_per_message"`
	Messages    int     `json:"messages"` // acknowledged
	Replies     int     `json:"replies"`
	Lost        int     `json:"lost"`       // acknowledged and never shown
	Duplicates  int     `json:"duplicates"` // shown again
	Strayed     int     `json:"strayed"`    // shown to an agent who does not own the conversation
	Reordered   int     `json:"reordered"`  // shown after a later one of the same customer
	Refused     int     `json:"refused"`    // not acknowledged
	RepliesLost int     `json:"replies_lost"`
	SocketsCut  int     `json:"sockets_cut"`
}

// CPU is milliseconds of one core a message, by part. Load is the bench itself.
type CPU struct {
	Server   float64 `json:"server"`
	Database float64 `json:"database"`
	Redis    float64 `json:"redis"`
	Total    float64 `json:"total"`
	Load     float64 `json:"load"`
}

// Memory is what the server holds, in MB.
type Memory struct {
	Idle float64 `json:"server_idle_mb"`
	Load float64 `json:"server_mb"`
}

// Result is what one mode reached. The embedded figures are those of the load
// phase but for the replies, which were measured in the light one.
type Result struct {
	Mode     Mode   `json:"mode"`
	History  int    `json:"history"`            // messages in the database before
	Database string `json:"database,omitempty"` // left behind on the server given
	Figures
	Light            Figures   `json:"light"`
	Memory           Memory    `json:"memory"`
	Agents           int       `json:"agents"`
	Conversations    int       `json:"conversations"`
	ReadyMS          float64   `json:"ready_ms"`          // from the start of the process to ready
	RoutedPerSecond  float64   `json:"routed_per_second"` // first messages brought to an agent, at the setup
	Ceilings         *Ceilings `json:"ceilings,omitempty"`
	Ratio            float64   `json:"ratio"` // per_second to the thin path's
	Knee             []Figures `json:"knee,omitempty"`
	BesideTheMachine string    `json:"machine"`
}

// figures sums a phase up.
func figures(p *phase, load Load, used usage, cuts int64) Figures {
	lost, duplicates := p.balance()
	f := Figures{Offered: load.Rate, Messages: int(p.ackedN.Load()), Replies: p.reply.count(), Lost: lost, Duplicates: duplicates,
		Strayed: int(p.strayed.Load()), Reordered: int(p.reordered.Load()), Refused: int(p.refused.Load()),
		RepliesLost: len(p.replyTo) - p.reply.count(), SocketsCut: int(cuts),
		AcceptP50: p.accept.ms(0.5), AcceptP99: p.accept.ms(0.99), ShownP50: p.shown.ms(0.5), ShownP99: p.shown.ms(0.99),
		ReplyP50: p.reply.ms(0.5), ReplyP90: p.reply.ms(0.9)}
	took := max(load.Duration, time.Duration(p.lastShown.Load()))
	f.PerSecond = float64(p.shownN.Load()) / took.Seconds()
	if n := float64(f.Messages); n > 0 {
		per := func(d time.Duration) float64 { return d.Seconds() * 1000 / n }
		f.Statements, f.Commands = used.statements/n, used.commands/n
		f.CPU = CPU{Server: per(used.server), Database: per(used.database), Redis: per(used.redis), Load: per(used.load)}
		f.CPU.Total = f.CPU.Server + f.CPU.Database + f.CPU.Redis
	}
	return f
}

// kneeAt is the p99 beyond which a rate is too high.
const kneeAt = 50.0

// judge says why a rate was too high; "" when it was carried.
func (f *Figures) judge() string {
	switch {
	case f.Refused > 0:
		return fmt.Sprintf("%d messages were refused", f.Refused)
	case f.Lost > 0:
		return fmt.Sprintf("%d messages were not shown in time", f.Lost)
	case f.PerSecond < 0.95*f.Offered:
		return fmt.Sprintf("only %.0f a second were shown", f.PerSecond)
	case f.ShownP99 > kneeAt:
		return fmt.Sprintf("p99 is %.0f ms", f.ShownP99)
	}
	return ""
}

// tableOf gives a function that writes a row with a cell for each result.
func tableOf[R any](w io.Writer, results []R) func(name string, cell func(R) string) {
	return func(name string, cell func(R) string) {
		cells := []string{name}
		for _, r := range results {
			cells = append(cells, cell(r))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t")+"\t")
	}
}

// WriteTable prints results for people.
func WriteTable(w io.Writer, results []*Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := tableOf(t, results)
	number := func(name, format string, of func(*Result) float64) {
		empty := 0.0 // the figure without history
		row(name, func(r *Result) string {
			text := fmt.Sprintf(format, of(r))
			if r.History == 0 {
				empty = of(r)
			} else if empty > 0 {
				text += fmt.Sprintf(" (×%.2f)", of(r)/empty)
			}
			return text
		})
	}
	row("", func(r *Result) string {
		if r.History == 0 {
			return string(r.Mode)
		}
		return fmt.Sprintf("with %.3g M messages", float64(r.History)/1e6)
	})
	number("messages shown, per second", "%.0f", func(r *Result) float64 { return r.PerSecond })
	number("accepted p50, ms", "%.1f", func(r *Result) float64 { return r.AcceptP50 })
	number("accepted p99, ms", "%.1f", func(r *Result) float64 { return r.AcceptP99 })
	number("shown p50, ms", "%.1f", func(r *Result) float64 { return r.ShownP50 })
	number("shown p99, ms", "%.1f", func(r *Result) float64 { return r.ShownP99 })
	number("statements per message", "%.3f", func(r *Result) float64 { return r.Statements })
	number("Redis commands per message", "%.2f", func(r *Result) float64 { return r.Commands })
	number("CPU per message, ms: all", "%.3f", func(r *Result) float64 { return r.CPU.Total })
	number("server", "%.3f", func(r *Result) float64 { return r.CPU.Server })
	number("database", "%.3f", func(r *Result) float64 { return r.CPU.Database })
	number("Redis", "%.3f", func(r *Result) float64 { return r.CPU.Redis })
	number("the load itself", "%.3f", func(r *Result) float64 { return r.CPU.Load })
	row("lost / duplicates", func(r *Result) string { return fmt.Sprintf("%d / %d", r.Lost, r.Duplicates) })
	row("strayed / reordered / refused", func(r *Result) string { return fmt.Sprintf("%d / %d / %d", r.Strayed, r.Reordered, r.Refused) })
	row("", func(*Result) string { return "" })
	row(fmt.Sprintf("at %.0f messages a second", results[0].Light.Offered), func(*Result) string { return "" })
	number("shown p50, ms", "%.1f", func(r *Result) float64 { return r.Light.ShownP50 })
	number("shown p99, ms", "%.1f", func(r *Result) float64 { return r.Light.ShownP99 })
	number("reply p50, ms", "%.1f", func(r *Result) float64 { return r.Light.ReplyP50 })
	number("reply p90, ms", "%.1f", func(r *Result) float64 { return r.Light.ReplyP90 })
	row("lost / duplicates / replies lost", func(r *Result) string {
		return fmt.Sprintf("%d / %d / %d", r.Light.Lost, r.Light.Duplicates, r.Light.RepliesLost)
	})
	row("", func(*Result) string { return "" })
	number("from start to ready, ms", "%.0f", func(r *Result) float64 { return r.ReadyMS })
	number("routed at the setup, per second", "%.0f", func(r *Result) float64 { return r.RoutedPerSecond })
	number("server's memory idle, MB", "%.0f", func(r *Result) float64 { return r.Memory.Idle })
	number("server's memory under load, MB", "%.0f", func(r *Result) float64 { return r.Memory.Load })
	if results[0].Ceilings != nil && results[len(results)-1].Ceilings != nil {
		row("", func(*Result) string { return "" })
		writeCeilings(number)
	}
	return t.Flush()
}

func writeCeilings(number func(name, format string, of func(*Result) float64)) {
	number("this machine, HTTP with HMAC, per second", "%.0f", func(r *Result) float64 { return r.Ceilings.HTTP })
	number("Redis XADD", "%.0f", func(r *Result) float64 { return r.Ceilings.XAdd })
	number("rows in batches, durable", "%.0f", func(r *Result) float64 { return max(r.Ceilings.Postgres, r.Ceilings.SQLite) })
	number("websocket frames pushed", "%.0f", func(r *Result) float64 { return r.Ceilings.Push })
	number("the thin path", "%.0f", func(r *Result) float64 { return r.Ceilings.Thin })
	number("share of the thin path reached", "%.2f", func(r *Result) float64 { return r.Ratio })
}
