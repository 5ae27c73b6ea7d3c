package replay

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// words says the result in a sentence or two.
func (p *Period) words(r *Result) string {
	if r.Recorded.Customers == 0 {
		return "Nobody came in this period."
	}
	if r.Difference == nil {
		return r.Check.String()
	}
	d := r.Difference
	within := "the target of their queue"
	if t, same := p.sameTarget(r); same {
		within = t.String()
	}
	text := fmt.Sprintf("%s would have made customers wait %s on average", sentence(r.Changed.Name), lessOrMore(d.MeanWait))
	n := int(math.Round(math.Abs(d.Within.Mean)))
	switch {
	case n == 0:
		text += fmt.Sprintf("; as many of %d would have been answered within %s", r.Recorded.Customers, within)
	case d.Within.Mean > 0:
		text += fmt.Sprintf(", and %d of %d more would have been answered within %s", n, r.Recorded.Customers, within)
	default:
		text += fmt.Sprintf(", and %d of %d fewer would have been answered within %s", n, r.Recorded.Customers, within)
	}
	if n := int(math.Round(d.AbandonedN.Mean)); n < 0 {
		text += fmt.Sprintf("; %d fewer would have left", -n)
	} else if n > 0 {
		text += fmt.Sprintf("; %d more would have left", n)
	}
	if h := d.MeanWait.Half; h != nil && *h > math.Abs(d.MeanWait.Mean) && *h > 0 {
		text += ". That is within what chance alone can do"
	}
	return text + "."
}

func (p *Period) sameTarget(r *Result) (time.Duration, bool) {
	t := -1
	for _, q := range r.Recorded.Queues {
		if t >= 0 && q.Target != t {
			return 0, false
		}
		t = q.Target
	}
	return time.Duration(t) * time.Second, t >= 0
}

func lessOrMore(e Estimate) string {
	switch s := e.Mean; {
	case math.Abs(s) < .05:
		return "as long"
	case math.Abs(s) < 10 && s < 0:
		return fmt.Sprintf("%.1f s less", -s)
	case s < 0:
		return fmt.Sprintf("%.0f s less", -s)
	case s < 10:
		return fmt.Sprintf("%.1f s more", s)
	default:
		return fmt.Sprintf("%.0f s more", s)
	}
}

func sentence(name string) string {
	if name == "" {
		return "The change"
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "-", " ")
}

// assumptions says what a replay takes for granted.
func assumptions(p *Period) []string {
	drawn, cut := 0, 0
	for _, s := range p.stays {
		if s.at.Before(p.From) {
			continue
		}
		if s.channel.Live() && s.end != abandoned {
			drawn++
		}
		if s.cut {
			cut++
		}
	}
	out := []string{
		"Customers come when they came, ask for what they asked for, and take as long as they took, whoever answers. Agents are at work when they were, with their skills and capacity of then.",
		fmt.Sprintf("Who left would leave after the same wait. How long the %d web chat customers would have waited who did not leave is not known, only that it is longer than they did: "+
			"it is drawn from those who left and those who did not (Kaplan–Meier by queue, beyond the longest wait exponential).", drawn),
		"An agent answers an offer that they had for this customer as they did then; any other offer as agents did in this period, by chance. Who missed one is away as long as after such misses.",
		"Who was never answered takes as long as a conversation of that queue and channel at random. A transfer follows when the conversation before it has ended; what people assigned by hand they assign again, if it still waits.",
		"Deciding takes no time. The intervals show what the draws do; another week would differ by more than that.",
	}
	if cut > 0 {
		out = append(out, fmt.Sprintf("%d conversations went on beyond the period; they hold their agent to its end.", cut))
	}
	return out
}
