package doctor

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

const (
	// soon is how long before its end a certificate is warned of.
	soon = 30 * 24 * time.Hour
	day  = "2006-01-02"
)

// certificate says whether the other side's certificate is one that this machine
// trusts, and for how long.
func (v *visit) certificate(p probe) Finding {
	if p.at.Scheme != "https" {
		return plain(p.at.Hostname())
	}
	roots, err := v.authorities()
	if err != nil {
		return failure(err, "name a file of certificates in PEM form with cacert")
	}
	f := judge(p.certificates, p.at.Hostname(), roots)
	if v.cloud.TLS.Insecure {
		return warning("the certificate is not checked, as verify is false or --insecure is given; checked, it says: "+f.Found,
			"remove that, and name the authority's certificate with cacert")
	}
	return f
}

// plain is the finding of an address without TLS.
func plain(host string) Finding {
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return skipped("http, to this machine itself")
	}
	return warning("http: whoever sees the network sees tokens and passwords", "use https")
}

// authorities are those that the cloud trusts; nil: the system's.
func (v *visit) authorities() (*x509.CertPool, error) {
	path := v.cloud.TLS.CACert
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading cacert: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s, named by cacert, holds no certificate in PEM form", path)
	}
	return roots, nil
}

// judge verifies a chain of certificates, the server's own first.
func judge(chain []*x509.Certificate, host string, roots *x509.CertPool) Finding {
	own, between := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := own.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between})
	end := own.NotAfter.UTC().Format(day)
	if err != nil {
		return distrust(own, host, err)
	}
	if left := time.Until(own.NotAfter); left < soon {
		return warning(fmt.Sprintf("the certificate is good, but expires on %s, in %d days", end, int(left.Hours()/24)), "have it renewed")
	}
	return ok("the certificate is good until " + end)
}

// distrust says why a certificate is not good.
func distrust(own *x509.Certificate, host string, err error) Finding {
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	now := time.Now()
	switch {
	case now.After(own.NotAfter):
		return failed("the certificate expired on "+own.NotAfter.UTC().Format(day), "have it renewed, if the clock of this machine is right")
	case now.Before(own.NotBefore):
		return failed("the certificate is not valid before "+own.NotBefore.UTC().Format(day), "check the clock of this machine")
	case errors.As(err, &name):
		return failed(fmt.Sprintf("the certificate is for %s, not for %s", names(own), host), "check the URL, or have a certificate made for that name")
	case errors.As(err, &unknown):
		return failed(fmt.Sprintf("the certificate's authority, %s, is not known here", own.Issuer), "name the authority's certificate with cacert, --os-cacert or OS_CACERT")
	}
	return failed(err.Error(), "have another certificate made, or name its authority's with cacert")
}

// names are those that a certificate is for.
func names(c *x509.Certificate) string {
	all := c.DNSNames
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "no host"
	}
	return strings.Join(all, ", ")
}
