package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// writePair puts a certificate and its key into dir as name.crt and name.key.
func writePair(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for ending, block := range map[string]*pem.Block{
		".crt": {Type: "CERTIFICATE", Bytes: certificate},
		".key": {Type: "PRIVATE KEY", Bytes: plain},
	} {
		if err := os.WriteFile(filepath.Join(dir, name+ending), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// In the contents DIR is a folder with two certificates.
func TestCrossChecks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writePair(t, dir, "a")
	writePair(t, dir, "b")
	const keystone = "[DEFAULT]\nauth_strategy = keystone\n[keystone_authtoken]\nauth_url = http://k:5000/v3\n"
	const user = "username = valence\nuser_domain_id = default\n"
	const password = "password = hunter2\nproject_name = service\nproject_domain_name = Default\n"
	const because = ", because [DEFAULT] auth_strategy is keystone"
	for name, c := range map[string]struct {
		content            string
		problems, warnings []string
	}{
		"keystone":               {keystone + user + password, nil, nil},
		"keystone, project's id": {keystone + user + "password = x\nproject_id = 7\n", nil, nil},
		"keystone and nothing": {"[DEFAULT]\nauth_strategy = keystone\n", []string{
			"[keystone_authtoken] auth_url is not set; expected a URL such as https://host:port/path, without user and password" + because,
			"[keystone_authtoken] username is not set; expected text" + because,
			"[keystone_authtoken] user_domain_name and user_domain_id are not set; expected one of them" + because,
			"[keystone_authtoken] password is not set; expected text" + because,
			"[keystone_authtoken] project_name and project_id are not set; expected one of them" + because,
		}, nil},
		"no domain of the project": {keystone + user + "password = x\nproject_name = p", []string{
			"[keystone_authtoken] project_domain_name and project_domain_id are not set; expected one of them, because project_name is set"}, nil},
		"no administrators": {keystone + user + password + "admin_roles =", []string{
			"valence.conf:10: [keystone_authtoken] admin_roles is not set; expected a list with commas" + because}, nil},
		"keystone, insecure": {keystone + user + password + "insecure = true", nil, []string{
			"valence.conf:10: [keystone_authtoken] insecure: anybody on the way to Keystone can pose as it"}},
		"keystone's signers": {keystone + user + password + "cafile = DIR/a.key", []string{
			"valence.conf:10: [keystone_authtoken] cafile: DIR/a.key holds no certificate; expected PEM"}, nil},
		"application credential": {keystone + "auth_type = v3applicationcredential\napplication_credential_id = 1\napplication_credential_secret = s", nil, nil},
		"application credential by name": {keystone + "auth_type = v3applicationcredential\napplication_credential_name = n\n" + user, []string{
			"[keystone_authtoken] application_credential_secret is not set; expected text" + because}, nil},

		"ssl": {"[api]\nenable_ssl_api = true\n[ssl]\ncert_file = DIR/a.crt\nkey_file = DIR/a.key\nca_file = DIR/b.crt", nil, nil},
		"ssl and nothing": {"[api]\nenable_ssl_api = true", []string{
			"[ssl] cert_file is not set; expected text, because [api] enable_ssl_api is true",
			"[ssl] key_file is not set; expected text, because [api] enable_ssl_api is true"}, nil},
		"ssl, no such file": {"[api]\nenable_ssl_api = true\n[ssl]\ncert_file = DIR/a.crt\nkey_file = DIR/none", []string{
			"valence.conf:5: [ssl] key_file: the file DIR/none cannot be read: no such file or directory"}, nil},
		"ssl, another key": {"[api]\nenable_ssl_api = true\n[ssl]\ncert_file = DIR/a.crt\nkey_file = DIR/b.key", []string{
			"valence.conf:4: [ssl] cert_file and key_file are no certificate with its key: tls: private key does not match public key"}, nil},
		"ssl off": {"[ssl]\ncert_file = DIR/none", nil, nil},

		"cors of all":                 {"[cors]\nallowed_origin = *", nil, nil},
		"cors of all with their keys": {"[cors]\nallowed_origin = *\nallow_credentials = true", []string{"valence.conf:2: [cors] allowed_origin is * and allow_credentials is true; expected the origins by name, or any page could act for whoever looks at it"}, nil},

		"cluster": {"[etcd]\nendpoints = https://a:2379, https://b:2379\ncert_file = DIR/a.crt\nkey_file = DIR/a.key\nca_file = DIR/b.crt\nusername = u\npassword = p", nil, nil},
		"cluster, halves": {"[etcd]\nendpoints = https://a:2379\nkey_file = DIR/a.key\nusername = u", []string{
			"[etcd] password is not set; expected text, because username is set",
			"[etcd] cert_file is not set; expected text, because key_file is set"}, nil},
		"cluster without TLS": {"[etcd]\nendpoints = http://a:2379\nca_file = DIR/b.crt", nil, []string{
			"valence.conf:2: [etcd] endpoints: with some of them TLS is not spoken, although its files are set; expected https:"}},
		"cluster and host": {"[etcd]\nendpoints = http://a:2379\nhost = 127.0.0.1", nil, []string{
			"valence.conf:3: [etcd] host has no effect beside endpoints"}},
		"no store": {"[etcd]\ndata_dir =", []string{"valence.conf:2: [etcd] data_dir is not set; expected text, because no [etcd] endpoints are set"}, nil},
		"no keys":  {"[credential]\nkey_repository =", []string{"valence.conf:2: [credential] key_repository is not set; expected text, because credentials of pod managers are kept encrypted"}, nil},
		"no host":  {"[api]\nbind_host =", []string{"valence.conf:2: [api] bind_host is empty; expected a host name or an IP address, without a port"}, nil},
		"a file":   {"[etcd]\ndata_dir = DIR/a.key", []string{"valence.conf:2: [etcd] data_dir: DIR/a.key is not a directory"}, nil},
		"embedded with a user": {"[etcd]\nusername = u", nil, []string{
			"valence.conf:2: [etcd] username has no effect without endpoints"}},

		"ironic": {"[ironic_client]\nendpoint = http://i:6385\nos_cert = DIR/a.crt", []string{
			"[ironic_client] os_key is not set; expected text, because os_cert is set"}, nil},
		"ironic and nothing": {"[ironic_client]\nauth_url = http://k", []string{
			"[ironic_client] username is not set; expected text, because [ironic_client] auth_url is set",
			"[ironic_client] password is not set; expected text, because [ironic_client] auth_url is set",
			"[ironic_client] project is not set; expected text, because [ironic_client] auth_url is set"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, warnings, problems := load(t, from(t, strings.ReplaceAll(c.content, "DIR", dir)))
			for _, got := range [][]string{warnings, problems} {
				for i := range got {
					got[i] = strings.ReplaceAll(got[i], dir, "DIR")
				}
			}
			if diff := cmp.Diff(c.problems, problems); diff != "" {
				t.Errorf("problems: %s", diff)
			}
			if diff := cmp.Diff(c.warnings, warnings); diff != "" {
				t.Errorf("warnings: %s", diff)
			}
		})
	}
}

// The original's way to name an etcd.
func TestHostIsAnEndpoint(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"[etcd]\nhost = 10.0.0.1":         "http://10.0.0.1:2379",
		"[etcd]\nhost = ::1\nport = 4001": "http://[::1]:4001",
	} {
		c := mustLoad(t, from(t, content))
		if diff := cmp.Diff([]string{want}, c.Etcd.Endpoints); diff != "" {
			t.Error(diff)
		}
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ good, bad []string }{
		"host":     {[]string{"h", "h.example", "10.0.0.1", "::1"}, []string{"", "h:1", "http://h", "u@h", "[::1]", "a b"}},
		"url":      {[]string{"http://h", "https://h:1/a/b", "http://[::1]:1/"}, []string{"h", "h:1", "ftp://h", "http://", "http://u:p@h", "http://h?q", "http://h#f", "http://h:x"}},
		"endpoint": {[]string{"http://h", "https://h:1", "https://h:1/"}, []string{"http://h/a", "http://u@h"}},
		"origin":   {[]string{"*", "http://h:1"}, []string{"**", "http://h/", "null", "http://*/"}},
		"prefix":   {[]string{"/a", "/a/b"}, []string{"a", "/", "/a/"}},
	} {
		for _, s := range c.good {
			if !checks()[name].ok(s) {
				t.Errorf("%s: %q is refused", name, s)
			}
		}
		for _, s := range c.bad {
			if checks()[name].ok(s) {
				t.Errorf("%s: %q is taken", name, s)
			}
		}
	}
}
