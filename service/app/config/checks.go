package config

import (
	"net"
	"net/url"
	"strings"
)

// check is what a text has to be.
type check struct {
	expected string
	ok       func(string) bool
}

// checks are the checks that the tags name. None of what they expect can hold a
// secret, and what they refuse is never quoted: it may.
func checks() map[string]check {
	return map[string]check{
		"host":     {"a host name or an IP address, without a port", isHost},
		"url":      {"a URL such as https://host:port/path, without user and password", isURL},
		"endpoint": {"a URL such as https://host:port, without user, password and path", isEndpoint},
		"origin":   {"* or a URL such as https://host:port, without path", isOrigin},
		"prefix":   {"a text that begins with / and does not end with one", isPrefix},
	}
}

func isHost(s string) bool {
	return net.ParseIP(s) != nil || s != "" && !strings.ContainsAny(s, " \t\n:/?#@[]%\\")
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" &&
		u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

func isEndpoint(s string) bool {
	u, err := url.Parse(s)
	return err == nil && isURL(s) && strings.Trim(u.Path, "/") == ""
}

// An origin is compared byte for byte with what browsers send, which has no
// slash at its end.
func isOrigin(s string) bool {
	return s == "*" || isEndpoint(s) && !strings.HasSuffix(s, "/")
}

func isPrefix(s string) bool { return strings.HasPrefix(s, "/") && !strings.HasSuffix(s, "/") }
