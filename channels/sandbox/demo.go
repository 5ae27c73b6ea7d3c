package sandbox

// The demo's addresses and secrets. They are public on purpose and are only
// good against the sandbox.
const (
	InboxSMS       = "demo-sms"
	InboxWhatsApp  = "demo-whatsapp"
	InboxMessenger = "demo-messenger"
	InboxWebChat   = "demo-webchat"

	TwilioAccountSID = "ACdemo00000000000000000000000000000"
	TwilioAuthToken  = "demo-twilio-token"
	SMSNumber        = "+15005550006"

	MetaAppSecret   = "demo-meta-secret"
	MetaVerifyToken = "demo-verify"
	MetaAccessToken = "demo-meta-token"
	MetaAppID       = "300000000000001"

	WhatsAppPhoneNumberID = "100000000000001"
	WhatsAppNumber        = "15550001111"
	WhatsAppAccountID     = "400000000000001"
	MessengerPageID       = "200000000000001"

	// TwilioPath and GraphPath, after the public URL, are the base URLs for the adapters.
	TwilioPath = "/sandbox/twilio"
	GraphPath  = "/sandbox/graph"
)

// Person is somebody whose phone can be held on the sandbox page.
type Person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Phone    string `json:"phone"` // E.164; the SMS address
	WaID     string `json:"wa_id"` // WhatsApp address
	PSID     string `json:"psid"`  // Messenger address
	Language string `json:"language"`
}

// Address is where the person is reached in an app.
func (p Person) Address(app App) string {
	switch app {
	case WhatsApp:
		return p.WaID
	case Messenger:
		return p.PSID
	}
	return p.Phone
}

// People are the phone's owners to choose from. The first is shown at start.
var People = []Person{
	{ID: "emma", Name: "Emma Clarke", Phone: "+447700900123", WaID: "447700900123", PSID: "7100000000000001", Language: "en"},
	{ID: "marco", Name: "Marco Bianchi", Phone: "+393200000142", WaID: "393200000142", PSID: "7100000000000002", Language: "it"},
	{ID: "zofia", Name: "Zofia Nowak", Phone: "+48500000157", WaID: "48500000157", PSID: "7100000000000003", Language: "pl"},
	{ID: "andrei", Name: "Andrei Popescu", Phone: "+40700000168", WaID: "40700000168", PSID: "7100000000000004", Language: "ro"},
}

func personAt(app App, address string) (Person, bool) {
	for _, p := range People {
		if p.Address(app) == address {
			return p, true
		}
	}
	return Person{}, false
}
