package doctor

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/session"
)

// largest is more than any answer takes that is read here.
const largest = 16 << 20

// probe is what one question told of the other side.
type probe struct {
	at           *url.URL
	status       int
	body         []byte
	begin, end   time.Time // of the question, by this machine's clock
	date         string    // the header
	certificates []*x509.Certificate
}

// ask asks a server at an address that the cloud names. It bears no token, and so
// it does not check the certificate either: the checks of TLS do, and say more
// than the error of a connection could.
func (v *visit) ask(ctx context.Context, who string, at *url.URL, path string) (probe, error) {
	identity := session.Identity{
		Cloud: v.cloud.Name, AuthType: "none", IPv4: v.cloud.ForceIPv4,
		TLS:     session.TLS{Insecure: true, Cert: v.cloud.TLS.Cert, Key: v.cloud.TLS.Key},
		Service: func(string) (session.Service, error) { return session.Service{Endpoint: at}, nil },
	}
	s := session.Open(identity, v.Session)
	defer s.Close()
	p, err := get(ctx, s, who, path)
	p.at = at
	return p, err
}

// get asks a service, and waits no longer than patience allows.
func get(ctx context.Context, s *session.Session, service, path string) (probe, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return probe{}, fmt.Errorf("asking the %s service: %w", service, err)
	}
	p := probe{begin: time.Now()}
	resp, err := s.Do(ctx, service, req)
	if err != nil {
		return p, inTime(err, service)
	}
	defer func() { _ = resp.Body.Close() }()
	p.end, p.status, p.date = time.Now(), resp.StatusCode, resp.Header.Get("Date")
	if resp.TLS != nil {
		p.certificates = resp.TLS.PeerCertificates
	}
	if p.body, err = io.ReadAll(io.LimitReader(resp.Body, largest)); err != nil {
		return p, inTime(fmt.Errorf("reading the answer of the %s service: %w", service, err), service)
	}
	return p, nil
}

// inTime says it in plain words when somebody took too long.
func inTime(err error, who string) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.New(fault.Timeout, "the %s service does not answer within %s", who, patience).
		WithHint("check that it runs, and that no firewall or proxy is in between")
}

// address is a URL that the cloud names, or nil when it is none.
func address(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil
	}
	return u
}

// versionPath is the path below the root at which the versions of an address
// stand: sessions leave a version at the end of an address out.
func versionPath(at *url.URL) string {
	if version := regexp.MustCompile(`/v\d+(\.\d+)?$`).FindString(strings.TrimRight(at.Path, "/")); version != "" {
		return version
	}
	return "/"
}

// versions are the ids of a version document, of Keystone or of Valence.
func versions(body []byte) []string {
	type version struct{ ID string }
	var keystone struct {
		Version  version
		Versions struct{ Values []version }
	}
	var valence struct{ Versions []version }
	all := []version{}
	if json.Unmarshal(body, &keystone) == nil {
		all = append(keystone.Versions.Values, keystone.Version)
	} else if json.Unmarshal(body, &valence) == nil {
		all = valence.Versions
	}
	var ids []string
	for _, one := range all {
		if one.ID != "" {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// override is where the service is without a look at the catalog, or nil.
func (v *visit) override() (*url.URL, error) {
	said, err := v.cloud.Service(cloud.RackScale)
	if err != nil || said.Endpoint == "" && v.authURL() != "" {
		return nil, err
	}
	return v.cloud.Endpoint(cloud.RackScale)
}
