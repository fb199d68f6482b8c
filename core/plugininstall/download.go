package plugininstall

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// downloadTimeout bounds a download as a whole, so that a server that stalls
// does not keep anybody waiting for ever.
const downloadTimeout = 15 * time.Minute

func isURL(source string) bool { return strings.Contains(source, "://") }

// fillFromURL takes a file or an archive from a server, which is trusted with
// nothing: the checksum says what must come.
func (s *stage) fillFromURL(ctx context.Context, source, want string) (label string, err error) {
	u, err := url.Parse(source)
	if err != nil {
		return "", fault.New(fault.Usage, "the source is not a valid URL")
	}
	label = withoutSecrets(u)
	if reason := refused(u); reason != "" {
		return "", fault.New(fault.Usage, "%s cannot be installed from: %s", label, reason)
	}
	if want == "" {
		return "", fault.New(fault.Usage, "a plugin from the network needs --checksum").
			WithHint("ask whoever publishes %s for its SHA-256", label)
	}
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	resp, err := get(ctx, u, label)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	return label, s.fillFrom(resp.Body, path.Base(u.Path), label, want)
}

// withoutSecrets is a URL without what may be a secret: the user and the query.
func withoutSecrets(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// refused says why a URL is not fetched from; empty if it is. Without TLS
// anybody on the way could see what is fetched, so that is for this machine only.
func refused(u *url.URL) string {
	switch {
	case u.Host == "":
		return "it names no host"
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return ""
	}
	return "only https addresses can, and http ones of this machine"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// get fetches a URL. Errors do not repeat the URL, which may hold a secret.
func get(ctx context.Context, u *url.URL, label string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fault.New(fault.Usage, "the source is not a valid URL")
	}
	client := &http.Client{CheckRedirect: follow}
	resp, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, fmt.Errorf("fetching %s: %w", label, err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fault.New(fault.Failed, "fetching %s: the server answered %s", label, resp.Status)
	}
	return resp, nil
}

// follow keeps redirects on what could have been asked for directly.
func follow(req *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return errors.New("it was redirected more than 5 times")
	}
	if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("it was redirected from https to %s", req.URL.Scheme)
	}
	if reason := refused(req.URL); reason != "" {
		return fmt.Errorf("it was redirected to %s: %s", withoutSecrets(req.URL), reason)
	}
	return nil
}
