package redfish

import (
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// authorities reads the certificates of a pod manager's own authorities; where
// it has none, the default holds. Every block must be a good certificate: one
// that was passed over would show only as a pod manager that cannot be trusted.
// Its errors never quote what was written: it may be a private key.
func authorities(text string, byDefault *x509.CertPool) (*x509.CertPool, error) {
	if strings.TrimSpace(text) == "" {
		return byDefault, nil
	}
	pool := x509.NewCertPool()
	rest, found := []byte(text), 0
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		found++
		if block.Type != "CERTIFICATE" {
			return nil, service.Errorf(service.Invalid, "ca_certificate: block %d is not a CERTIFICATE; only certificates belong here", found)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, service.Errorf(service.Invalid, "ca_certificate: block %d is not a valid X.509 certificate", found)
		}
		pool.AddCert(cert)
	}
	if found == 0 || strings.Count(text, "-----BEGIN ") != found {
		return nil, service.Errorf(service.Invalid, "ca_certificate: not PEM; expected blocks of -----BEGIN CERTIFICATE-----")
	}
	return pool, nil
}
