package meta_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/channels/meta"
	"parley/desk"
)

func TestString(t *testing.T) {
	for in, want := range map[string]meta.String{
		`"a"`: "a", `7`: "7", `15550001111`: "15550001111", `1.5`: "1.5", `true`: "true", `null`: "", `"a\u0000b"`: "ab", `"\ud83d"`: "\ufffd", ` "x" `: "x",
	} {
		var got meta.String
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{`{}`, `[]`, `{"a":1}`} {
		var got meta.String
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s was taken as %q", in, got)
		}
	}
	var long meta.String
	if err := json.Unmarshal([]byte(`"`+strings.Repeat("é", 64<<10)+`"`), &long); err != nil || len(long) > meta.MaxText {
		t.Errorf("a long text kept %d bytes, %v", len(long), err)
	}
}

func TestStamp(t *testing.T) {
	second := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		`"1740830400"`: second, `1740830400`: second, `"1740830400123"`: second.Add(123 * time.Millisecond), `1740830400123`: second.Add(123 * time.Millisecond),
		`null`: {}, `""`: {}, `"x"`: {}, `0`: {}, `-5`: {}, `1e300`: {}, `"NaN"`: {},
	} {
		var got meta.Stamp
		if err := json.Unmarshal([]byte(in), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestReadAll(t *testing.T) {
	var l meta.List
	if err := json.Unmarshal([]byte(`["a",{},7,null,"b"]`), &l); err != nil {
		t.Fatal(err)
	}
	if got := meta.ReadAll[meta.String](l); len(got) != 4 || got[0] != "a" || got[1] != "7" || got[3] != "b" {
		t.Errorf("%q", got)
	}
	for _, in := range []string{`null`, `{}`, `"x"`, `7`} {
		l = meta.List{[]byte("old")}
		if err := json.Unmarshal([]byte(in), &l); err != nil || len(l) != 0 {
			t.Errorf("%s: %d items, %v", in, len(l), err)
		}
	}
}

func TestSignature(t *testing.T) {
	// Test case 2 of RFC 4231.
	if got := meta.Signature("Jefe", []byte("what do ya want for nothing?")); got != "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" {
		t.Error(got)
	}
}

func FuzzReadEnvelope(f *testing.F) {
	f.Add([]byte(`{"object":"page","entry":[{"id":"1","time":1,"changes":[],"messaging":[{}],"standby":null}]}`))
	f.Add([]byte(`{"object":7,"entry":[7,{"id":{}},null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := meta.ReadEnvelope(body); err != nil && desk.CodeOf(err) != desk.Invalid {
			t.Errorf("error without meaning: %v", err)
		}
	})
}
