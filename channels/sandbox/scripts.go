package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// script is one reason to write to a lamp shop.
type script struct {
	open []string
	more []string // said one after another as the talk goes on
	page string   // shop page a web visitor is on
}

type phraseBook struct {
	hello, order, photo, address, yes, thanks, nudge []string
}

var phrases = map[string]phraseBook{
	"en": {
		hello:   []string{"Hi!", "Hello,", "Good morning,", "Hi there,", "Hey,"},
		order:   []string{"It's {order}.", "Sure: {order}", "{order}, ordered with {email}"},
		photo:   []string{"Here is a picture.", "Just took this one:", "See attached 👇"},
		address: []string{"14 Mill Lane, {city}", "Flat 3, 27 Station Road, {city}"},
		yes:     []string{"Yes.", "Yes, exactly.", "I think so, yes.", "That would be great."},
		thanks:  []string{"Great, thank you so much!", "Perfect, thanks for the quick help 🙂", "Thanks, that's all I needed.", "Brilliant. Have a nice day!"},
		nudge:   []string{"Hello? Is anybody there?", "Any news on this?", "Still waiting…"},
	},
	"it": {
		hello:   []string{"Buongiorno,", "Ciao!", "Salve,"},
		order:   []string{"È il {order}.", "Eccolo: {order}"},
		photo:   []string{"Ecco una foto.", "Le mando la foto:"},
		address: []string{"Via Garibaldi 12, {city}"},
		yes:     []string{"Sì.", "Sì, esatto.", "Va benissimo."},
		thanks:  []string{"Perfetto, grazie mille!", "Grazie, gentilissimi.", "Ottimo, buona giornata!"},
		nudge:   []string{"C'è qualcuno?", "Ci sono novità?"},
	},
	"pl": {
		hello:   []string{"Dzień dobry,", "Cześć,", "Witam,"},
		order:   []string{"To {order}.", "Numer: {order}"},
		photo:   []string{"Oto zdjęcie.", "Przesyłam zdjęcie:"},
		address: []string{"ul. Lipowa 8/3, {city}"},
		yes:     []string{"Tak.", "Tak, dokładnie.", "Zgadza się."},
		thanks:  []string{"Świetnie, dziękuję bardzo!", "Dzięki za szybką pomoc.", "Dziękuję, miłego dnia!"},
		nudge:   []string{"Halo, jest tam ktoś?", "Czy coś już wiadomo?"},
	},
	"ro": {
		hello:   []string{"Bună ziua,", "Bună!", "Salut,"},
		order:   []string{"Este {order}.", "Numărul: {order}"},
		photo:   []string{"Iată o poză.", "Am atașat poza:"},
		address: []string{"Str. Florilor 21, {city}"},
		yes:     []string{"Da.", "Da, exact.", "E în regulă."},
		thanks:  []string{"Perfect, mulțumesc mult!", "Mulțumesc pentru ajutor.", "Super, o zi bună!"},
		nudge:   []string{"E cineva acolo?", "Aveți vreo noutate?"},
	},
}

var scripts = map[string][]script{
	"en": {
		{page: "lamp", open: []string{"my order {order} should have come on Tuesday. Where is it?", "the tracking for {order} hasn't moved in three days."},
			more: []string{"I ordered it as a gift for Saturday, will it make it?", "Can you send it by express if it is lost?"}},
		{page: "lamp", open: []string{"the Arc desk lamp arrived with a cracked shade 😕", "I unpacked the lamp and the foot is scratched."},
			more: []string{"I'd rather have a replacement than a refund.", "Do I have to send the broken one back?"}},
		{page: "kettle", open: []string{"does the Pour kettle fit an induction hob?", "is the kettle's handle heat-proof?"},
			more: []string{"And do you have it in green?", "How long is the warranty?"}},
		{page: "chair", open: []string{"how high is the seat of the Loop chair?", "can the Loop chair stand outside on a covered balcony?"},
			more: []string{"I would need four of them. Is there a discount?", "When could you deliver to {city}?"}},
		{page: "lamp", open: []string{"I was charged twice for {order}.", "there are two payments on my card for the same order."},
			more: []string{"The second one was 89.00.", "How many days does a refund take?"}},
		{page: "chair", open: []string{"I'd like to return a chair, it's too big for my kitchen.", "can I still return {order}? I got it 12 days ago."},
			more: []string{"I still have the box.", "Will somebody pick it up?"}},
		{page: "lamp", open: []string{"my discount code WELCOME10 doesn't work at checkout.", "the code from your newsletter is refused."},
			more: []string{"It says it has expired, but I got it yesterday.", "Could you just take it off the total?"}},
		{page: "kettle", open: []string{"can I change the delivery address of {order}?", "I moved house, and {order} goes to the old address."},
			more: []string{"It has not been shipped yet, I think.", "Will I get a new confirmation by mail?"}},
		{page: "chair", open: []string{"do you ship to {city}, and what does it cost?", "I need an invoice with our VAT number for {order}."},
			more: []string{"It's for our office.", "Could you also send it to {email}?"}},
	},
	"it": {
		{page: "lamp", open: []string{"il mio ordine {order} non è ancora arrivato.", "non trovo più il tracking di {order}."},
			more: []string{"È un regalo per sabato, arriverà in tempo?", "Spedite anche a {city}?"}},
		{page: "chair", open: []string{"vorrei restituire una sedia Loop.", "la sedia è arrivata con una gamba rotta."},
			more: []string{"Ho ancora la scatola.", "Quanto tempo ci vuole per il rimborso?"}},
	},
	"pl": {
		{page: "kettle", open: []string{"czy czajnik Pour działa na indukcji?", "kiedy dotrze zamówienie {order}?"},
			more: []string{"Czy jest też w kolorze zielonym?", "Dziękuję, a ile trwa gwarancja?"}},
		{page: "lamp", open: []string{"lampa przyszła z pękniętym kloszem.", "chcę zwrócić lampę z zamówienia {order}."},
			more: []string{"Wolę wymianę niż zwrot pieniędzy.", "Czy kurier odbierze paczkę?"}},
	},
	"ro": {
		{page: "lamp", open: []string{"comanda {order} nu a ajuns încă.", "lampa a venit spartă."},
			more: []string{"E un cadou pentru sâmbătă.", "Prefer să o schimbați."}},
		{page: "chair", open: []string{"aș vrea să returnez un scaun Loop.", "cât costă livrarea la {city}?"},
			more: []string{"Mai am cutia.", "Vine curierul după el?"}},
	},
}

type locale struct {
	language, prefix string
	digits           int // after the prefix
	first, last      []string
	cities           []string
}

var locales = []locale{
	{"en", "+4477009", 5, []string{"Olivia", "Jack", "Amelia", "Harry", "Isla", "Noah", "Priya", "Aisha", "Liam", "Grace", "Owen", "Maya"}, []string{"Bennett", "Shah", "Wright", "Hughes", "Patel", "Murphy", "Cole", "Fraser", "Okafor", "Reid", "Walsh", "Young"}, []string{"Leeds", "Bristol", "Glasgow", "York", "Cardiff"}},
	{"en", "+1202555", 4, []string{"Emily", "James", "Sofia", "Ethan", "Chloe", "Daniel", "Zoe", "Marcus", "Hannah", "Luis"}, []string{"Carter", "Nguyen", "Garcia", "Brooks", "Kim", "Rivera", "Foster", "Hayes", "Diaz", "Sullivan"}, []string{"Portland", "Austin", "Denver", "Chicago", "Boston"}},
	{"it", "+3932000", 5, []string{"Giulia", "Luca", "Chiara", "Matteo", "Sara", "Davide"}, []string{"Rossi", "Ferrari", "Greco", "Costa", "Moretti", "Conti"}, []string{"Torino", "Bologna", "Bari", "Verona"}},
	{"pl", "+4850000", 4, []string{"Kasia", "Piotr", "Magda", "Tomasz", "Ola", "Michał"}, []string{"Kowalska", "Wójcik", "Lewandowski", "Zieliński", "Mazur", "Krawczyk"}, []string{"Kraków", "Gdańsk", "Łódź", "Poznań"}},
	{"ro", "+4070000", 4, []string{"Ioana", "Mihai", "Elena", "Radu", "Ana", "Vlad"}, []string{"Ionescu", "Dumitru", "Stan", "Marin", "Stoica", "Georgescu"}, []string{"Cluj", "Iași", "Timișoara", "Brașov"}},
}

// newActor invents a customer. Half of them are English speakers of Britain,
// a quarter American, the rest Italian, Polish and Romanian.
func newActor(rng *rand.Rand) actor {
	n := rng.IntN(12)
	l := locales[0]
	switch {
	case n >= 9:
		l = locales[2+(n-9)]
	case n >= 6:
		l = locales[1]
	}
	first, last := pick(rng, l.first), pick(rng, l.last)
	number := l.prefix
	for range l.digits {
		number += string(rune('0' + rng.IntN(10)))
	}
	p := Person{
		ID: "sim", Name: first + " " + last, Phone: number, WaID: number[1:], Language: l.language,
		PSID: fmt.Sprintf("72%014d", rng.Int64N(1e14)),
	}
	return actor{
		Person: p, email: asciiLower(first) + "." + asciiLower(last) + "@example.com",
		order: fmt.Sprintf("LM-%d", 10200+rng.IntN(700)), city: pick(rng, l.cities),
		script: pick(rng, scripts[l.language]), rng: rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())),
	}
}

// asciiLower makes a name fit for an address.
func asciiLower(s string) string {
	return strings.NewReplacer("ł", "l", "ó", "o", "ń", "n", "ą", "a", "ę", "e", "ś", "s", "ț", "t", "ă", "a", "ż", "z", "ź", "z").Replace(strings.ToLower(s))
}
