package web

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"parley/agent"
)

// reads gives what a client gets from a console's writer, at most so many
// frames, and how it ended.
func reads(t *testing.T, con *agent.Console, greeting iter.Seq[[]byte], most int) (frames []string, code websocket.StatusCode) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := acceptSocket(w, r, 1024)
		if err != nil {
			t.Error(err)
			return
		}
		ctx := ws.CloseRead(context.Background())
		if greet(ctx, ws, greeting, con.Cut, con.Why) {
			write(ctx, ws, con.Out, con.Cut, con.Why)
		}
	}))
	defer server.Close()
	ws, res, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		defer res.Body.Close()
	}
	defer ws.CloseNow()
	for len(frames) < most {
		_, data, err := ws.Read(t.Context())
		if err != nil {
			return frames, websocket.CloseStatus(err)
		}
		frames = append(frames, string(data))
	}
	return frames, 0
}

func TestTheGreetingComesBeforeWhatIsLive(t *testing.T) {
	const missed = 3000 // far more than a console's queue holds
	con := agent.NewConsole("a")
	con.Send([]byte("live"))
	frames, _ := reads(t, con, func(yield func([]byte) bool) {
		for i := range missed {
			if !yield(fmt.Append(nil, i)) {
				return
			}
		}
	}, missed+1)
	for i, frame := range frames {
		want := fmt.Sprint(i)
		if i == missed {
			want = "live"
		}
		if frame != want {
			t.Fatalf("frame %d of %d is %q, want %q", i, len(frames), frame, want)
		}
	}
}

func TestAConsoleCutWhileGreetedGetsNothingLive(t *testing.T) {
	con := agent.NewConsole("a")
	con.Send([]byte("live"))
	frames, code := reads(t, con, func(yield func([]byte) bool) {
		for i := range 100 {
			if i == 10 {
				con.End(1008, "too slow")
			}
			if !yield(fmt.Append(nil, i)) {
				return
			}
		}
	}, 100)
	if strings.Join(frames, " ") != "0 1 2 3 4 5 6 7 8 9" || code != 1008 {
		t.Errorf("closed with %d after %q", code, frames)
	}
}
