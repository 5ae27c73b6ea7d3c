package wire_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"parley/channels/wire"
	"parley/desk"
)

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"invoice.pdf": "invoice.pdf", "../../etc/passwd": "passwd", `C:\temp\a.txt`: "a.txt", "a/b/": "",
		"x\r\nContent-Type: text": "xContent-Type text",
		"photo\u202Egpj.exe":      "photogpj.exe", "a\x00b.txt": "ab.txt", ".htaccess": "htaccess", " . ": "", "zażółć.doc": "zażółć.doc",
		`q"u<o>t|e?.md`: "quote.md",
	} {
		if got := wire.CleanName(in); got != want {
			t.Errorf("CleanName(%q) = %q, want %q", in, got, want)
		}
	}
	long := wire.CleanName(strings.Repeat("ą", 200) + ".jpeg")
	if len(long) > 120 || !strings.HasSuffix(long, ".jpeg") || !utf8.ValidString(long) {
		t.Errorf("long name became %q", long)
	}
}

func TestKindOf(t *testing.T) {
	for in, want := range map[string]desk.Kind{
		"image/jpeg": desk.Image, "IMAGE/PNG; x=y": desk.Image, "audio/ogg; codecs=opus": desk.Audio, "video/mp4": desk.Video,
		"application/pdf": desk.File, "": desk.File, "/": desk.File, "garbage;;": desk.File,
	} {
		if got := wire.KindOf(in); got != want {
			t.Errorf("KindOf(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestCleanURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/x": "https://a.example/x", " HTTP://a.example ": "HTTP://a.example",
		"javascript:alert(1)": "", "data:text/html,x": "", "//a.example": "", "https://a.example/\nx": "", "": "",
	} {
		if got := wire.CleanURL(in); got != want {
			t.Errorf("CleanURL(%q) = %q, want %q", in, got, want)
		}
	}
}
