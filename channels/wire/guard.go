package wire

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// refused are the address blocks that are never fetched from, besides what
// netip itself calls loopback, private, link-local, multicast or unspecified.
// They are the special-purpose registries of RFC 6890 and, of IPv6, the ranges
// that carry an IPv4 address inside.
var refused = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"168.63.129.16/32", // the platform address of Azure, reachable from each machine there
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
	"2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Public tells whether an address belongs to the open internet.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range refused {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// ErrPrivate is the cause of a fetch refused because of the address that a
// host name turned out to have.
type ErrPrivate struct{ Address string }

func (e *ErrPrivate) Error() string {
	return fmt.Sprintf("%s is not on the open internet", e.Address)
}

// guarded is a transport that connects to public addresses only. The check runs
// on the very address that is connected to, so a name that resolves differently
// a moment later gains nothing. trusted, a host:port, is exempt.
func guarded(trusted string) *http.Transport {
	open := &net.Dialer{Timeout: 10 * time.Second}
	strict := &net.Dialer{Timeout: 10 * time.Second, Control: refusePrivate}
	return &http.Transport{
		// No proxy: it would connect on our behalf, past the check.
		Proxy: nil,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if trusted != "" && strings.EqualFold(address, trusted) {
				return open.DialContext(ctx, network, address)
			}
			return strict.DialContext(ctx, network, address)
		},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 20 * time.Second,
		// Without automatic decompression a small answer cannot become a huge one.
		DisableCompression: true,
		DisableKeepAlives:  true,
	}
}

func refusePrivate(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !Public(ap.Addr()) {
		return &ErrPrivate{Address: address}
	}
	return nil
}
