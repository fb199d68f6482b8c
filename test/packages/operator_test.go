package packages

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/debian"
	"github.com/valence-rsd/valence/test/page"
)

var update = flag.Bool("update", false, "write what commands print into the pages of the operator's guide")

// guide is where the operator's guide is.
const guide = "docs/operator"

// operatorPages are its pages, each with what it supposes.
var operatorPages = map[string]func(h *host){
	"install.md":         func(*host) {},
	"keystone.md":        func(h *host) { h.installed(); h.keystone() },
	"tls.md":             (*host).installed,
	"pods.md":            func(h *host) { h.started(); h.ironic() },
	"cluster.md":         func(h *host) { h.installed(); h.etcd() },
	"backup.md":          (*host).started,
	"upgrade.md":         func(h *host) { h.started(); h.Take("/root", debian.Debs(h.t, newer)...) },
	"monitoring.md":      func(h *host) { h.started(); h.pod("pod-1", "8443") },
	"troubleshooting.md": (*host).troubled,
}

// TestOperatorsGuide types what the pages say on a clean Debian, as root and as
// a user, and wants what they show. With -update a page is written anew where it
// shows something else.
func TestOperatorsGuide(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("../..", guide, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			runOperatorPage(t, file)
		})
	}
}

func runOperatorPage(t *testing.T, file string) {
	t.Helper()
	p, err := page.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Blocks) == 0 {
		return
	}
	prepare := operatorPages[filepath.Base(file)]
	if prepare == nil {
		t.Fatal("it has blocks, and nothing says what it supposes")
	}
	h := newHost(t)
	prepare(h)
	s := page.Session{User: h.shell("admin"), Root: h.shell("root"), Repository: "../.."}
	s.Check(t, p, *update)
	if t.Failed() {
		t.Logf("the log of the service ends with\n%s", h.Run("root", "sh", "-c", "tail -n 20 /var/log/valence/*.log || true"))
	}
}

// host is the system on which a page is typed.
type host struct {
	*debian.Root
	t   *testing.T
	env []string // of those who type
}

// newHost is a clean Debian that has the older packages in root's home, and in
// whose network everybody's name is its own.
func newHost(t *testing.T) *host {
	h := &host{Root: debian.New(t), t: t}
	files, err := filepath.Glob(filepath.Join(debian.Packages(t, older), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".rpm") { // nobody types them
			continue
		}
		h.Take("/root", file)
	}
	h.script(`echo "127.0.0.1 valence.example keystone.example ironic.example pod-1.example" >> /etc/hosts`)
	return h
}

// script is run by root, to its end.
func (h *host) script(text string) {
	h.t.Helper()
	h.Run("root", "sh", "-e", "-c", text)
}

// shell is what somebody types into.
func (h *host) shell(user string) *page.Shell {
	h.t.Helper()
	shell, err := page.Start(h.Command(h.t.Context(), user, h.env, "bash", "--norc"))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(shell.Close)
	return shell
}
