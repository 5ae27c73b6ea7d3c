package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// httpConn is an HTTP/1.1 connection that sends requests made beforehand and
// reads no more of the answers than it must: the load shares the machine with
// what it measures, so it has to be cheap.
type httpConn struct {
	addr string
	net  net.Conn
	r    *bufio.Reader
	// again tells whether the last answer said when to come again.
	again bool
}

// exchangeTimeout bounds one request; the server answers within 8 s.
const exchangeTimeout = 15 * time.Second

// exchange sends a request and gives the answer's status. After an error the
// next call connects anew.
func (c *httpConn) exchange(ctx context.Context, request []byte) (status int, err error) {
	if c.net == nil {
		if c.net, err = (&net.Dialer{Timeout: exchangeTimeout}).DialContext(ctx, "tcp", c.addr); err != nil {
			c.net = nil
			return 0, err
		}
		c.r = bufio.NewReaderSize(c.net, 4096)
	}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if err := c.net.SetDeadline(time.Now().Add(exchangeTimeout)); err != nil {
		return 0, err
	}
	if _, err := c.net.Write(request); err != nil {
		return 0, err
	}
	status, length, again, err := readHead(c.r)
	if err != nil {
		return 0, err
	}
	c.again = again
	if length >= 0 {
		_, err = c.r.Discard(length)
		return status, err
	}
	return status, discardChunks(c.r)
}

func (c *httpConn) close() {
	if c.net != nil {
		_ = c.net.Close()
		c.net = nil
	}
}

// readHead reads an answer's head: its status, the length of its body, -1 when
// that comes in chunks, and whether it has a Retry-After.
func readHead(r *bufio.Reader) (status, length int, again bool, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, 0, false, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, 0, false, errors.New("not an HTTP answer")
	}
	status = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return 0, 0, false, err
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		switch {
		case !ok:
			return status, length, again, nil // the empty line
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, 0, false, err
			}
		case bytes.EqualFold(name, []byte("Retry-After")):
			again = true
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = -1
		}
	}
}

func discardChunks(r *bufio.Reader) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if _, err := r.Discard(int(size) + 2); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}

// wsConn is the client's side of a websocket, for text frames.
type wsConn struct {
	net net.Conn
	r   *bufio.Reader
	buf []byte
	mu  sync.Mutex // of writes
}

// door is how a websocket's connection is made.
type door struct {
	addr   string
	from   net.Addr // the address it comes from; nil: the usual one
	buffer int      // bytes read at once
}

// dialSocket opens a websocket. headers are further request headers, each with
// its CRLF.
func dialSocket(ctx context.Context, addr, path, headers string) (*wsConn, error) {
	return door{addr: addr, buffer: 16 << 10}.open(ctx, path, headers)
}

func (d door) open(ctx context.Context, path, headers string) (*wsConn, error) {
	conn, err := (&net.Dialer{Timeout: exchangeTimeout, LocalAddr: d.from}).DialContext(ctx, "tcp", d.addr)
	if err != nil {
		return nil, err
	}
	var key [16]byte
	_, _ = rand.Read(key[:])
	_ = conn.SetDeadline(time.Now().Add(exchangeTimeout))
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s\r\n",
		path, d.addr, base64.StdEncoding.EncodeToString(key[:]), headers)
	r := bufio.NewReaderSize(conn, d.buffer)
	status := 0
	if err == nil {
		status, _, _, err = readHead(r)
	}
	if err == nil && status != 101 {
		err = fmt.Errorf("%s answered %d instead of opening a socket", path, status)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	return &wsConn{net: conn, r: r}, nil
}

// Opcodes of RFC 6455.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// maxFrame is the largest frame the bench takes; boards and welcomes are the largest sent.
const maxFrame = 16 << 20

// read gives the next text frame, good until the next call.
func (w *wsConn) read() ([]byte, error) {
	for {
		var head [8]byte
		if _, err := io.ReadFull(w.r, head[:2]); err != nil {
			return nil, err
		}
		op, final, length := head[0]&15, head[0]&128 != 0, uint64(head[1]&127)
		switch length {
		case 126:
			if _, err := io.ReadFull(w.r, head[:2]); err != nil {
				return nil, err
			}
			length = uint64(binary.BigEndian.Uint16(head[:2]))
		case 127:
			if _, err := io.ReadFull(w.r, head[:8]); err != nil {
				return nil, err
			}
			length = binary.BigEndian.Uint64(head[:8])
		}
		if length > maxFrame {
			return nil, errors.New("a frame too large")
		}
		if uint64(cap(w.buf)) < length {
			w.buf = make([]byte, length+length/2)
		}
		data := w.buf[:length]
		if _, err := io.ReadFull(w.r, data); err != nil {
			return nil, err
		}
		switch {
		case op == opText && final:
			return data, nil
		case op == opPing:
			if err := w.write(opPong, data); err != nil {
				return nil, err
			}
		case op == opClose:
			return nil, fmt.Errorf("the socket was closed: %q", data[min(2, len(data)):])
		case op != opPong:
			return nil, errors.New("a frame that is no whole text")
		}
	}
}

// send writes a text frame.
func (w *wsConn) send(text string) error { return w.write(opText, []byte(text)) }

// write masks with zeros: the mask protects proxies from scripts in browsers,
// which this is not.
func (w *wsConn) write(op byte, data []byte) error {
	frame := []byte{128 | op, 128 | byte(min(len(data), 126))}
	if len(data) >= 126 {
		frame = binary.BigEndian.AppendUint16(frame, uint16(len(data)))
	}
	frame = append(append(frame, 0, 0, 0, 0), data...)
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.net.Write(frame)
	return err
}

func (w *wsConn) close() { _ = w.net.Close() }
