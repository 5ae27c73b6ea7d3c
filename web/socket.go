package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
)

// greet writes what comes before anything live; false when the socket is gone.
// One that is cut meanwhile gets none of the live frames: its client would take
// them for all up to there.
func greet(ctx context.Context, ws *websocket.Conn, greeting iter.Seq[[]byte], cut <-chan struct{}, why func() (int, string)) bool {
	for frame := range greeting {
		select {
		case <-cut:
			code, reason := why()
			_ = ws.Close(websocket.StatusCode(code), reason)
			return false
		default:
		}
		if !writeFrame(ctx, ws, frame) {
			return false
		}
	}
	return true
}

// write is a socket's writer: frames in order until cut, ctx ends, or a write fails.
func write(ctx context.Context, ws *websocket.Conn, out <-chan []byte, cut <-chan struct{}, why func() (int, string)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-cut:
			code, reason := why()
			_ = ws.Close(websocket.StatusCode(code), reason)
			return
		case frame := <-out:
			if !writeFrame(ctx, ws, frame) {
				return
			}
		}
	}
}

// writeFrame writes one frame within its time; false when the socket is gone.
func writeFrame(ctx context.Context, ws *websocket.Conn, frame []byte) bool {
	ctx, cancel := context.WithTimeout(ctx, frameTimeout)
	defer cancel()
	if err := ws.Write(ctx, websocket.MessageText, frame); err != nil {
		_ = ws.CloseNow()
		return false
	}
	return true
}

// readFrame reads one JSON frame within a time.
func readFrame(ctx context.Context, ws *websocket.Conn, within time.Duration, into any) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	kind, data, err := ws.Read(ctx)
	if err != nil {
		return err
	}
	if kind != websocket.MessageText {
		return errBadFrame
	}
	if err := json.Unmarshal(data, into); err != nil {
		return errBadFrame
	}
	return nil
}

var errBadFrame = &desk.Error{Code: desk.Invalid, Message: "frames are JSON objects in text"}

// acceptSocket upgrades a request. Origins are checked by the caller.
func acceptSocket(w http.ResponseWriter, r *http.Request, limit int64) (*websocket.Conn, error) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(limit)
	return ws, nil
}

// acceptLean is acceptSocket for sockets of which there are very many and which
// rest most of the time. Larger frames than its buffers take one more system call.
func acceptLean(w http.ResponseWriter, r *http.Request, limit int64) (*websocket.Conn, error) {
	return acceptSocket(lean{w}, r, limit)
}

const (
	leanRead  = 256
	leanWrite = 512
)

// lean takes a connection over from the HTTP server with smaller buffers than
// the 8 kB it comes with.
type lean struct{ http.ResponseWriter }

// Hijack is for the upgrade.
func (l lean) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(l.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	// What the client has sent behind its request stays in the buffer.
	ahead := make([]byte, rw.Reader.Buffered())
	if _, err := rw.Read(ahead); err != nil && len(ahead) > 0 {
		_ = conn.Close()
		return nil, nil, err
	}
	r := bufio.NewReaderSize(bytes.NewReader(ahead), max(leanRead, len(ahead)))
	_, _ = r.Peek(len(ahead))
	return conn, bufio.NewReadWriter(r, bufio.NewWriterSize(conn, leanWrite)), nil
}
