package podsim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"time"
)

// certificateLife is longer than any pod is left running, and short enough for clients that refuse long-lived ones.
const certificateLife = 365 * 24 * time.Hour

// NewCertificate makes a certificate for the given host names and addresses, and for this machine by its loopback
// names. It also returns, as PEM, the certificate of the authority that signed it, for clients to trust; the
// authority's key is thrown away.
func NewCertificate(hosts ...string) (tls.Certificate, []byte, error) {
	authority, caKey, err := newAuthority()
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making an authority: %w", err)
	}
	template := newTemplate("valence-podsim")
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	addHosts(template, append(slices.Clone(hosts), "localhost", "127.0.0.1", "::1"))
	der, key, err := sign(template, authority, caKey)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making a certificate: %w", err)
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, ca, nil
}

func newAuthority() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	template := newTemplate("valence-podsim authority")
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign
	der, key, err := sign(template, template, nil)
	if err != nil {
		return nil, nil, err
	}
	authority, err := x509.ParseCertificate(der)
	return authority, key, err
}

func newTemplate(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name},
		// A client's clock may be a little behind.
		NotBefore: now.Add(-time.Hour),
		NotAfter:  now.Add(certificateLife),
	}
}

// addHosts leaves out what names nothing, such as the address of a listener on all interfaces.
func addHosts(template *x509.Certificate, hosts []string) {
	for _, host := range hosts {
		ip := net.ParseIP(host)
		switch {
		case host == "" || ip != nil && ip.IsUnspecified():
		case ip != nil:
			template.IPAddresses = append(template.IPAddresses, ip)
		default:
			template.DNSNames = append(template.DNSNames, host)
		}
	}
}

// sign makes a key and a certificate for it; it signs itself when the parent has no key.
func sign(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) ([]byte, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if parentKey == nil {
		parentKey = key
	}
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	return der, key, err
}
