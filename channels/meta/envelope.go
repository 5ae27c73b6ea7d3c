package meta

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"parley/desk"
)

// Envelope is the outside of every webhook of Meta's.
type Envelope struct {
	Object  String
	Entries []Entry
}

// Entry is the news of one account: of a WhatsApp business account in Changes,
// of a page in Messaging, and in Standby while another app owns the thread.
type Entry struct {
	ID        String `json:"id"`
	Time      Stamp  `json:"time"`
	Changes   List   `json:"changes"`
	Messaging List   `json:"messaging"`
	Standby   List   `json:"standby"`
}

// ReadEnvelope reads a webhook's outside: Invalid when the body is no webhook
// of Meta's at all. An entry that cannot be read is left out.
func ReadEnvelope(body []byte) (Envelope, error) {
	var outer struct {
		Object *String          `json:"object"`
		Entry  *json.RawMessage `json:"entry"`
	}
	if err := json.Unmarshal(body, &outer); err != nil || outer.Object == nil || outer.Entry == nil {
		return Envelope{}, desk.FieldError("body", "is not a webhook of Meta's: it needs \"object\" and \"entry\"")
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(*outer.Entry, &entries); err != nil {
		return Envelope{}, desk.FieldError("entry", "must be a list")
	}
	return Envelope{Object: *outer.Object, Entries: ReadAll[Entry](entries)}, nil
}

// Raw gives each inbound of a webhook the payload to keep: the whole body when
// it held one thing, else the item's own part, already in place.
func Raw(body []byte, list []desk.Inbound) {
	if len(list) == 1 {
		list[0].Raw = body
	}
}

// Fingerprint names a thing that came without an id: the same thing sent again
// has the same one.
func Fingerprint(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}
