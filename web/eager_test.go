package web_test

import (
	"bufio"
	"net"
	"strings"
	"testing"
)

// eagerly is a client that does not wait for the upgrade: it sends request and
// first frame in one packet, and gives the first frame that comes back.
func eagerly(t *testing.T, addr, text string) string {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// A text frame of 126 to 65,535 bytes, masked with zeros (RFC 6455, section 5.2).
	frame := append([]byte{0x81, 0x80 | 126, byte(len(text) >> 8), byte(len(text)), 0, 0, 0, 0}, text...)
	head := "GET /widget/ws HTTP/1.1\r\nHost: " + addr + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
	if _, err := conn.Write(append([]byte(head), frame...)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(line) == "" {
			break
		}
	}
	var b [4]byte
	if _, err := r.Read(b[:2]); err != nil {
		t.Fatal(err)
	}
	n := int(b[1] & 127)
	out := make([]byte, n)
	for i := range out {
		if out[i], err = r.ReadByte(); err != nil {
			t.Fatal(err)
		}
	}
	return string(out)
}
