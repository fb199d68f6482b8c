package packages

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// system is a way to install packages into a root.
type system struct {
	root
	install func(files ...string)
	erase   func(names ...string)
	file    func(version, name string) string
}

// debian has dpkg in the root: it takes accounts from where it runs.
func debian(t *testing.T) system {
	needs(t, "dpkg")
	r := newRoot(t)
	for _, program := range []string{"dpkg", "dpkg-deb", "dpkg-split", "tar", "diff"} {
		r.borrow(program)
	}
	return system{
		root: r, file: deb,
		install: func(files ...string) { r.dpkg(append([]string{"--install"}, r.take(files)...)...) },
		erase:   func(names ...string) { r.dpkg(append([]string{"--remove"}, names...)...) },
	}
}

// dpkg runs it in the root. What our packages need is there, but no package;
// and neither are ldconfig and start-stop-daemon, which it likes to see.
func (r root) dpkg(args ...string) {
	r.t.Helper()
	c := r.command(r.t.Context(), "root", nil, "/usr/bin/dpkg", append([]string{"--force-depends", "--force-bad-path"}, args...)...)
	if out, err := c.CombinedOutput(); err != nil {
		r.t.Fatalf("dpkg %v: %v\n%s", args, err, out)
	}
}

// take copies files into the root and says where they are there.
func (r root) take(files []string) []string {
	r.t.Helper()
	var there []string
	for _, file := range files {
		there = append(there, "/tmp/"+filepath.Base(file))
		run(r.t, "cp", file, r.path("tmp"))
	}
	return there
}

func redHat(t *testing.T) system {
	needs(t, "rpm")
	r := newRoot(t)
	rpmIn := func(args ...string) {
		run(t, "rpm", append([]string{"--root", r.dir, "--dbpath", "/var/lib/rpm", "--force-debian", "--nodeps"}, args...)...)
	}
	return system{
		root: r, file: rpm,
		install: func(files ...string) { rpmIn(append([]string{"--upgrade"}, files...)...) },
		erase:   func(names ...string) { rpmIn(append([]string{"--erase"}, names...)...) },
	}
}

func TestDebian(t *testing.T) {
	t.Parallel()
	s := debian(t)
	s.live("/etc/valence/valence.conf")

	s.dpkg("--purge", "valence-api")
	for _, path := range []string{"/etc/valence", "/var/lib/valence", "/var/log/valence"} {
		if s.exists(path) {
			t.Errorf("purging left %s", path)
		}
	}
}

func TestRedHat(t *testing.T) {
	t.Parallel()
	redHat(t).live("/etc/valence/valence.conf.rpmsave")
}

// live is the life of an installation: install, configure, compose, upgrade, see
// that all is there, and remove, which leaves the data and the configuration,
// the latter in the file kept.
func (s system) live(kept string) {
	s.t.Helper()
	const conf, edit = "/etc/valence/valence.conf", "\n[api]\nmax_limit = 7\n"
	s.install(each(s.file, older)...)
	s.belongs(conf, 0o640, 0, s.account("valence").Gid)
	s.belongs("/var/lib/valence", 0o700, s.account("valence").Uid, s.account("valence").Gid)
	sample, err := os.ReadFile(s.path(conf))
	if err != nil {
		s.t.Fatal(err)
	}
	write(s.t, s.path(conf), string(sample)+edit)

	podURL, _ := s.serve("nobody", nil, "/usr/bin/valence-podsim", "--listen", "127.0.0.1:0", "--assemble-delay", "10ms")
	write(s.t, s.path("/tmp/password"), "admin")
	url, stop := s.start()
	s.valence(url, "podmanager", "create", "pod", podURL, "--auth", "username=admin", "--password-file", "/tmp/password")
	s.valence(url, "node", "create", "web-1")
	stop()

	s.install(each(s.file, newer)...)
	if got := s.valence("", "--version"); got != "valence v"+newer+"\n" {
		s.t.Errorf("after the upgrade it is %q", got)
	}
	if got, err := os.ReadFile(s.path(conf)); err != nil || string(got) != string(sample)+edit {
		s.t.Errorf("the upgrade changed the configuration, %v:\n%s", err, got)
	}
	url, stop = s.start()
	if got := s.valence(url, "node", "list", "-f", "value", "-c", "name", "-c", "state"); got != "web-1 composed\n" {
		s.t.Errorf("after the upgrade the nodes are %q", got)
	}
	stop()

	s.erase(names()...)
	if s.exists("/usr/bin/valence") || s.exists("/usr/bin/valence-api") || s.exists("/usr/libexec/valence") {
		s.t.Error("removing left programs")
	}
	if stores, _ := filepath.Glob(s.path("/var/lib/valence/*")); len(stores) == 0 || !s.exists(kept) {
		s.t.Errorf("removing left %v of the data; is %s there: %t", stores, kept, s.exists(kept))
	}
}

// start starts the service as the unit does, with a port of its own.
func (s system) start() (url string, stop func()) {
	s.t.Helper()
	unit, err := os.ReadFile(s.path("/usr/lib/systemd/system/valence-api.service"))
	if err != nil {
		s.t.Fatal(err)
	}
	setting := func(name string) string {
		m := regexp.MustCompile(`(?m)^` + name + `=(.*)$`).FindSubmatch(unit)
		if m == nil {
			s.t.Fatalf("the unit has no %s", name)
		}
		return string(m[1])
	}
	line := strings.Fields(setting("ExecStart"))
	return s.serve(setting("User"), []string{"VALENCE_API_BIND_PORT=0"}, line[0], line[1:]...)
}

// valence runs the shell as somebody without rights.
func (s system) valence(url string, args ...string) string {
	s.t.Helper()
	c := s.command(s.t.Context(), "nobody", []string{"OS_AUTH_TYPE=none", "VALENCE_URL=" + url}, "/usr/bin/valence", args...)
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("valence %v: %v\n%s%s", args, err, out, &said)
	}
	return string(out)
}

func (s system) exists(name string) bool {
	_, err := os.Lstat(s.path(name))
	return err == nil
}

// belongs checks whom a file belongs to, and who else may read it.
func (s system) belongs(name string, mode os.FileMode, uid, gid uint32) {
	s.t.Helper()
	info, err := os.Stat(s.path(name))
	if err != nil {
		s.t.Error(err)
		return
	}
	owner := info.Sys().(*syscall.Stat_t)
	if info.Mode().Perm() != mode || owner.Uid != uid || owner.Gid != gid {
		s.t.Errorf("%s has mode %o and belongs to %d:%d", name, info.Mode().Perm(), owner.Uid, owner.Gid)
	}
}
