package keystone

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// The programs, by the paths of Debian's packages. Another python3 may stand
// before Debian's in PATH; these have the right one written in.
const (
	manage = "/usr/bin/keystone-manage"
	wsgi   = "/usr/bin/keystone-wsgi-public"
	uwsgi  = "/usr/bin/uwsgi"
	python = "/usr/bin/python3"
)

// AdminPassword is the password of the user admin in the project admin.
const AdminPassword = "Adm1n-Pass-of-the-tests"

// Region is the region that the catalog begins with.
const Region = "RegionOne"

// shared prepares the database and the keys, once for a test binary: it takes
// about ten seconds.
var shared = sync.OnceValues(prepare)

// prepare makes a folder with everything that a Keystone needs. The folder goes
// when the binary has ended: see keep.
func prepare() (*home, error) {
	dir, err := os.MkdirTemp("", "valence-keystone-")
	if err != nil {
		return nil, err
	}
	h := &home{dir: dir}
	if h.address, err = freeAddress(); err != nil {
		return nil, err
	}
	if h.remove, err = keep(dir); err != nil {
		return nil, err
	}
	return h, h.fill()
}

// home is the folder of all servers.
type home struct {
	dir     string
	address string // of the shared server, which the catalog names
	remove  func() // never called: the end of the binary does it
}

func (h *home) fill() error {
	dir := h.dir
	for _, keys := range []string{"fernet", "receipts", "credential"} {
		if err := makeKeys(filepath.Join(dir, keys)); err != nil {
			return err
		}
	}
	file, err := h.configure("main", "3600")
	if err != nil {
		return err
	}
	// Several processes use the database at once.
	const journal = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode=WAL')"
	url := "http://" + h.address + "/v3/"
	for _, args := range [][]string{
		{python, "-c", journal, filepath.Join(dir, "keystone.db")},
		{manage, "--config-file", file, "db_sync"},
		{manage, "--config-file", file, "bootstrap", "--bootstrap-password", AdminPassword,
			"--bootstrap-public-url", url, "--bootstrap-internal-url", url, "--bootstrap-admin-url", url,
			"--bootstrap-region-id", Region},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", args[:len(args)-1], err, out)
		}
	}
	return nil
}

// makeKeys fills a key repository: 0 is the next key, the highest number the
// current one.
func makeKeys(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"0", "1"} {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // it never fails
		if err := os.WriteFile(filepath.Join(dir, name), []byte(base64.URLEncoding.EncodeToString(key)), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// configure writes the configuration of one of the servers.
func (h *home) configure(name, seconds string) (string, error) {
	file := filepath.Join(h.dir, name+".conf")
	text := fmt.Sprintf(`[DEFAULT]
log_file = %[1]s/%[2]s.log
[database]
connection = sqlite:///%[1]s/keystone.db?timeout=30
[token]
provider = fernet
expiration = %[3]s
[fernet_tokens]
key_repository = %[1]s/fernet
[fernet_receipts]
key_repository = %[1]s/receipts
[credential]
key_repository = %[1]s/credential
[auth]
methods = password,token,totp,application_credential
[identity]
password_hash_rounds = 4
`, h.dir, name, seconds)
	return file, os.WriteFile(file, []byte(text), 0o600)
}

// need skips a test where Keystone is not installed.
func need(t testing.TB) {
	t.Helper()
	for _, file := range []string{manage, wsgi, uwsgi, python, "/usr/lib/uwsgi/plugins/python3_plugin.so"} {
		if _, err := os.Stat(file); err != nil {
			t.Skipf("no Keystone here (%v): scripts/needs-keystone.sh installs it", err)
		}
	}
}
