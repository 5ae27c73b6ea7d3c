package twilio

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

type answering int

func (n *answering) RoundTrip(*http.Request) (*http.Response, error) {
	*n++
	return &http.Response{StatusCode: 500, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// twilio-go repeats a request in some cases, which would send a message twice.
func TestOneCallIsOneRequest(t *testing.T) {
	var n answering
	c, err := New(Options{Transport: &n}).newCall(context.Background(), Account{SID: "AC1", Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, "https://api.twilio.com/x", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	if _, err := c.RoundTrip(req); err == nil || n != 1 {
		t.Errorf("%d requests, %v", n, err)
	}
}
