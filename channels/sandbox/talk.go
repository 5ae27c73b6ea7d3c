package sandbox

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"unicode/utf8"
)

// actor is a simulated customer: who they are and what they came for.
type actor struct {
	Person
	email  string
	order  string
	city   string
	script script
	rng    *rand.Rand
}

// reply is what a customer does after hearing the company.
type reply struct {
	text  string
	photo bool // attach a picture
	rate  int  // 1–5: press a star (web chat) or write the number
	done  bool // nothing more to say
}

// talk is a customer's side of a conversation: what is still to say. It is
// pure; who runs it adds the pauses and the channel.
type talk struct {
	actor
	more    []string
	rounds  int
	thanked bool
}

const maxRounds = 6

func newTalk(a actor) *talk { return &talk{actor: a, more: a.script.more} }

// opening is what the customer begins with: one or two messages.
func (t *talk) opening() []string {
	first := t.fill(pick(t.rng, t.script.open))
	hello := pick(t.rng, phrases[t.Language].hello)
	if t.rng.IntN(3) == 0 {
		return []string{hello, first}
	}
	return []string{hello + " " + first}
}

// question matches what an agent may ask, in any of the languages.
type question struct {
	match *regexp.Regexp
	reply func(t *talk) reply
}

var asksRating = regexp.MustCompile(`(?is)\b1\b.{0,20}\b5\b`)

var questions = []question{
	{regexp.MustCompile(`(?i)order (number|no\b|id|#)|which order|numero.{0,4}ordine|numer.{0,4}zam|num[aă]r.{0,6}comen`), func(t *talk) reply {
		return reply{text: t.fill(pick(t.rng, phrases[t.Language].order))}
	}},
	{regexp.MustCompile(`(?i)e-?mail`), func(t *talk) reply { return reply{text: t.email} }},
	{regexp.MustCompile(`(?i)photo|picture|foto|zdj[eę]|poz[aă]`), func(t *talk) reply {
		return reply{text: pick(t.rng, phrases[t.Language].photo), photo: true}
	}},
	{regexp.MustCompile(`(?i)address|post ?code|zip|indirizzo|adres`), func(t *talk) reply {
		return reply{text: t.fill(pick(t.rng, phrases[t.Language].address))}
	}},
	{regexp.MustCompile(`(?i)your (full )?name|who am i|nome e cognome|tuo nome|nazwisko|numele`), func(t *talk) reply { return reply{text: t.Name} }},
	{regexp.MustCompile(`(?i)anything else|something else|altro\b|jeszcze co[sś]|altceva`), func(t *talk) reply { return t.thanks() }},
}

// next answers what the company just said.
func (t *talk) next(heard string) reply {
	t.rounds++
	if asksRating.MatchString(heard) {
		return reply{rate: t.score(), done: true}
	}
	if t.thanked || t.rounds > maxRounds {
		return reply{done: true}
	}
	for _, q := range questions {
		if q.match.MatchString(heard) {
			return q.reply(t)
		}
	}
	if len(t.more) > 0 && t.rounds <= 3 {
		text := t.fill(t.more[0])
		t.more = t.more[1:]
		if strings.Contains(heard, "?") {
			text = pick(t.rng, phrases[t.Language].yes) + " " + text
		}
		return reply{text: text}
	}
	if strings.Contains(heard, "?") && t.rounds < 4 {
		return reply{text: pick(t.rng, phrases[t.Language].yes)}
	}
	return t.thanks()
}

func (t *talk) thanks() reply {
	t.thanked = true
	return reply{text: pick(t.rng, phrases[t.Language].thanks), done: true}
}

// nudge is what an impatient customer writes.
func (t *talk) nudge() string { return pick(t.rng, phrases[t.Language].nudge) }

// score is mostly kind.
func (t *talk) score() int {
	return []int{5, 5, 5, 5, 4, 4, 4, 3, 2, 1}[t.rng.IntN(10)]
}

func (t *talk) fill(text string) string {
	return strings.NewReplacer("{order}", t.order, "{city}", t.city, "{email}", t.email, "{name}", t.Name).Replace(text)
}

// typingTime is about how long a person takes to write a text, in seconds.
func (t *talk) typingTime(text string) float64 {
	return min(2+float64(utf8.RuneCountInString(text))/9, 18) * (0.7 + 0.6*t.rng.Float64())
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }
