package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"parley/desk"
)

// visitor is a simulated customer in the web chat: it speaks the widget's
// protocol (docs/widget-protocol.md) as a browser does.
type visitor struct {
	s     *Sandbox
	token string
	page  string
	name  string
	in    chan heard
	end   context.CancelFunc
	done  chan struct{} // closed when the socket's goroutine is gone

	mu     sync.Mutex
	socket *websocket.Conn
	last   int64
	seen   map[string]bool // messages of the company
	unread []string
}

type widgetMessage struct {
	ID        string `json:"id"`
	Direction string `json:"direction"`
	Author    string `json:"author"`
	Text      string `json:"text"`
	Status    string `json:"status"`
}

type widgetFrame struct {
	Type    string         `json:"type"`
	Seq     int64          `json:"seq"`
	State   string         `json:"state"`
	Message *widgetMessage `json:"message"`
	Rating  *widgetRating  `json:"rating"`
	Talk    *struct {
		State    string          `json:"state"`
		Rating   widgetRating    `json:"rating"`
		Messages []widgetMessage `json:"messages"`
	} `json:"conversation"`
}

type widgetRating struct {
	Asked bool `json:"asked"`
	Score int  `json:"score"`
}

const (
	socketPing  = 20 * time.Second
	socketAgain = 2 * time.Second
	socketBytes = 1 << 20
)

// openWebChat gets a session and keeps a socket open until the visitor leaves.
func (s *Sandbox) openWebChat(ctx context.Context, a actor) (*visitor, error) {
	ctx, cancel := context.WithCancel(ctx)
	v := &visitor{
		s: s, page: s.cfg.PublicURL + "/sandbox/shop/" + a.script.page, name: a.Name,
		in: make(chan heard, heardWaiting), end: cancel, seen: map[string]bool{}, done: make(chan struct{}),
	}
	var got struct {
		Token string `json:"token"`
	}
	err := v.call(ctx, "/widget/api/"+InboxWebChat+"/session", map[string]string{
		"language": a.Language, "page": v.page, "title": "Lumen: " + a.script.page, "referrer": "https://www.example.com/search", "name": a.Name, "email": a.email,
	}, &got)
	if err != nil {
		cancel()
		return nil, err
	}
	v.token = got.Token
	ready := make(chan struct{})
	go v.listen(ctx, ready)
	select {
	case <-ready:
		return v, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(10 * time.Second):
		err = errors.New("the widget's socket did not welcome the visitor")
	}
	v.leave()
	return nil, err
}

func (v *visitor) call(ctx context.Context, path string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.s.cfg.LocalURL+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	return v.do(req, "application/json", into)
}

func (v *visitor) do(req *http.Request, kind string, into any) error {
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Origin", origin(v.s.cfg.PublicURL))
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
	res, err := v.s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, socketBytes))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %d", req.URL.Path, res.StatusCode)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

// listen keeps the socket, connecting again as a browser would.
func (v *visitor) listen(ctx context.Context, ready chan<- struct{}) {
	defer close(v.done)
	for ctx.Err() == nil {
		v.session(ctx, &ready)
		pause(ctx, v.s.pace(socketAgain))
	}
}

func (v *visitor) session(ctx context.Context, ready *chan<- struct{}) {
	address := "ws" + strings.TrimPrefix(v.s.cfg.LocalURL, "http") + "/widget/ws"
	c, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin(v.s.cfg.PublicURL)}}})
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(socketBytes)
	v.mu.Lock()
	last := v.last
	v.mu.Unlock()
	hello := map[string]any{"type": "hello", "inbox": InboxWebChat, "token": v.token, "last": last}
	if err := wsjson.Write(ctx, c, hello); err != nil {
		return
	}
	frames := make(chan widgetFrame)
	reading, stop := context.WithCancel(ctx)
	var reader sync.WaitGroup
	defer reader.Wait()
	defer stop()
	reader.Go(func() {
		defer close(frames)
		for {
			var f widgetFrame
			if wsjson.Read(reading, c, &f) != nil {
				return
			}
			select {
			case frames <- f:
			case <-reading.Done():
				return
			}
		}
	})
	ping := time.NewTicker(socketPing)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
			if wsjson.Write(ctx, c, map[string]string{"type": "ping"}) != nil {
				return
			}
		case f, open := <-frames:
			if !open || f.Type == "move" {
				return
			}
			if f.Type == "welcome" {
				v.mu.Lock()
				v.socket = c
				v.mu.Unlock()
				if *ready != nil {
					close(*ready)
					*ready = nil
				}
			}
			v.take(f)
		}
	}
}

// take turns a frame into what the visitor notices.
func (v *visitor) take(f widgetFrame) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = max(v.last, f.Seq)
	if f.Message != nil {
		v.notice(*f.Message)
	}
	state, rating := f.State, f.Rating
	if f.Talk != nil {
		for _, m := range f.Talk.Messages {
			v.notice(m)
		}
		state, rating = f.Talk.State, &f.Talk.Rating
	}
	asked := rating != nil && rating.Asked && rating.Score == 0
	if asked || desk.State(state) == desk.Resolved {
		v.push(heard{rating: asked, ended: desk.State(state) == desk.Resolved})
	}
}

func (v *visitor) notice(m widgetMessage) {
	if m.Direction != Out || v.seen[m.ID] {
		return
	}
	v.seen[m.ID] = true
	v.unread = append(v.unread, m.ID)
	if m.Author == string(desk.ByAgent) {
		v.push(heard{text: m.Text})
	}
}

func (v *visitor) push(h heard) {
	select {
	case v.in <- h:
	default:
	}
}

func (v *visitor) hook(ctx context.Context, body map[string]any) error {
	return v.call(ctx, "/webhooks/"+InboxWebChat, body, nil)
}

func (v *visitor) say(ctx context.Context, text string, photo []byte) error {
	body := map[string]any{"type": "message", "id": desk.NewID(), "text": text, "page": v.page, "title": "Lumen"}
	if photo != nil {
		var file struct {
			ID string `json:"id"`
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.s.cfg.LocalURL+"/widget/api/"+InboxWebChat+"/files?name=photo.jpg", bytes.NewReader(photo))
		if err != nil {
			return err
		}
		if err := v.do(req, "image/jpeg", &file); err != nil {
			return err
		}
		body["attachments"] = []string{file.ID}
	}
	return v.hook(ctx, body)
}

func (v *visitor) typing(ctx context.Context) {
	v.mu.Lock()
	c := v.socket
	v.mu.Unlock()
	if c != nil {
		_ = wsjson.Write(ctx, c, map[string]any{"type": "typing", "on": true}) // a hint; the socket comes back by itself
	}
}

func (v *visitor) read(ctx context.Context) {
	v.mu.Lock()
	ids := v.unread
	v.unread = nil
	v.mu.Unlock()
	for _, id := range ids {
		_ = v.hook(ctx, map[string]any{"type": "read", "id": id}) // a mark; losing it is a browser closed too early
	}
}

func (v *visitor) rate(ctx context.Context, score int) error {
	return v.hook(ctx, map[string]any{"type": "rating", "score": score, "comment": ""})
}

// leave closes the page. The line learns of it when the socket stays away.
func (v *visitor) leave() {
	v.end()
	<-v.done
}

func (v *visitor) heard() <-chan heard { return v.in }
func (v *visitor) live() bool          { return true }
