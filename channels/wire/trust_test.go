package wire

import (
	"net/url"
	"testing"
)

// Storage hosts are fetched from and still see no credentials.
func TestTrusts(t *testing.T) {
	p := Policy{Hosts: []string{"api.example.com", ".cdn.example.com"}, Credentialed: []string{"api.example.com"}}
	base, _ := url.Parse("http://127.0.0.1:8080/twilio")
	for address, want := range map[string]bool{
		"https://api.example.com/x": true, "https://API.example.com/x": true, "http://127.0.0.1:8080/media": true,
		"https://a.cdn.example.com/x": false, "http://api.example.com/x": false, "https://api.example.com.evil.example/": false,
		"https://sub.api.example.com/x": false, "http://127.0.0.1:8081/media": false, "https://127.0.0.1:8080/media": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.trusts(u, base); got != want {
			t.Errorf("%s sees credentials: %t", address, got)
		}
		if base == nil || !p.trusts(base, base) || p.trusts(base, nil) {
			t.Error("the base is trusted where it is set, and only there")
		}
	}
}
