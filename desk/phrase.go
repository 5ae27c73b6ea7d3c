package desk

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// phrases are what Parley itself says to customers in one language.
type phrases struct {
	weekdays [7]string // as they stand in an answer to "when?", from Sunday
	months   [12]string
	today    string
	date     string // day, month
	at       string // day, clock
	closed   string // and opens again: when
	message  string // closed, opens again: when; leave a message
	never    string // closed, and nobody knows until when
	offer    map[Instead]string
	taken    map[Instead]string
	stop     string // what to write in order to leave the line
	how      string // says so: what to write
	stopped  string // they have left it
}

// spoken by language; the first is for who speaks none of them.
var spoken = map[string]*phrases{
	"en": {
		weekdays: [7]string{"on Sunday", "on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday"},
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		today:    "today", date: "on %d %s", at: "%s at %s",
		closed:  "We are closed now and open again %s. We will answer you then.",
		message: "We are closed now and open again %s. Leave your message here: we will answer it then, and you need not wait.",
		never:   "We are closed now. Leave your message here: we will answer it when we are back.",
		offer: map[Instead]string{
			LeaveMessage: "It takes longer than usual. You can leave a message instead of waiting: you keep your place in line, and we will answer as soon as somebody is free.",
			CallBack:     "It takes longer than usual. If you would rather be called back, leave us your number: you keep your place in line.",
		},
		taken: map[Instead]string{
			LeaveMessage: "Thank you. You need not wait: we will answer your message as soon as somebody is free.",
			CallBack:     "Thank you. You need not wait: we will call you back as soon as somebody is free.",
		},
		stop: "Stop waiting", how: "To leave the line, write “%s”.",
		stopped: "You no longer wait. Write to us whenever you like.",
	},
	"it": {
		weekdays: [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
		months:   [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		today:    "oggi", date: "il %d %s", at: "%s alle %s",
		closed:  "In questo momento siamo chiusi e riapriamo %s. Le risponderemo allora.",
		message: "In questo momento siamo chiusi e riapriamo %s. Lasci qui il suo messaggio: risponderemo allora e non serve aspettare.",
		never:   "In questo momento siamo chiusi. Lasci qui il suo messaggio: risponderemo al nostro ritorno.",
		offer: map[Instead]string{
			LeaveMessage: "L'attesa è più lunga del solito. Può lasciare un messaggio invece di aspettare: mantiene il suo posto e risponderemo appena qualcuno è libero.",
			CallBack:     "L'attesa è più lunga del solito. Se preferisce essere richiamato, ci lasci il suo numero: mantiene il suo posto.",
		},
		taken: map[Instead]string{
			LeaveMessage: "Grazie. Non serve aspettare: risponderemo al suo messaggio appena qualcuno è libero.",
			CallBack:     "Grazie. Non serve aspettare: la richiameremo appena qualcuno è libero.",
		},
		stop: "Non aspetto più", how: "Per lasciare la fila scriva “%s”.",
		stopped: "Non è più in attesa. Ci scriva quando vuole.",
	},
	"pl": {
		weekdays: [7]string{"w niedzielę", "w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę"},
		months:   [12]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"},
		today:    "dzisiaj", date: "%d %s", at: "%s o %s",
		closed:  "Teraz mamy zamknięte, otwieramy %s. Wtedy odpowiemy.",
		message: "Teraz mamy zamknięte, otwieramy %s. Prosimy zostawić tu wiadomość: wtedy odpowiemy, nie trzeba czekać.",
		never:   "Teraz mamy zamknięte. Prosimy zostawić tu wiadomość: odpowiemy po powrocie.",
		offer: map[Instead]string{
			LeaveMessage: "To trwa dłużej niż zwykle. Zamiast czekać można zostawić wiadomość: miejsce w kolejce pozostaje, odpowiemy, gdy tylko ktoś będzie wolny.",
			CallBack:     "To trwa dłużej niż zwykle. Jeśli wolą Państwo, żebyśmy oddzwonili, prosimy zostawić numer: miejsce w kolejce pozostaje.",
		},
		taken: map[Instead]string{
			LeaveMessage: "Dziękujemy. Nie trzeba czekać: odpowiemy na wiadomość, gdy tylko ktoś będzie wolny.",
			CallBack:     "Dziękujemy. Nie trzeba czekać: oddzwonimy, gdy tylko ktoś będzie wolny.",
		},
		stop: "Nie czekam", how: "Aby opuścić kolejkę, proszę napisać „%s”.",
		stopped: "Nie czekają już Państwo w kolejce. Można do nas napisać w każdej chwili.",
	},
	"ro": {
		weekdays: [7]string{"duminică", "luni", "marți", "miercuri", "joi", "vineri", "sâmbătă"},
		months:   [12]string{"ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie"},
		today:    "astăzi", date: "pe %d %s", at: "%s la %s",
		closed:  "Acum este închis; deschidem din nou %s. Vă vom răspunde atunci.",
		message: "Acum este închis; deschidem din nou %s. Lăsați-ne mesajul aici: vă vom răspunde atunci și nu trebuie să așteptați.",
		never:   "Acum este închis. Lăsați-ne mesajul aici: vă vom răspunde când revenim.",
		offer: map[Instead]string{
			LeaveMessage: "Durează mai mult decât de obicei. Puteți lăsa un mesaj în loc să așteptați: vă păstrați locul și vă răspundem imediat ce cineva este liber.",
			CallBack:     "Durează mai mult decât de obicei. Dacă preferați să vă sunăm, lăsați-ne numărul: vă păstrați locul.",
		},
		taken: map[Instead]string{
			LeaveMessage: "Mulțumim. Nu trebuie să așteptați: vă răspundem la mesaj imediat ce cineva este liber.",
			CallBack:     "Mulțumim. Nu trebuie să așteptați: vă sunăm imediat ce cineva este liber.",
		},
		stop: "Nu mai aștept", how: "Ca să ieșiți din rând, scrieți „%s”.",
		stopped: "Nu mai așteptați la rând. Ne puteți scrie oricând.",
	},
	"de": {
		weekdays: [7]string{"am Sonntag", "am Montag", "am Dienstag", "am Mittwoch", "am Donnerstag", "am Freitag", "am Samstag"},
		months:   [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		today:    "heute", date: "am %d. %s", at: "%s um %s",
		closed:  "Wir haben gerade geschlossen und öffnen %s wieder. Dann antworten wir Ihnen.",
		message: "Wir haben gerade geschlossen und öffnen %s wieder. Hinterlassen Sie hier Ihre Nachricht: Wir antworten dann, Sie müssen nicht warten.",
		never:   "Wir haben gerade geschlossen. Hinterlassen Sie hier Ihre Nachricht: Wir antworten, sobald wir wieder da sind.",
		offer: map[Instead]string{
			LeaveMessage: "Es dauert länger als sonst. Statt zu warten können Sie eine Nachricht hinterlassen: Ihr Platz bleibt, und wir antworten, sobald jemand frei ist.",
			CallBack:     "Es dauert länger als sonst. Wenn Sie lieber zurückgerufen werden, hinterlassen Sie Ihre Nummer: Ihr Platz bleibt.",
		},
		taken: map[Instead]string{
			LeaveMessage: "Danke. Sie müssen nicht warten: Wir antworten auf Ihre Nachricht, sobald jemand frei ist.",
			CallBack:     "Danke. Sie müssen nicht warten: Wir rufen zurück, sobald jemand frei ist.",
		},
		stop: "Nicht mehr warten", how: "Um nicht länger zu warten, schreiben Sie „%s“.",
		stopped: "Sie warten nicht mehr. Schreiben Sie uns, wann immer Sie möchten.",
	},
}

// speak finds the phrases for a language tag like "pt-BR".
func speak(language string) *phrases {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	if p := spoken[base]; p != nil {
		return p
	}
	return spoken["en"]
}

// when says a moment as one answers "when?", by the clock of both times' zone:
// "on Monday at 09:00", further away "on 2 January at 09:00".
func (p *phrases) when(t, now time.Time) string {
	day := fmt.Sprintf(p.date, t.Day(), p.months[t.Month()-1])
	switch y, m, d := now.Date(); {
	case t.Before(time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())):
		day = p.today
	case t.Before(time.Date(y, m, d+7, 0, 0, 0, 0, now.Location())):
		day = p.weekdays[t.Weekday()]
	}
	return fmt.Sprintf(p.at, day, t.Format("15:04"))
}

// ClosedWords tells a customer who comes after hours when the queue opens, and
// with takesMessage that they may leave a message. A zero opens means that
// nobody knows.
func (h *Hours) ClosedWords(language string, opens, now time.Time, takesMessage bool) string {
	p := speak(language)
	if opens.IsZero() {
		return p.never
	}
	loc := h.Location()
	form := p.closed
	if takesMessage {
		form = p.message
	}
	return fmt.Sprintf(form, p.when(opens.In(loc), now.In(loc)))
}

// OfferWords asks a waiting customer whether they would rather have this.
func (i Instead) OfferWords(language string) string { return speak(language).offer[i] }

// TakenWords confirms that they need not wait.
func (i Instead) TakenWords(language string) string { return speak(language).taken[i] }

// HowToStop tells a customer who waits on a messaging channel, where nobody
// leaves by closing an app, what to write in order to leave the line.
func HowToStop(language string) string {
	p := speak(language)
	return fmt.Sprintf(p.how, p.stop)
}

// StoppedWords confirms that they wait no longer.
func StoppedWords(language string) string { return speak(language).stopped }

// StopsWaiting tells whether a customer's message is the words of HowToStop, in
// any language, and nothing else. The words are not those by which people refuse
// messages altogether (STOP, CANCEL …), which are the provider's.
func StopsWaiting(text string) bool {
	said := plainLetters(text)
	for _, p := range spoken {
		if said == plainLetters(p.stop) {
			return true
		}
	}
	return false
}

// bare takes the marks off the letters of what is said to stop waiting.
var bare = strings.NewReplacer("ș", "s", "ş", "s", "ù", "u")

// plainLetters is a text without case, marks on letters, punctuation and extra
// spaces: phones write "Nu mai astept." for "Nu mai aștept".
func plainLetters(text string) string {
	return bare.Replace(strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }), " "))
}

// PhoneNumber reads a message that is a phone number and nothing else.
func PhoneNumber(text string) (number string, ok bool) {
	text = strings.TrimSpace(text)
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -./()", r):
		default:
			return "", false
		}
	}
	return text, digits >= 6 && digits <= 15
}
