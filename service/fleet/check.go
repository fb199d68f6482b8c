package fleet

import (
	"crypto/x509"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// check says what is wrong with a record, and puts its URL into the one form
// in which equal URLs are equal.
func (f *Fleet) check(pm *service.PodManager) error {
	pm.Name = strings.TrimSpace(pm.Name)
	if pm.Name == "" {
		return service.Errorf(service.Invalid, "name: a pod manager needs a name")
	}
	if _, known := f.drivers[pm.Driver]; !known {
		return f.unknownDriver(pm.Driver)
	}
	if err := checkCredentials(pm.Credentials); err != nil {
		return err
	}
	if pm.CACertificate != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(pm.CACertificate)) {
		return service.Errorf(service.Invalid, "ca_certificate: there is no certificate in it, expected PEM")
	}
	var err error
	pm.URL, err = canonicalURL(pm.URL)
	return err
}

func (f *Fleet) unknownDriver(name string) error {
	known := strings.Join(slices.Sorted(maps.Keys(f.drivers)), ", ")
	return service.Errorf(service.Invalid, "driver: %q is none of %s", name, known)
}

func checkCredentials(c service.Credentials) error {
	switch {
	case c.Type != "basic":
		return service.Errorf(service.Invalid, "authentication: type %q is not known, expected \"basic\"", c.Type)
	case c.Username == "":
		return service.Errorf(service.Invalid, "authentication: the username is missing")
	case c.Password == "":
		return service.Errorf(service.Invalid, "authentication: the password is missing")
	}
	return nil
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return ":80"
	}
	return ":443"
}

// canonicalURL checks a URL. No message repeats it: it may have a password in
// it, which is one of the things that are wrong with it then.
func canonicalURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return "", service.Errorf(service.Invalid, "url: a pod manager needs a URL")
	case err != nil:
		return "", service.Errorf(service.Invalid, "url: it cannot be read as a URL, expected something like https://pod.example:8443")
	case u.User != nil:
		return "", service.Errorf(service.Invalid, "url: credentials do not belong into the URL, give them as authentication")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", service.Errorf(service.Invalid, "url: it begins with neither http:// nor https://")
	case u.Hostname() == "":
		return "", service.Errorf(service.Invalid, "url: it names no host")
	case u.RawQuery != "" || u.Fragment != "":
		return "", service.Errorf(service.Invalid, "url: a query or a fragment has no meaning in it")
	}
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), defaultPort(u.Scheme))
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u.String(), nil
}
