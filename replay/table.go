package replay

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"text/tabwriter"
	"time"
)

// WriteJSON writes one report a line.
func WriteJSON(w io.Writer, reports []*Result) error {
	e := json.NewEncoder(w)
	for _, r := range reports {
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// WriteTable writes reports of one period for people.
func WriteTable(w io.Writer, reports []*Result) error {
	first := reports[0]
	fmt.Fprintf(w, "%s to %s, %d replications\n%s\n", first.From.Format(time.RFC3339), first.To.Format(time.RFC3339), first.Replications, &first.Check)
	for _, m := range first.Check.Mismatches {
		fmt.Fprintf(w, "  %s, after change %d: %s\n", m.At.Format(time.RFC3339Nano), m.Seq, m.Words)
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tcustomers\tmean wait s\tp50\tp90\tp99\tin T\tabandoned\texpired\toccupancy\t")
	for _, s := range sides(reports) {
		line(t, s.Name, &s.Figures, fmt.Sprintf("%.3f", s.Occupancy))
		for i := range s.Queues {
			line(t, "· "+s.Queues[i].Name, &s.Queues[i].Figures, "")
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		if r.Difference != nil {
			fmt.Fprintf(w, "\n%s\n  mean wait %+.2f%s s, in T %+.4f%s, abandoned %+.4f%s\n", r.Words, r.Difference.MeanWait.Mean, plusMinus(r.Difference.MeanWait.Half, "%.2f"),
				r.Difference.ServiceLevel.Mean, plusMinus(r.Difference.ServiceLevel.Half, "%.4f"), r.Difference.Abandonment.Mean, plusMinus(r.Difference.Abandonment.Half, "%.4f"))
			shares(w, r)
		}
	}
	fmt.Fprintln(w, "\nWaits are of the answered and of those who left; ± is half of a 95 % confidence interval. What is taken for granted:")
	for _, a := range append(first.Assumptions, first.Notes...) {
		fmt.Fprintln(w, "- "+a)
	}
	return nil
}

// sides are the ways the period went, each once.
func sides(reports []*Result) []*Side {
	out := []*Side{&reports[0].Recorded, reports[0].Replayed}
	for _, r := range reports {
		if r.Changed != nil {
			out = append(out, r.Changed)
		}
	}
	return out
}

func line(w io.Writer, name string, f *Figures, occupancy string) {
	fmt.Fprintf(w, "%s\t%d\t%.2f%s\t%.1f\t%.1f\t%.1f\t%.4f%s\t%.4f%s\t%.1f\t%s\t\n", name, f.Customers, f.MeanWait, plusMinus(f.CI.MeanWait, "%.2f"), f.P50, f.P90, f.P99,
		f.ServiceLevel, plusMinus(f.CI.ServiceLevel, "%.4f"), f.Abandonment, plusMinus(f.CI.Abandonment, "%.4f"), f.Expired, occupancy)
}

// shares says who would have got how many.
func shares(w io.Writer, r *Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "  answered by\trecorded\treplayed\t"+r.Changed.Name+"\t")
	for _, s := range r.Agents {
		fmt.Fprintf(t, "  %s\t%d\t%.1f\t%.1f\t\n", s.Name, s.Recorded, s.Replayed, s.Changed)
	}
	_ = t.Flush() // the next write to w says what is wrong with it
}

func plusMinus(half *float64, format string) string {
	if half == nil || *half < 5e-5 { // nothing was drawn
		return ""
	}
	return fmt.Sprintf(" ± "+format, *half)
}

//go:embed report.html
var page string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) },
	"seconds": func(v float64) string { return fmt.Sprintf("%.1f", v) },
	"count":   func(v float64) string { return fmt.Sprintf("%.0f", v) },
	"half":    func(h *float64) string { return plusMinus(h, "%.2f") },
	"day":     func(t time.Time) string { return t.Format("2006-01-02 15:04 MST") },
	"width":   func(v, most float64) string { return fmt.Sprintf("%.1f", 100*ratio(v, most)) },
}).Parse(page))

// WriteHTML writes a report with pictures that needs nothing but itself.
func WriteHTML(w io.Writer, reports []*Result) error {
	all := sides(reports)
	longest := 0.0
	for _, s := range all {
		longest = max(longest, s.MeanWait)
	}
	return pageTemplate.Execute(w, struct {
		First   *Result
		Reports []*Result
		Sides   []*Side
		Longest float64
	}{reports[0], reports, all, longest})
}
