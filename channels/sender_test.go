package channels_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/desk"
	"parley/store"
)

// fails makes the provider refuse everything.
func (o *office) fails(err error) {
	o.provider.send = func(context.Context, desk.Outbound) (string, error) { return "", err }
}

func (o *office) works() {
	o.provider.send = func(context.Context, desk.Outbound) (string, error) { return "ext", nil }
}

func refusal(class channels.Class, after time.Duration) error {
	return fmt.Errorf("send: %w", &channels.DeliveryError{Class: class, After: after, Code: "63016", Reason: "In words.", Cause: errors.New("http 400")})
}

func TestWhatAFailureMeans(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		status  desk.Status
		words   string
		code    string
		dueIn   time.Duration // 0: never again
		broken  string
		optsOut bool
	}{
		"accepted":                 {nil, desk.Sent, "", "", 0, "", false},
		"temporary":                {refusal(channels.Retry, 5*time.Second), desk.Queued, "", "", 5 * time.Second, "", false},
		"too fast":                 {refusal(channels.SlowDown, time.Minute), desk.Queued, "", "", time.Minute, "", false},
		"permanent":                {refusal(channels.Permanent, 0), desk.Failed, "In words.", "63016", 0, "", false},
		"window closed":            {refusal(channels.NeedsTemplate, 0), desk.Failed, "In words.", "63016", 0, "", false},
		"opted out":                {refusal(channels.OptedOut, 0), desk.Failed, "In words.", "63016", 0, "", true},
		"broken":                   {refusal(channels.Broken, 0), desk.Failed, "In words.", "63016", 0, "In words.", false},
		"ambiguous":                {refusal(channels.Ambiguous, 0), desk.Unknown, "In words.", "", 0, "", false},
		"an error nobody explains": {errors.New("connection reset"), desk.Unknown, "It is not known whether this was sent.", "", 0, "", false},
		"a class nobody knows":     {refusal("strange", 0), desk.Failed, "In words.", "63016", 0, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			conversation := o.customer(o.one, "+15005550100")
			id := o.writes(conversation, "hi")
			o.fails(c.err)
			o.handle(id)
			m := o.message(id)
			if m.Status != c.status || m.Error != c.words || m.ErrorCode != c.code {
				t.Errorf("%s %q %q, want %s %q %q", m.Status, m.Error, m.ErrorCode, c.status, c.words, c.code)
			}
			if broken := o.inbox(o.one).Broken; broken != c.broken {
				t.Errorf("the inbox is broken: %q, want %q", broken, c.broken)
			}
			_, err := o.Reply(t.Context(), store.Reply{ID: desk.NewID(), ConversationID: conversation.ID, AgentID: o.agent.ID, Text: "more"})
			if (desk.CodeOf(err) == desk.Conflict && err != nil) != c.optsOut {
				t.Errorf("writing more: %v, opted out: %v", err, c.optsOut)
			}
			// Again at once has no effect; again when due only where it is to be tried again.
			o.works()
			o.handle(id)
			if c.dueIn > 0 {
				o.pass(c.dueIn - time.Millisecond)
				o.handle(id)
			}
			if n := len(o.provider.asked()); n != 1 {
				t.Fatalf("the provider was asked %d times, want 1", n)
			}
			o.pass(time.Millisecond)
			if c.dueIn == 0 {
				o.pass(24 * time.Hour)
			}
			o.handle(append(o.due(), id)...)
			asked := 0
			for _, text := range o.provider.asked() {
				if text == "hi" {
					asked++
				}
			}
			if again := asked == 2; again != (c.dueIn > 0) {
				t.Errorf("the provider was asked %d times in all", asked)
			}
			if c.dueIn > 0 && o.message(id).Status != desk.Sent {
				t.Errorf("at last it is %s", o.message(id).Status)
			}
		})
	}
}

func TestWhatTheProviderIsGiven(t *testing.T) {
	o := newOffice(t)
	c := o.customer(o.one, "+15005550100")
	id := o.writes(c, "hi")
	o.sender.FileURL = func(desk.Attachment) string { return "https://desk.example/f" }
	var got desk.Outbound
	var left time.Duration
	o.provider.send = func(ctx context.Context, out desk.Outbound) (string, error) {
		got = out
		until, _ := ctx.Deadline()
		left = time.Until(until)
		return "SM1", nil
	}
	o.handle(id)
	if got.Message.ID != id || got.Identity.Value != "+15005550100" || got.Inbox.Name != "one" || !got.LastCustomerAt.Equal(c.LastCustomerAt) || got.FileURL(desk.Attachment{}) == "" {
		t.Errorf("%+v", got)
	}
	if left <= 0 || left > 30*time.Second {
		t.Errorf("the call may take %v, want at most 30 s", left)
	}
	if m := o.message(id); m.ExternalID != "SM1" || m.Status != desk.Sent {
		t.Errorf("%s as %q", m.Status, m.ExternalID)
	}
}

func TestMessagesOfAConversationStayInOrder(t *testing.T) {
	o := newOffice(t)
	a, b := o.customer(o.one, "+15005550101"), o.customer(o.one, "+15005550102")
	first, second := o.writes(a, "first"), o.writes(a, "second")
	other := o.writes(b, "other")
	o.provider.send = func(_ context.Context, out desk.Outbound) (string, error) {
		if out.Message.Text == "first" && len(o.provider.asked()) == 1 {
			return "", refusal(channels.Retry, 10*time.Second)
		}
		return out.Message.Text, nil
	}
	o.handle(first, second, other)
	if diff := cmp.Diff([]string{"first", "other"}, o.provider.asked()); diff != "" {
		t.Errorf("while the first is tried again (-want +got):\n%s", diff)
	}
	if s := o.message(second).Status; s != desk.Queued {
		t.Errorf("the second is %s", s)
	}
	o.pass(11 * time.Second)
	o.handle(o.due()...) // the second, then the first: the order of their dues
	o.handle(o.due()...)
	if diff := cmp.Diff([]string{"first", "other", "first", "second"}, o.provider.asked()); diff != "" {
		t.Errorf("in the end (-want +got):\n%s", diff)
	}
	// One that will never go, or nobody knows of, holds nobody up.
	for _, class := range []channels.Class{channels.Permanent, channels.Ambiguous} {
		bad := o.writes(a, "bad")
		good := o.writes(a, "good "+string(class))
		o.provider.send = func(_ context.Context, out desk.Outbound) (string, error) {
			if out.Message.ID == bad {
				return "", refusal(class, 0)
			}
			return "x" + out.Message.ID, nil
		}
		o.handle(bad, good)
		if s := o.message(good).Status; s != desk.Sent {
			t.Errorf("behind a %s one it is %s", class, s)
		}
	}
}

func TestSlowDownPausesTheInboxOnly(t *testing.T) {
	o := newOffice(t)
	busy := o.writes(o.customer(o.one, "+15005550101"), "busy")
	o.fails(refusal(channels.SlowDown, time.Minute))
	o.handle(busy)
	o.works()
	waits := o.writes(o.customer(o.one, "+15005550102"), "waits")
	goes := o.writes(o.customer(o.two, "+15005550103"), "goes")
	o.handle(waits, goes)
	if diff := cmp.Diff([]string{"busy", "goes"}, o.provider.asked()); diff != "" {
		t.Errorf("while it is paused (-want +got):\n%s", diff)
	}
	// However often it finds the inbox paused, that is no attempt.
	for i := range 9 {
		o.fails(refusal(channels.SlowDown, time.Minute))
		o.pass(time.Minute)
		o.handle(o.writes(o.customer(o.one, fmt.Sprintf("+1500555%04d", 200+i)), "busy"))
		o.handle(waits)
	}
	o.pass(time.Minute)
	o.fails(refusal(channels.Retry, time.Second))
	o.handle(waits)
	if m := o.message(waits); m.Status != desk.Queued {
		t.Errorf("after the pauses and one attempt it is %s: %s", m.Status, m.Error)
	}
	o.works()
	o.pass(time.Second)
	o.handle(waits)
	if m := o.message(waits); m.Status != desk.Sent {
		t.Errorf("in the end it is %s: %s", m.Status, m.Error)
	}
}

func TestGivingUp(t *testing.T) {
	for name, class := range map[string]channels.Class{"temporary": channels.Retry, "too fast": channels.SlowDown} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			id := o.writes(o.customer(o.one, "+15005550101"), "hi")
			o.fails(refusal(class, 0))
			waited := time.Duration(0)
			for waited < time.Hour && o.message(id).Status == desk.Queued {
				before := len(o.provider.asked())
				o.handle(id)
				step := time.Second
				for n := len(o.provider.asked()); n == before; n = len(o.provider.asked()) {
					o.pass(step)
					waited += step
					o.handle(id)
				}
			}
			m := o.message(id)
			if m.Status != desk.Failed || !strings.Contains(m.Error, "several times") || !strings.HasPrefix(m.Error, "In words.") {
				t.Errorf("%s: %q", m.Status, m.Error)
			}
			// 2, 4, … 128 s and up to a quarter more of each.
			if n := len(o.provider.asked()); n != 8 || waited < 254*time.Second || waited > 325*time.Second {
				t.Errorf("%d attempts within %v, want 8 within 254 to 318 s", n, waited)
			}
		})
	}
}

func TestBrokenInboxComesBackWithTheFirstSuccess(t *testing.T) {
	o := newOffice(t)
	c := o.customer(o.one, "+15005550101")
	o.fails(refusal(channels.Broken, 0))
	o.handle(o.writes(c, "refused"))
	if o.inbox(o.one).Broken == "" || o.inbox(o.two).Broken != "" {
		t.Fatalf("broken: %q and %q", o.inbox(o.one).Broken, o.inbox(o.two).Broken)
	}
	o.works()
	o.handle(o.writes(c, "goes"))
	if broken := o.inbox(o.one).Broken; broken != "" {
		t.Errorf("after a success it is broken: %q", broken)
	}
}

// unreliable is a database that fails where it only clears up.
type unreliable struct{ *store.Store }

func (unreliable) BreakInbox(context.Context, desk.ID, string) error {
	return desk.Errorf(desk.Unavailable, "the database is away")
}

func TestASuccessIsRecordedBeforeAnythingElse(t *testing.T) {
	o := newOffice(t)
	c := o.customer(o.one, "+15005550101")
	o.fails(refusal(channels.Broken, 0))
	o.handle(o.writes(c, "refused"))
	o.works()
	o.sender.Consequences = unreliable{o.Store}
	id := o.writes(c, "goes")
	if err := o.sender.Handle(t.Context(), []desk.ID{id}); desk.CodeOf(err) != desk.Unavailable {
		t.Errorf("handled with %v, want the database's error", err)
	}
	if m := o.message(id); m.Status != desk.Sent {
		t.Errorf("what the provider took is %s", m.Status)
	}
}

func TestInboxesThatCannotSend(t *testing.T) {
	o := newOffice(t)
	c, d := o.customer(o.one, "+15005550101"), o.customer(o.two, "+15005550102")
	_, err := o.UpdateInbox(t.Context(), "", o.one.ID, func(in *desk.Inbox) error {
		in.Enabled = false
		return nil
	})
	o.ok(err)
	ids := []desk.ID{o.writes(c, "switched off"), o.writes(d, "no adapter")}
	o.handle(ids[0])
	delete(o.sender.Adapters, "fake")
	o.handle(ids[1])
	for _, id := range ids {
		if m := o.message(id); m.Status != desk.Failed || m.Error != "The inbox is switched off." {
			t.Errorf("%q is %s: %q", m.Text, m.Status, m.Error)
		}
	}
	if n := len(o.provider.asked()); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

// The outcome is recorded even when the node stops in the middle of the call.
func TestStoppingInTheMiddleOfACall(t *testing.T) {
	o := newOffice(t)
	id := o.writes(o.customer(o.one, "+15005550101"), "hi")
	ctx, cancel := context.WithCancel(t.Context())
	o.provider.send = func(context.Context, desk.Outbound) (string, error) {
		cancel()
		return "SM1", nil
	}
	if err := o.sender.Handle(ctx, []desk.ID{id}); err != nil {
		t.Error(err)
	}
	if m := o.message(id); m.Status != desk.Sent || m.ExternalID != "SM1" {
		t.Errorf("%s as %q", m.Status, m.ExternalID)
	}
	// With the database out of reach the stream brings it again.
	id = o.writes(o.customer(o.one, "+15005550102"), "later")
	if err := o.sender.Handle(ctx, []desk.ID{id}); err == nil {
		t.Error("handled without having been able to claim")
	}
	if m := o.message(id); m.Status != desk.Queued {
		t.Errorf("not claimed, but %s", m.Status)
	}
}

func TestLogsHoldNoWords(t *testing.T) {
	o := newOffice(t)
	o.fails(refusal(channels.Permanent, 0))
	o.handle(o.writes(o.customer(o.one, "+15005550101"), "my card number is 4111"))
	if log := o.log.String(); strings.Contains(log, "4111") || strings.Contains(log, "+1500555") || !strings.Contains(log, "63016") {
		t.Errorf("logged: %s", log)
	}
}

func TestDeliveryErrors(t *testing.T) {
	cause := errors.New("http 429")
	known := &channels.DeliveryError{Class: channels.SlowDown, Code: "429", Reason: "Too fast.", Cause: cause}
	if got := channels.AsDelivery(fmt.Errorf("send: %w", known)); got != known || !errors.Is(got, cause) {
		t.Errorf("%+v", got)
	}
	if got := channels.AsDelivery(cause); got.Class != channels.Ambiguous || !errors.Is(got, cause) || got.Reason == "" {
		t.Errorf("%+v", got)
	}
	if words := known.Error(); !strings.Contains(words, "429") || !strings.Contains(words, "Too fast.") {
		t.Errorf("%q", words)
	}
}
