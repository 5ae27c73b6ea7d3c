package queue

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// urlForms is shown with every error about a URL.
const urlForms = "use redis://[user:password@]host:6379/0, redis+sentinel://[user:password@]host:26379,host:26379/master?db=0 " +
	"or redis+cluster://[user:password@]host:6379,host:6379; rediss… for TLS"

// parseURL reads the URL forms that Open documents. net/url alone does not do:
// it refuses several host:port in one URL. Errors never quote the URL, which
// may hold a password.
func parseURL(raw string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, urlError("it has no scheme")
	}
	options := &redis.UniversalOptions{}
	base, flavor, plus := strings.Cut(scheme, "+")
	if plus && flavor == "" {
		flavor = "?" // refused below
	}
	switch base {
	case "redis":
	case "rediss":
		options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	default:
		return nil, urlError("its scheme is not redis or rediss")
	}
	rest, rawQuery, _ := strings.Cut(rest, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, urlError("its query cannot be read")
	}
	authority, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		if options.Username, options.Password, err = userinfo(authority[:at]); err != nil {
			return nil, err
		}
		authority = authority[at+1:]
	}
	port := "6379"
	if flavor == "sentinel" {
		port = "26379"
	}
	if options.Addrs, err = addresses(authority, port); err != nil {
		return nil, err
	}
	if err := flavored(options, flavor, path, query); err != nil {
		return nil, err
	}
	for name := range query {
		return nil, urlError(fmt.Sprintf("it does not know the parameter %q here", name))
	}
	return options, nil
}

// flavored reads what differs between one server, Sentinel and Cluster, and
// takes the parameters it knows out of query.
func flavored(options *redis.UniversalOptions, flavor, path string, query url.Values) error {
	db := query.Get("db")
	query.Del("db")
	switch flavor {
	case "":
		if len(options.Addrs) > 1 {
			return urlError("it names several servers")
		}
		if path != "" {
			db = path
		}
	case "sentinel":
		options.MasterName, path, _ = strings.Cut(path, "/")
		if options.MasterName == "" {
			return urlError("it does not name the master")
		}
		if path != "" {
			db = path
		}
		options.SentinelUsername, options.SentinelPassword = query.Get("sentinel_username"), query.Get("sentinel_password")
		query.Del("sentinel_username")
		query.Del("sentinel_password")
	case "cluster":
		options.IsClusterMode = true
		if path != "" || db != "" {
			return urlError("a cluster has no databases to choose from")
		}
	default:
		return urlError("its scheme is not known")
	}
	if db == "" {
		return nil
	}
	n, err := strconv.Atoi(db)
	if err != nil || n < 0 {
		return urlError("its database is not a number")
	}
	options.DB = n
	return nil
}

func userinfo(text string) (user, password string, err error) {
	user, password, _ = strings.Cut(text, ":")
	user, errUser := url.PathUnescape(user)
	password, errPassword := url.PathUnescape(password)
	if errUser != nil || errPassword != nil {
		return "", "", urlError("its user or password is not percent-encoded")
	}
	return user, password, nil
}

func addresses(list, defaultPort string) ([]string, error) {
	var found []string
	for one := range strings.SplitSeq(list, ",") {
		host, port, err := net.SplitHostPort(one)
		var addressErr *net.AddrError
		if errors.As(err, &addressErr) && addressErr.Err == "missing port in address" {
			host, port, err = strings.Trim(one, "[]"), defaultPort, nil
		}
		if n, errPort := strconv.ParseUint(port, 10, 16); err != nil || errPort != nil || n == 0 || host == "" || strings.ContainsAny(host, "[]@ ") {
			return nil, urlError("a host:port in it cannot be read")
		}
		found = append(found, net.JoinHostPort(host, port))
	}
	return found, nil
}

func urlError(what string) error {
	return fmt.Errorf("queue: the Redis URL is not usable: %s; %s", what, urlForms)
}
