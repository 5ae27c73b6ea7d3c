package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes one object a policy, each on a line of its own.
func WriteJSON(w io.Writer, results []Result) error {
	e := json.NewEncoder(w)
	for i := range results {
		if err := e.Encode(&results[i]); err != nil {
			return err
		}
	}
	return nil
}

// WriteTable writes the results for people: all customers, each class, and with
// several policies how the others differ from the first.
func WriteTable(w io.Writer, s *Scenario, results []Result) error {
	fmt.Fprintf(w, "%s: %d replications of %d customers, seed %d, T = %s\n\n", s.Name, s.Replications, s.arrivals(), s.Seed, s.Threshold)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tmean wait s\tp50\tp90\tp99\tP(wait)\tin T\tabandoned\tblocked\thandle s\toccupancy\t")
	for i := range results {
		r := &results[i]
		row(t, r.Policy, &r.Figures, fmt.Sprintf("%.3f (%.3f–%.3f)", r.Occupancy.Mean, r.Occupancy.Min, r.Occupancy.Max))
		for k := range r.Classes {
			if len(r.Classes) > 1 {
				row(t, "· "+r.Classes[k].Name, &r.Classes[k].Figures, "")
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i := range results[1:] {
		r := &results[i+1]
		d := r.Against(&results[0])
		fmt.Fprintf(w, "\n%s against %s, on the same customers: mean wait %+.2f%s s", r.Policy, results[0].Policy, d.Mean, plusMinus(d.Half, "%.2f"))
	}
	_, err := fmt.Fprint(w, strings.Repeat("\n", min(1, len(results)-1)), "\nWaits are of everybody but the blocked; ± is half of a 95 % confidence interval.\n")
	return err
}

func row(w io.Writer, name string, f *Figures, occupancy string) {
	fmt.Fprintf(w, "%s\t%.2f%s\t%.1f\t%.1f\t%.1f\t%.4f\t%.4f%s\t%.4f%s\t%.4f\t%.1f\t%s\t\n", name, f.MeanWait, plusMinus(f.CI.MeanWait, "%.2f"), f.P50, f.P90, f.P99, f.PWait,
		f.ServiceLevel, plusMinus(f.CI.ServiceLevel, "%.4f"), f.Abandoned, plusMinus(f.CI.Abandoned, "%.4f"), f.Blocked, f.MeanHandle, occupancy)
}

func plusMinus(half *float64, format string) string {
	if half == nil {
		return ""
	}
	return fmt.Sprintf(" ± "+format, *half)
}
