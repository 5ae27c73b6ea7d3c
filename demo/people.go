package demo

import (
	"fmt"
	"math"
	"strings"
	"time"

	"parley/channels/sandbox"
	"parley/desk"
)

// customer is somebody who writes to Lumen.
type customer struct {
	*desk.Contact
	by     map[desk.Channel]*desk.Identity
	city   string
	orders []desk.Order
}

// folk is where a customer may come from.
type folk struct {
	country, lang, prefix, currency string
	digits                          int // of the number after the prefix
	first, last, cities             []string
}

func words(s string) []string { return strings.Split(s, ",") }

// folks, the largest first. Languages without dialogues of their own write English.
var folks = []folk{
	{"GB", "en", "+447700", "GBP", 6, words("Oliver,Amelia,George,Isla,Harry,Freya,Noah,Ruby,Callum,Nia,Imran,Aisha,Rhys,Saoirse,Kwame,Hannah"), words("Clarke,Hughes,Patel,Bennett,Ahmed,Walsh,Morgan,Okoye,Fraser,Shaw,Lewis,Kaur,Doyle,Price"), words("Leeds,Bristol,Cardiff,Glasgow,Norwich,Belfast")},
	{"IT", "it", "+39320", "EUR", 7, words("Marco,Giulia,Luca,Chiara,Alessandro,Francesca,Matteo,Sara,Davide,Elena"), words("Rossi,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Conti"), words("Torino,Bologna,Verona,Napoli,Genova")},
	{"PL", "pl", "+48500", "PLN", 6, words("Jakub,Zuzanna,Antoni,Julia,Szymon,Maja,Piotr,Agnieszka,Tomasz,Ewa"), words("Kowalski,Zieliński,Wiśniewski,Lewandowski,Kamińska,Wójcik,Mazur,Krawczyk,Dąbrowska,Pawlak"), words("Kraków,Gdańsk,Wrocław,Poznań,Łódź")},
	{"RO", "ro", "+40700", "RON", 6, words("Andrei,Elena,Ștefan,Ioana,Radu,Maria,Vlad,Cristina,Bogdan,Ana"), words("Popa,Dumitru,Stan,Gheorghe,Matei,Constantin,Marin,Ilie,Toma,Rusu"), words("Cluj,Iași,Timișoara,Brașov,București")},
	{"DE", "de", "+491520", "EUR", 7, words("Jonas,Lena,Felix,Mia,Paul,Emilia,Ben,Johanna,Cem,Sophie"), words("Schneider,Fischer,Weber,Becker,Hoffmann,Yılmaz,Koch,Richter,Wolf,Neumann"), words("Hamburg,Köln,Leipzig,Freiburg,Dresden")},
	{"NL", "en", "+316120", "EUR", 5, words("Daan,Sanne,Lars,Fleur,Youssef,Eva"), words("de Vries,Jansen,Bakker,Visser,Smit,El Amrani"), words("Utrecht,Rotterdam,Groningen")},
	{"SE", "en", "+467017", "SEK", 5, words("Elsa,Oskar,Linnea,Nils,Alva,Hugo"), words("Andersson,Nilsson,Lund,Berg,Holm,Sjöberg"), words("Göteborg,Malmö,Uppsala")},
	{"US", "en", "+120255501", "USD", 2, words("Maya,Ethan,Camila,Jordan,Grace,Diego,Wei,Tasha"), words("Nguyen,Johnson,Garcia,Kim,Brooks,Rivera,Chen,Washington"), words("Portland,Austin,Boston")},
}

// shares of the folks among customers, in percent.
var folkShares = []int{34, 17, 14, 10, 11, 5, 5, 4}

var jobs = words("Office manager,Head of Facilities,Interior designer,Architect,Procurement lead,Studio owner,Event planner,Hotel manager,Store manager,Operations director,Café owner,Workplace coordinator,Art director,Founder,Buyer,Finance manager")

var firms = []struct {
	name, domain, industry, country string
	employees                       int
}{
	{"Northlight Studio", "northlight.example", "Architecture", "GB", 24}, {"Harbour & Pine Hotels", "harbourpine.example", "Hospitality", "GB", 640},
	{"Castellana Caffè", "castellana.example", "Hospitality", "IT", 85}, {"Studio Bonfanti", "bonfanti.example", "Interior design", "IT", 12},
	{"Biuro Jasne", "biurojasne.example", "Coworking", "PL", 46}, {"Wawel Software", "wawelsoft.example", "Software", "PL", 310},
	{"Casa Lumină", "casalumina.example", "Retail", "RO", 58}, {"Carpat Consulting", "carpat.example", "Consulting", "RO", 120},
	{"Werkhof Leipzig", "werkhof.example", "Coworking", "DE", 30}, {"Hansen Objekt GmbH", "hansenobjekt.example", "Interior design", "DE", 75},
	{"Brightwater Clinics", "brightwater.example", "Health", "GB", 420}, {"Fern & Field Cafés", "fernfield.example", "Hospitality", "GB", 160},
	{"Grachten Makelaars", "grachten.example", "Real estate", "NL", 38}, {"Polder Labs", "polderlabs.example", "Research", "NL", 95},
	{"Norrsken Skola", "norrskenskola.example", "Education", "SE", 210}, {"Fjällby Outdoor", "fjallby.example", "Retail", "SE", 130},
	{"Redwood Legal", "redwoodlegal.example", "Law", "US", 88}, {"Paper Crane Books", "papercrane.example", "Retail", "US", 19},
	{"Teatro Aperto", "teatroaperto.example", "Culture", "IT", 44}, {"Zielony Dom", "zielonydom.example", "Real estate", "PL", 66},
}

// goods of the shop: its pages, and prices in cents.
var goods = []struct {
	page, title, item string
	cents             int64
}{
	{"lamp", "Arc desk lamp · Lumen", "Arc desk lamp", 8900}, {"kettle", "Pour kettle · Lumen", "Pour kettle", 5400}, {"chair", "Loop chair · Lumen", "Loop chair", 14900},
}

// regulars is how many customers are known well.
const regulars = 120

// invite makes the companies and the customers who are known well, the owners
// of the sandbox's phones first.
func (w *world) invite() {
	at := w.start.Add(-openedShop)
	for _, f := range firms {
		w.h.Companies = append(w.h.Companies, desk.Company{ID: w.id(at), Name: f.name, Domain: f.domain, Industry: f.industry, Employees: f.employees, Country: f.country})
	}
	for i, p := range sandbox.People {
		c := w.known(w.folkOf(p.Language), p.Name, i)
		w.phones[p.Phone], w.names[p.Name] = true, true
		c.Contact.Phone, c.Contact.Email = p.Phone, strings.ToLower(strings.ReplaceAll(p.Name, " ", "."))+"@mail.example"
		w.reach(c, desk.SMS, desk.Identity{Kind: desk.Phone, Value: p.Phone})
		w.reach(c, desk.WhatsApp, desk.Identity{Kind: desk.WhatsAppI, Value: p.WaID, Verified: true})
		w.reach(c, desk.Messenger, desk.Identity{Kind: desk.PSID, Scope: sandbox.MessengerPageID, Value: p.PSID, Verified: true})
		w.owners = append(w.owners, c)
	}
	for i := len(w.owners); i < regulars; i++ {
		f := w.someFolk()
		c := w.known(f, w.newName(f), i)
		w.reachSome(c, f)
		w.regular = append(w.regular, c)
	}
}

// known makes a contact with an account behind it. Their number decides who is
// a VIP, so that there are always about ten.
func (w *world) known(f *folk, full string, number int) *customer {
	made := w.start.Add(-time.Duration(20+w.rng.IntN(370)) * 24 * time.Hour)
	c := w.contact(f, full, made)
	c.VIP = number%12 == 0
	euros := 60 * math.Exp(w.rng.NormFloat64()*1.1+1.2)
	if c.VIP {
		euros = 4000 + 30*euros
	}
	c.Value = desk.Money{Minor: int64(euros) * 100, Currency: f.currency}
	c.Email = mailOf(full)
	if number%3 != 2 {
		c.Title = pick(w, jobs)
		for _, n := range w.rng.Perm(len(firms)) {
			if firms[n].country == f.country {
				c.CompanyID = w.h.Companies[n].ID
				c.Email = strings.Split(mailOf(full), "@")[0] + "@" + firms[n].domain
				break
			}
		}
	}
	c.Fields = map[string]string{"newsletter": pick(w, words("yes,no")), "customer since": made.Format("2006")}
	w.orders(c, 1+w.rng.IntN(4), made)
	w.remarks(c, made)
	return c
}

// stranger is somebody who writes for the first time.
func (w *world) stranger(ch desk.Channel) *customer {
	f := w.someFolk()
	full := w.newName(f)
	c := w.contact(f, full, w.now)
	if w.rng.IntN(3) > 0 {
		w.orders(c, 1, w.now.Add(-12*24*time.Hour))
	}
	switch ch {
	case desk.WebChat:
		if w.rng.IntN(4) > 0 {
			c.Email = mailOf(full)
		} else {
			c.Name = "" // did not fill the form in
		}
	}
	w.reachOn(c, f, ch)
	c.Name = desk.DisplayName(c.Name, *c.by[ch])
	return c
}

func (w *world) contact(f *folk, full string, made time.Time) *customer {
	c := &customer{Contact: &desk.Contact{ID: w.id(made), Name: full, Value: desk.Money{Currency: f.currency}, Language: f.lang, Country: f.country,
		Fields: map[string]string{}, CreatedAt: made, SeenAt: made}, by: map[desk.Channel]*desk.Identity{}, city: pick(w, f.cities)}
	w.contacts = append(w.contacts, c)
	return c
}

// reachSome gives a customer one to three addresses: a phone that has WhatsApp,
// a page-scoped id, a browser that visited.
func (w *world) reachSome(c *customer, f *folk) {
	for _, ch := range desk.Channels {
		if w.rng.IntN(100) < 55 {
			w.reachOn(c, f, ch)
		}
	}
	if len(c.by) == 0 {
		w.reachOn(c, f, desk.WhatsApp)
	}
}

func (w *world) reachOn(c *customer, f *folk, ch desk.Channel) {
	switch ch {
	case desk.WebChat:
		w.reach(c, ch, desk.Identity{Kind: desk.Visitor, Value: w.id(c.CreatedAt), Verified: true})
	case desk.SMS:
		w.phone(c, f)
		w.reach(c, ch, desk.Identity{Kind: desk.Phone, Value: c.Phone})
	case desk.WhatsApp:
		w.phone(c, f)
		w.reach(c, ch, desk.Identity{Kind: desk.WhatsAppI, Value: strings.TrimPrefix(c.Phone, "+"), Name: c.Name, Verified: true})
		if c.by[desk.SMS] == nil { // WhatsApp vouches for the number behind it
			w.address(c, desk.Identity{Kind: desk.Phone, Value: c.Phone, Name: c.Name, Verified: true})
		}
	case desk.Messenger:
		w.psid++
		w.reach(c, ch, desk.Identity{Kind: desk.PSID, Scope: sandbox.MessengerPageID, Value: fmt.Sprintf("72%014d", w.psid*7919), Name: c.Name, Verified: true})
	}
}

func (w *world) reach(c *customer, ch desk.Channel, i desk.Identity) {
	i = w.address(c, i)
	c.by[ch] = &i
}

func (w *world) address(c *customer, i desk.Identity) desk.Identity {
	i.ID, i.ContactID, i.CreatedAt = w.id(c.CreatedAt), c.ID, c.CreatedAt
	w.h.Identities = append(w.h.Identities, i)
	return i
}

// phone gives a number nobody else has.
func (w *world) phone(c *customer, f *folk) {
	for n := 0; c.Phone == ""; n++ {
		digits := f.digits + n/50 // a small range of numbers may be full
		number := f.prefix + fmt.Sprintf("%0*d", digits, w.rng.Int64N(int64(math.Pow10(digits))))
		if !w.phones[number] {
			w.phones[number] = true
			c.Phone = number
		}
	}
}

var orderStates = words("delivered,delivered,delivered,shipped,processing,returned")

func (w *world) orders(c *customer, n int, since time.Time) {
	for range n {
		g := goods[w.rng.IntN(len(goods))]
		count := 1 + w.rng.IntN(2)
		if c.CompanyID != "" {
			count += w.rng.IntN(6)
		}
		w.orderNo++
		placed := since.Add(time.Duration(w.rng.Int64N(int64(max(time.Hour, w.start.Sub(since))))))
		o := desk.Order{ID: w.id(placed), ContactID: c.ID, Number: fmt.Sprintf("LM-%d", 20480+w.orderNo), PlacedAt: placed, Status: pick(w, orderStates),
			Total: desk.Money{Minor: g.cents * int64(count), Currency: "EUR"}, Items: fmt.Sprintf("%d × %s", count, g.item)}
		c.orders = append(c.orders, o)
		w.h.Orders = append(w.h.Orders, o)
	}
}

var remarkList = []string{
	"Prefers to be written to, not called.", "Decides about furniture for all offices; next refurbishment in spring.", "Pays by invoice, 30 days.",
	"Had two late deliveries last winter: be generous.", "Asks for swatches before ordering.", "Deliveries only on weekdays before noon; the loading bay is at the back.",
	"Wants all invoices as one PDF a month.", "Very friendly, writes in the evening.",
}

func (w *world) remarks(c *customer, since time.Time) {
	if w.rng.IntN(3) > 0 {
		return
	}
	at := since.Add(time.Duration(w.rng.Int64N(int64(w.start.Sub(since)))))
	w.h.Notes = append(w.h.Notes, desk.ContactNote{ID: w.id(at), ContactID: c.ID, AgentID: pick(w, w.workers).ID, Text: pick(w, remarkList), At: at})
}

func (w *world) someFolk() *folk {
	n := w.rng.IntN(100)
	for i, share := range folkShares {
		if n -= share; n < 0 {
			return &folks[i]
		}
	}
	return &folks[0]
}

func (w *world) folkOf(lang string) *folk {
	for i := range folks {
		if folks[i].lang == lang {
			return &folks[i]
		}
	}
	return &folks[0]
}

// newName is a name nobody has yet, as far as there are any left.
func (w *world) newName(f *folk) string {
	full := ""
	for range 20 {
		full = pick(w, f.first) + " " + pick(w, f.last)
		if !w.names[full] {
			break
		}
	}
	w.names[full] = true
	return full
}

var ascii = strings.NewReplacer("ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z", "ș", "s", "ț", "t", "ă", "a", "â", "a", "î", "i",
	"ö", "o", "ä", "a", "ü", "u", "ı", "i", "é", "e", "ş", "s", " ", ".", "'", "")

func mailOf(full string) string { return ascii.Replace(strings.ToLower(full)) + "@mail.example" }

func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }
