package demo

import (
	"strconv"
	"strings"

	"parley/desk"
)

// step is who does what next in a dialogue.
type step struct {
	who  byte // C customer, A agent, N agent's note, T agent transfers, Z agent snoozes
	text []string
}

// dialogue is one reason to write, with what follows.
type dialogue struct {
	topic    string
	channels string // letters of channelLetters
	weight   int
	steps    []step
}

const channelLetters = "wsam" // web chat, SMS, WhatsApp, Messenger: as desk.Channels

// book is all dialogues of a language and the small words around them.
type book struct {
	dialogues []dialogue
	thanks    []string // the customer's last words
	bye       []string // the agent's last words
	again     []string // writing once more after the end
	pass      []string // the agent passes a VIP on
	nudge     []string // the customer has waited long
	praise    []string // comments of 4 and 5
	blame     []string // comments of 1 to 3
}

// readBook reads the form below: "== topic channels weight" begins a dialogue;
// a letter and a space begin a step, its variants parted by " | ". "++ name"
// begins a list of small words, one a line.
func readBook(text string) book {
	var b book
	var list *[]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "== "):
			f := strings.Fields(line)
			weight, _ := strconv.Atoi(f[3])
			b.dialogues, list = append(b.dialogues, dialogue{topic: f[1], channels: f[2], weight: weight}), nil
		case strings.HasPrefix(line, "++ "):
			list = map[string]*[]string{"thanks": &b.thanks, "bye": &b.bye, "again": &b.again, "pass": &b.pass, "nudge": &b.nudge,
				"praise": &b.praise, "blame": &b.blame}[line[3:]]
		case list != nil:
			*list = append(*list, line)
		default:
			d := &b.dialogues[len(b.dialogues)-1]
			d.steps = append(d.steps, step{line[0], strings.Split(strings.TrimSpace(line[1:]), " | ")})
		}
	}
	return b
}

var books = map[string]book{"en": readBook(talkEN), "it": readBook(talkIT), "pl": readBook(talkPL), "ro": readBook(talkRO), "de": readBook(talkDE)}

// dialogueFor chooses what a customer of that language writes about there.
func (w *world) dialogueFor(lang string, ch desk.Channel) dialogue {
	letter := string(channelLetters[indexOf(desk.Channels, ch)])
	var fit []dialogue
	total := 0
	for _, d := range books[lang].dialogues {
		if strings.Contains(d.channels, letter) {
			fit = append(fit, d)
			total += d.weight
		}
	}
	n := w.rng.IntN(total)
	for _, d := range fit {
		if n -= d.weight; n < 0 {
			return d
		}
	}
	return fit[0]
}

// fill puts what this conversation is about into a text.
func (t *talk) fill(text string) string {
	first, _, _ := strings.Cut(t.who.Name, " ")
	if strings.HasPrefix(t.who.Name, "Visitor") || strings.HasPrefix(t.who.Name, "+") {
		first = ""
	}
	agent, _, _ := strings.Cut(t.agentName, " ")
	text = strings.NewReplacer("{order}", t.order, "{item}", goods[t.good].item, "{city}", t.who.city, "{email}", t.email, "{agent}", agent,
		"{amount}", t.amount).Replace(text)
	if first == "" {
		text = strings.NewReplacer(" {name}", "", "{name}, ", "", "{name}", "").Replace(text)
	}
	return strings.ReplaceAll(text, "{name}", first)
}

func indexOf[T comparable](list []T, v T) int {
	for i := range list {
		if list[i] == v {
			return i
		}
	}
	return 0
}
