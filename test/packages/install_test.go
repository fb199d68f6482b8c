package packages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/debian"
)

// The service and the pod, in a network in which all ports are free.
const (
	serviceURL = "http://127.0.0.1:8181"
	podURL     = "http://127.0.0.1:8443"
)

// system is a system to install packages on, and how it does.
type system struct {
	*debian.Root
	t       *testing.T
	install func(version string)
	upgrade func(version string)
	erase   func()
	changed string // what a changed configuration is called after the removal
}

func TestDebian(t *testing.T) {
	t.Parallel()
	r := debian.New(t)
	for _, version := range []string{older, newer} {
		r.Take("/packages", debian.Debs(t, version)...)
	}
	files := func(version string) string { return "/packages/*_" + version + "-1_*.deb" }
	s := system{
		Root: r, t: t, changed: "/etc/valence/valence.conf",
		install: func(version string) { r.Run("root", "sh", "-c", "dpkg --install "+files(version)) },
		upgrade: func(version string) { r.Run("root", "sh", "-c", "apt-get install --yes "+files(version)) },
		erase:   func() { r.Run("root", append([]string{"dpkg", "--remove"}, debian.Names()...)...) },
	}
	s.live()

	r.Run("root", "dpkg", "--purge", "valence-api")
	for _, path := range []string{"/etc/valence", "/var/lib/valence", "/var/log/valence"} {
		if s.exists(path) {
			t.Errorf("purging left %s", path)
		}
	}
}

// TestRedHat installs with Debian's rpm, which does not know what dpkg installed.
func TestRedHat(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "rpm")
	r := debian.New(t)
	rpmIn := func(args ...string) {
		argv := append([]string{"rpm", "--root", r.Path("/"), "--dbpath", "/var/lib/rpm", "--force-debian", "--nodeps"}, args...)
		if out, err := r.Host(t.Context(), argv...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", argv, err, out)
		}
	}
	upgrade := func(version string) { rpmIn(append([]string{"--upgrade"}, rpms(t, version)...)...) }
	system{
		Root: r, t: t, install: upgrade, upgrade: upgrade, changed: "/etc/valence/valence.conf.rpmsave",
		erase: func() { rpmIn(append([]string{"--erase"}, debian.Names()...)...) },
	}.live()
}

// live is the life of an installation: install, start, configure, compose,
// upgrade, see that all is there and that the new program runs, and remove, which
// leaves the data and the configuration.
func (s system) live() {
	s.t.Helper()
	const conf, edit = "/etc/valence/valence.conf", "\n[api]\nmax_limit = 7\n"
	s.install(older)
	s.is("root", "640 root valence\n700 valence valence\n", "stat", "--format", "%a %U %G", conf, "/var/lib/valence")
	if s.running() != "" {
		s.t.Errorf("the service runs as soon as it is installed: %s", s.running())
	}
	s.Run("root", "systemctl", "enable", "--now", "valence-api")
	s.answers(serviceURL)
	if got := s.running(); got != "valence /usr/bin/valence-api" {
		s.t.Errorf("the service that runs is %q", got)
	}

	sample, err := os.ReadFile(s.Path(conf))
	if err != nil {
		s.t.Fatal(err)
	}
	write(s.t, s.Path(conf), string(sample)+edit)
	s.Run("root", "systemctl", "reload", "valence-api")
	s.compose()

	s.upgrade(newer)
	if got := s.running(); got != "valence /usr/bin/valence-api" {
		s.t.Errorf("after the upgrade the service that runs is %q", got)
	}
	s.answers(serviceURL)
	s.is("admin", "valence v"+newer+"\n", "valence", "--version")
	s.is("admin", "web-1 composed\n", valence("node", "list", "-f", "value", "-c", "name", "-c", "state")...)
	if got, err := os.ReadFile(s.Path(conf)); err != nil || string(got) != string(sample)+edit {
		s.t.Errorf("the upgrade changed the configuration, %v:\n%s", err, got)
	}
	if log := s.Run("root", "journalctl", "-u", "valence-api"); !strings.Contains(log, `changed="[[api] max_limit]"`) {
		s.t.Errorf("reloading did not reach the service:\n%s", log)
	}

	s.erase()
	if s.running() != "" || s.exists("/usr/bin/valence") || s.exists("/usr/bin/valence-api") || s.exists("/usr/libexec/valence") {
		s.t.Errorf("removing left programs, running: %q", s.running())
	}
	if stores, _ := filepath.Glob(s.Path("/var/lib/valence/*")); len(stores) == 0 || !s.exists(s.changed) {
		s.t.Errorf("removing left %v of the data; is %s there: %t", stores, s.changed, s.exists(s.changed))
	}
}

// compose makes a node of a simulated pod, as somebody without rights.
func (s system) compose() {
	s.t.Helper()
	pod := s.Command(s.t.Context(), "admin", nil, "valence-podsim", "--assemble-delay", "10ms")
	if err := pod.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.answers(podURL + "/redfish")
	s.Run("admin", "sh", "-c", "umask 077 && echo admin >password")
	s.Run("admin", valence("podmanager", "create", "pod", podURL, "--auth", "username=admin", "--password-file", "password")...)
	s.Run("admin", valence("node", "create", "web-1")...)
}

func valence(args ...string) []string {
	return append([]string{"env", "OS_AUTH_TYPE=none", "VALENCE_URL=" + serviceURL, "valence"}, args...)
}

// answers waits until somebody answers there.
func (s system) answers(url string) {
	s.t.Helper()
	s.Run("root", "curl", "--silent", "--fail", "--retry", "30", "--retry-delay", "1", "--retry-connrefused", "--output", "/dev/null", url)
}

// running is the user and the program of the service that runs.
func (s system) running() string {
	s.t.Helper()
	return strings.TrimSpace(s.Run("root", "sh", "-c",
		`for pid in $(pgrep --exact --runstates D,R,S valence-api); do echo $(ps -o user= -p $pid) $(readlink /proc/$pid/exe); done`))
}

// is checks what a program of the root prints.
func (s system) is(user, want string, argv ...string) {
	s.t.Helper()
	if got := s.Run(user, argv...); got != want {
		s.t.Errorf("%v: %q, want %q", argv, got, want)
	}
}

func (s system) exists(name string) bool {
	_, err := os.Lstat(s.Path(name))
	return err == nil
}
