package sandbox

import (
	"time"
)

// How long a message of the company takes to be sent and to reach the phone.
const (
	sentAfter      = 120 * time.Millisecond
	deliveredAfter = 350 * time.Millisecond
	readAfter      = 400 * time.Millisecond
)

// progress takes an accepted message of the company to the phone: sent,
// delivered, and read if it is on the screen; or failed when it gets lost.
func (s *Sandbox) progress(m Message, lost bool) {
	key := threadKey{m.App, m.Phone}
	s.timeline.after(s.pace(sentAfter), func() {
		if lost {
			if s.advance(m.ProviderID, statusFailed, undeliverable(m.App)) {
				s.tellStatus(m, statusFailed)
			}
			return
		}
		if s.advance(m.ProviderID, statusSent, "") {
			s.tellStatus(m, statusSent)
		}
		s.timeline.after(s.pace(deliveredAfter), func() {
			if !s.advance(m.ProviderID, statusDelivered, "") {
				return
			}
			s.tellStatus(m, statusDelivered)
			if s.phones.onScreen(key, s.now()) {
				s.timeline.after(s.pace(readAfter), func() { s.read(key) })
			}
		})
	})
}

func undeliverable(app App) string {
	if app == SMS {
		return "Unreachable destination handset"
	}
	return "Message undeliverable"
}

// read marks all that reached the phone in one thread as read by the customer.
func (s *Sandbox) read(key threadKey) {
	messages := s.phones.unread(key, Out)
	for _, m := range messages {
		if s.advance(m.ProviderID, statusRead, "") && m.App != Messenger {
			s.tellStatus(m, statusRead)
		}
	}
	if key.app == Messenger && len(messages) > 0 {
		s.tellStatus(messages[len(messages)-1], statusRead) // one watermark says it for all
	}
}

// seen marks what the customer wrote as read by the company.
func (s *Sandbox) seen(key threadKey) {
	for _, m := range s.phones.unread(key, In) {
		s.advance(m.ProviderID, statusRead, "")
	}
}

// tellStatus reports a status to Parley in the provider's way. Who lost a
// message says so; on Messenger nobody is told.
func (s *Sandbox) tellStatus(m Message, status string) {
	switch m.App {
	case SMS:
		s.twilioStatusHook(m, status)
	case WhatsApp:
		s.whatsAppStatusHook(m, status)
	case Messenger:
		s.messengerStatusHook(m, status)
	}
}

// write is a customer writing: the bubble appears, and the provider tells Parley.
func (s *Sandbox) write(m Message) Message {
	m.Direction, m.Status = In, statusSending
	m.ProviderID = newProviderID(m.App, m.Media)
	m = s.add(m)
	done := func(ok bool) {
		status, reason := statusDelivered, ""
		if !ok {
			status, reason = statusFailed, "Parley did not take it."
		}
		s.advance(m.ProviderID, status, reason)
	}
	switch m.App {
	case SMS:
		s.twilioInboundHook(m, done)
		s.carrierReply(m)
	case WhatsApp:
		s.whatsAppInboundHook(m, done)
	case Messenger:
		s.messengerInboundHook(m, done)
	}
	return m
}

// carrierReply is what Twilio itself answers to STOP, START and HELP.
func (s *Sandbox) carrierReply(m Message) {
	text, ok := keywordReplies[keyword(m.Text)]
	if !ok || keyword(m.Text) == optStart && !s.wasStopped(m) {
		return
	}
	s.timeline.after(s.pace(sentAfter), func() {
		s.add(Message{App: SMS, Phone: m.Phone, Direction: Out, Text: text, Status: statusDelivered, ProviderID: "carrier-" + token(24)})
	})
}

// wasStopped tells whether the customer had opted out before this message:
// only then is YES or START answered.
func (s *Sandbox) wasStopped(m Message) bool {
	stopped := false
	for _, h := range s.phones.history(threadKey{SMS, m.Phone}, maxThreadMessages) {
		if h.Direction != In || h.ID == m.ID {
			continue
		}
		switch keyword(h.Text) {
		case optStop:
			stopped = true
		case optStart:
			stopped = false
		}
	}
	return stopped
}

func newProviderID(app App, media []Media) string {
	switch app {
	case WhatsApp:
		return "wamid.HBgM" + token(32) + "A"
	case Messenger:
		return "m_" + token(40)
	}
	return twilioSID(media)
}

// tellFaults shows the page a counted fault that was just used up.
func (s *Sandbox) tellFaults(used sendFault) {
	if used == sendFails || used == sendDrops || used == sendLost {
		f := s.faultsView()
		s.live.publish(event{Type: "faults", Faults: &f})
	}
}

func (s *Sandbox) faultsView() Faults {
	f := s.faults.get()
	f.WindowClosed = s.phones.windowsClosed()
	return f
}
