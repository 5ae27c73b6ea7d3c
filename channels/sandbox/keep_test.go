package sandbox

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestThreadsSurviveARestart(t *testing.T) {
	store, dir := &memory{}, t.TempDir()
	key := threadKey{SMS, People[0].Phone}
	var before []Message
	t.Run("first life", func(t *testing.T) {
		w := newWorld(t, func(c *Config) { c.Store, c.Dir = store, dir })
		req, err := http.NewRequest("POST", w.url+"/sandbox/api/media?name=a.txt", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		id := w.must(w.do(req)).body["id"]
		if a := w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": key.phone, "text": "STOP", "media": []any{id}}); a.status != http.StatusAccepted {
			t.Fatalf("send: %v", a)
		}
		before = w.waitState(key, func(m []Message) bool { return len(m) == 2 && m[0].Status == statusDelivered })
	})
	w := newWorld(t, func(c *Config) { c.Store, c.Dir = store, dir })
	after := w.waitState(key, func(m []Message) bool { return len(m) == 2 })
	if d := cmp.Diff(before, after, cmpopts.IgnoreUnexported(Message{})); d != "" {
		t.Errorf("thread (-before +after):\n%s", d)
	}
	if !w.s.phones.optedOut(key) {
		t.Error("the opt-out is forgotten")
	}
	res, err := http.Get(w.url + MediaPath + after[0].Media[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("file: %d %v", res.StatusCode, res.Header)
	}
}

func TestMemoryOfFilesIsBounded(t *testing.T) {
	f := &files{kept: map[string][]byte{}}
	for i := range 6 {
		if err := f.save(string(rune('a'+i)), make([]byte, maxFileBytes)); err != nil {
			t.Fatal(err)
		}
	}
	if f.size > maxMemoryBytes || len(f.kept) != 4 {
		t.Errorf("%d bytes in %d files", f.size, len(f.kept))
	}
}

func TestPageAPIRefusesOtherSitesAndNonsense(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct {
		name, site, kind, body string
		want                   int
	}{
		{"another site", "cross-site", "application/json", `{"app":"sms","from":"+12025550100","text":"x"}`, 403},
		{"a form", "", "application/x-www-form-urlencoded", `app=sms`, 415},
		{"no JSON", "", "application/json", `{`, 400},
		{"no app", "", "application/json", `{"from":"+12025550100","text":"x"}`, 422},
		{"bad number", "", "application/json", `{"app":"sms","from":"Emma","text":"x"}`, 422},
		{"empty", "", "application/json", `{"app":"sms","from":"+12025550100"}`, 422},
		{"unknown file", "", "application/json", `{"app":"sms","from":"+12025550100","media":["../x"]}`, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/sandbox/api/send", bytes.NewBufferString(c.body))
			r.Header.Set("Content-Type", c.kind)
			r.Header.Set("Sec-Fetch-Site", c.site)
			rec := httptest.NewRecorder()
			w.s.Handler().ServeHTTP(rec, r)
			if rec.Code != c.want {
				t.Errorf("answered %d %s, want %d", rec.Code, rec.Body, c.want)
			}
		})
	}
}

func TestShopIsStrict(t *testing.T) {
	w := newWorld(t, nil)
	for name := range shopPages {
		path := strings.TrimSuffix("/sandbox/shop/"+name, "/")
		res, err := http.Get(w.url + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if csp := res.Header.Get("Content-Security-Policy"); res.StatusCode != 200 || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %d, CSP %q", path, res.StatusCode, csp)
		}
	}
}

func TestSegments(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 1}, {strings.Repeat("a", 160), 1}, {strings.Repeat("a", 161), 2}, {strings.Repeat("€", 80), 1}, {strings.Repeat("€", 81), 2},
		{strings.Repeat("ż", 70), 1}, {strings.Repeat("ż", 71), 2}, {strings.Repeat("🙂", 35), 1}, {strings.Repeat("🙂", 36), 2},
	} {
		if got := segments(c.text); got != c.want {
			t.Errorf("%d characters of %.4q: %d segments, want %d", len([]rune(c.text)), c.text, got, c.want)
		}
	}
}
