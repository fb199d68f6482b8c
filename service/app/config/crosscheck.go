package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// derive sets what follows from several options together.
func (c *Config) derive() {
	// A level that was given in a stronger place than debug says more.
	debug, level := c.origins["DEFAULT.debug"], c.origins["DEFAULT.log_level"]
	if c.Default.Debug && level.kind <= debug.kind {
		c.Default.LogLevel = slog.LevelDebug
		c.origins["DEFAULT.log_level"] = debug
	}
	if c.Etcd.Host != "" && len(c.Etcd.Endpoints) == 0 {
		at := url.URL{Scheme: "http", Host: net.JoinHostPort(c.Etcd.Host, strconv.Itoa(c.Etcd.Port))}
		c.Etcd.Endpoints = []string{at.String()}
		c.origins["etcd.endpoints"] = c.origins["etcd.host"]
	}
}

// check tells of options that do not fit together, and of files that are named
// and cannot be used.
func (l *loader) check(c Config) {
	l.checkAccess(c)
	l.checkSSL(c)
	l.checkCORS(c)
	l.checkEtcd(c)
	l.checkIronic(c)
	l.need(c, "credential.key_repository", "credentials of pod managers are kept encrypted")
}

// need tells of an option that is not set, and of what wants it.
func (l *loader) need(c Config, key, why string) bool {
	o := l.options[key]
	if !o.value(&c).IsZero() {
		return true
	}
	l.fail(c.origins[key], "%s is not set; expected %s, because %s", o, o.expects(), why)
	return false
}

// needOne is need where either of two options will do.
func (l *loader) needOne(c Config, key, other, why string) {
	if l.options[other].value(&c).IsZero() && l.options[key].value(&c).IsZero() {
		l.fail(Origin{}, "%s and %s are not set; expected one of them, because %s", l.options[key], l.options[other].Name, why)
	}
}

// together tells of the half of a pair that is missing.
func (l *loader) together(c Config, key, other string) {
	for _, pair := range [][2]string{{key, other}, {other, key}} {
		if !l.options[pair[0]].value(&c).IsZero() {
			l.need(c, pair[1], l.options[pair[0]].Name+" is set")
		}
	}
}

func (l *loader) checkAccess(c Config) {
	k := c.Keystone
	if c.Default.AuthStrategy != KeystoneAuth {
		if k.AuthURL != "" {
			l.warn(c.origins["keystone_authtoken.auth_url"], "[keystone_authtoken] has no effect: [DEFAULT] auth_strategy is %s", c.Default.AuthStrategy)
		}
		return
	}
	const why = "[DEFAULT] auth_strategy is keystone"
	l.need(c, "keystone_authtoken.auth_url", why)
	application := k.AuthType == "v3applicationcredential"
	if application {
		l.needOne(c, "keystone_authtoken.application_credential_id", "keystone_authtoken.application_credential_name", why)
		l.need(c, "keystone_authtoken.application_credential_secret", why)
	}
	if !application || k.ApplicationCredentialID == "" && k.ApplicationCredentialName != "" {
		l.need(c, "keystone_authtoken.username", why)
		l.needOne(c, "keystone_authtoken.user_domain_name", "keystone_authtoken.user_domain_id", why)
	}
	if !application {
		l.need(c, "keystone_authtoken.password", why)
		l.needOne(c, "keystone_authtoken.project_name", "keystone_authtoken.project_id", why)
	}
	if !application && k.ProjectID == "" && k.ProjectName != "" {
		l.needOne(c, "keystone_authtoken.project_domain_name", "keystone_authtoken.project_domain_id", "project_name is set")
	}
	l.need(c, "keystone_authtoken.admin_roles", why)
	l.authority(c, "keystone_authtoken.cafile")
	l.keyPair(c, "keystone_authtoken.certfile", "keystone_authtoken.keyfile")
	if k.Insecure {
		l.warn(c.origins["keystone_authtoken.insecure"], "[keystone_authtoken] insecure: anybody on the way to Keystone can pose as it")
	}
}

func (l *loader) checkSSL(c Config) {
	if !c.API.EnableSSL {
		return
	}
	const why = "[api] enable_ssl_api is true"
	l.need(c, "ssl.cert_file", why)
	l.need(c, "ssl.key_file", why)
	if c.SSL.CertFile != "" && c.SSL.KeyFile != "" {
		l.keyPair(c, "ssl.cert_file", "ssl.key_file")
	}
	l.authority(c, "ssl.ca_file")
}

func (l *loader) checkCORS(c Config) {
	if c.CORS.AllowCredentials && slices.Contains(c.CORS.AllowedOrigin, "*") {
		l.fail(c.origins["cors.allowed_origin"], "[cors] allowed_origin is * and allow_credentials is true; "+
			"expected the origins by name, or any page could act for whoever looks at it")
	}
}

func (l *loader) checkEtcd(c Config) {
	if len(c.Etcd.Endpoints) == 0 {
		l.checkEmbedded(c)
		return
	}
	l.together(c, "etcd.username", "etcd.password")
	l.keyPair(c, "etcd.cert_file", "etcd.key_file")
	l.authority(c, "etcd.ca_file")
	if c.Etcd.Host != "" && c.origins["etcd.endpoints"] != c.origins["etcd.host"] {
		l.warn(c.origins["etcd.host"], "[etcd] host has no effect beside endpoints")
	}
	plain := slices.ContainsFunc(c.Etcd.Endpoints, func(e string) bool { return !strings.HasPrefix(e, "https:") })
	if plain && c.Etcd.CAFile+c.Etcd.CertFile != "" {
		l.warn(c.origins["etcd.endpoints"], "[etcd] endpoints: with some of them TLS is not spoken, although its files are set; expected https:")
	}
}

func (l *loader) checkEmbedded(c Config) {
	if !l.need(c, "etcd.data_dir", "no [etcd] endpoints are set") {
		return
	}
	if info, err := os.Stat(c.Etcd.DataDir); err == nil && !info.IsDir() {
		l.fail(c.origins["etcd.data_dir"], "[etcd] data_dir: %s is not a directory", c.Etcd.DataDir)
	}
	for _, key := range []string{"etcd.username", "etcd.password", "etcd.ca_file", "etcd.cert_file", "etcd.key_file"} {
		if !l.options[key].value(&c).IsZero() {
			l.warn(c.origins[key], "%s has no effect without endpoints", l.options[key])
		}
	}
}

func (l *loader) checkIronic(c Config) {
	if c.Ironic.Endpoint == "" && c.Ironic.AuthURL == "" {
		return
	}
	if c.Ironic.AuthURL != "" {
		const why = "[ironic_client] auth_url is set"
		l.need(c, "ironic_client.username", why)
		l.need(c, "ironic_client.password", why)
		l.need(c, "ironic_client.project", why)
	}
	l.authority(c, "ironic_client.os_cacert")
	l.keyPair(c, "ironic_client.os_cert", "ironic_client.os_key")
}

// keyPair tells of a certificate and a key that cannot be used together.
// Neither of them is fine.
func (l *loader) keyPair(c Config, cert, key string) {
	l.together(c, cert, key)
	certFile, keyFile := l.options[cert].value(&c).String(), l.options[key].value(&c).String()
	if certFile == "" || keyFile == "" {
		return
	}
	readable := l.readable(c, cert)
	if !l.readable(c, key) || !readable {
		return
	}
	if _, err := tls.LoadX509KeyPair(certFile, keyFile); err != nil {
		l.fail(c.origins[cert], "%s and %s are no certificate with its key: %v", l.options[cert], l.options[key].Name, err)
	}
}

// authority tells of a file without certificates. None is fine.
func (l *loader) authority(c Config, key string) {
	file := l.options[key].value(&c).String()
	if file == "" || !l.readable(c, key) {
		return
	}
	content, err := os.ReadFile(file)
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(content) {
		l.fail(c.origins[key], "%s: %s holds no certificate; expected PEM", l.options[key], file)
	}
}

// readable tells of a file that cannot be opened.
func (l *loader) readable(c Config, key string) bool {
	name := l.options[key].value(&c).String()
	f, err := os.Open(name)
	if err != nil {
		reason := err
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			reason = e.Err
		}
		l.fail(c.origins[key], "%s: the file %s cannot be read: %v", l.options[key], name, reason)
		return false
	}
	return f.Close() == nil
}
