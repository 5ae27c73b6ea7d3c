package simulate

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) },
	"seconds": func(v float64) string { return fmt.Sprintf("%.1f", v) },
	"half":    func(h *float64) string { return plusMinus(h, "%.2f") },
}).Parse(reportPage))

// curvePoints is how finely the distribution of waits is drawn.
const curvePoints = 200

// WriteHTML writes a report with pictures that needs nothing but itself.
func WriteHTML(w io.Writer, s *Scenario, results []Result) error {
	page := struct {
		Scenario *Scenario
		Arrivals int
		Results  []Result
		Curves   plot
		Bars     plot
		Against  []string
	}{Scenario: s, Arrivals: s.arrivals(), Results: results, Curves: curves(results), Bars: bars(s, results)}
	for i := range results[1:] {
		d := results[i+1].Against(&results[0])
		page.Against = append(page.Against, fmt.Sprintf("%s against %s, on the same customers: mean wait %+.2f%s s", results[i+1].Policy, results[0].Policy, d.Mean, plusMinus(d.Half, "%.2f")))
	}
	return reportTemplate.Execute(w, page)
}

// A plot is drawn on 720 × 320 units, with room for the axes.
const (
	plotWidth, plotHeight              = 720.0, 320.0
	plotLeft, plotRight                = 60.0, 20.0
	plotTop, plotBottom                = 16.0, 44.0
	fieldWidth, fieldHeight            = plotWidth - plotLeft - plotRight, plotHeight - plotTop - plotBottom
	barGap                             = 0.25 // of a group
	whisker                            = 4.0
	ticks                              = 5
	labelBelow, labelBeside, labelDrop = 18.0, 8.0, 4.0
)

// palette is told apart by most people, and repeats after eight.
var palette = []string{"#0b62a3", "#c2500a", "#1b7a43", "#8a3ba8", "#a8122a", "#5c636a", "#007c89", "#7a6200"}

func colour(i int) string { return palette[i%len(palette)] }

type plot struct {
	Lines  []plotLine
	Rects  []plotRect
	Texts  []plotText
	Grid   []plotLine
	Legend []plotKey
}

type plotLine struct{ Points, Colour string }

type plotRect struct {
	X, Y, Width, Height float64
	Colour, Title       string
}

type plotText struct {
	X, Y   float64
	Anchor string
	Text   string
}

type plotKey struct{ Colour, Text string }

// nice rounds a range up to a whole number of ticks of 1, 2 or 5 × 10^n.
func nice(most float64) (top, step float64) {
	if most <= 0 {
		return 1, .2
	}
	step = math.Pow(10, math.Floor(math.Log10(most/ticks)))
	for _, k := range []float64{1, 2, 5, 10} {
		if step*k*ticks >= most {
			step *= k
			break
		}
	}
	return step * math.Ceil(most/step), step
}

// upright draws the vertical axis from 0 to top.
func (p *plot) upright(top, step float64, label func(float64) string) {
	for v := 0.0; v <= top*1.0001; v += step {
		y := plotTop + fieldHeight*(1-v/top)
		p.Grid = append(p.Grid, plotLine{Points: points([]float64{plotLeft, plotWidth - plotRight}, []float64{y, y})})
		p.Texts = append(p.Texts, plotText{plotLeft - labelBeside, y + labelDrop, "end", label(v)})
	}
}

// curves draws for each policy the share of customers who waited longer than t.
func curves(results []Result) plot {
	var p plot
	longest := 0.0
	for i := range results {
		longest = max(longest, results[i].P99)
	}
	right, step := nice(max(longest, 1))
	p.upright(1, .25, func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) })
	for v := 0.0; v <= right*1.0001; v += step {
		p.Texts = append(p.Texts, plotText{plotLeft + fieldWidth*v/right, plotHeight - plotBottom + labelBelow, "middle", fmt.Sprintf("%g s", v)})
	}
	for i := range results {
		var x, y []float64
		for k, wait := range results[i].quantiles {
			x = append(x, plotLeft+fieldWidth*min(1, wait/right))
			y = append(y, plotTop+fieldHeight*float64(k)/curvePoints)
			if wait > right {
				break
			}
		}
		p.Lines = append(p.Lines, plotLine{points(x, y), colour(i)})
		p.Legend = append(p.Legend, plotKey{colour(i), results[i].Policy})
	}
	return p
}

// bars draws the mean wait of everybody and of each class, with intervals.
func bars(s *Scenario, results []Result) plot {
	var p plot
	groups := []string{"everybody"}
	if len(s.Classes) > 1 {
		for _, c := range s.Classes {
			groups = append(groups, c.Name)
		}
	}
	of := func(r *Result, group int) *Figures {
		if group == 0 {
			return &r.Figures
		}
		return &r.Classes[group-1].Figures
	}
	most := 0.0
	for i := range results {
		for g := range groups {
			most = max(most, upper(of(&results[i], g)))
		}
	}
	top, step := nice(most)
	p.upright(top, step, func(v float64) string { return fmt.Sprintf("%g s", v) })
	wide := fieldWidth / float64(len(groups))
	bar := wide * (1 - barGap) / float64(len(results))
	for g, name := range groups {
		p.Texts = append(p.Texts, plotText{plotLeft + wide*(float64(g)+.5), plotHeight - plotBottom + labelBelow, "middle", name})
		for i := range results {
			f := of(&results[i], g)
			x := plotLeft + wide*(float64(g)+barGap/2) + bar*float64(i)
			y := func(v float64) float64 { return plotTop + fieldHeight*(1-max(0, v)/top) }
			p.Rects = append(p.Rects, plotRect{x, y(f.MeanWait), bar * .9, fieldHeight * f.MeanWait / top, colour(i),
				fmt.Sprintf("%s, %s: %.1f%s s", name, results[i].Policy, f.MeanWait, plusMinus(f.CI.MeanWait, "%.1f"))})
			if h := f.CI.MeanWait; h != nil {
				mid, low, high := x+bar*.45, y(f.MeanWait-*h), y(f.MeanWait+*h)
				p.Lines = append(p.Lines, plotLine{Points: points([]float64{mid - whisker, mid + whisker, mid, mid, mid - whisker, mid + whisker}, []float64{high, high, high, low, low, low})})
			}
		}
	}
	for i := range results {
		p.Legend = append(p.Legend, plotKey{colour(i), results[i].Policy})
	}
	return p
}

func upper(f *Figures) float64 {
	if f.CI.MeanWait == nil {
		return f.MeanWait
	}
	return f.MeanWait + *f.CI.MeanWait
}

func points(x, y []float64) string {
	var b strings.Builder
	for i := range x {
		fmt.Fprintf(&b, "%.1f,%.1f ", x[i], y[i])
	}
	return strings.TrimSpace(b.String())
}
