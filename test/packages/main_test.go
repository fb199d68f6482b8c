// Package packages tests what is handed out: it builds the packages twice, as an
// older and a newer version, looks into them, installs them into roots of their
// own, and runs what was installed.
package packages

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The versions that are built.
const (
	older = "1.0.0"
	newer = "1.1.0"
)

// built is the folder with the packages of both, each in a folder named after
// its version.
var built string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "valence-packages")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	built = dir
	for _, version := range []string{older, newer} {
		build := exec.Command("../../scripts/packages.sh")
		build.Env = append(os.Environ(), "VERSION=v"+version, "ARCHES="+runtime.GOARCH, "DIST="+filepath.Join(dir, version))
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building the packages: %v\n%s", err, out)
			return 1
		}
	}
	return m.Run()
}

// names are the packages.
func names() []string { return []string{"valence", "valence-api", "valence-podsim"} }

// deb is the file of a package for Debian.
func deb(version, name string) string {
	return filepath.Join(built, version, fmt.Sprintf("%s_%s-1_%s.deb", name, version, runtime.GOARCH))
}

// rpm is the file of a package for Red Hat.
func rpm(version, name string) string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	return filepath.Join(built, version, fmt.Sprintf("%s-%s-1.%s.rpm", name, version, arch))
}

// each makes the files of all packages.
func each(file func(version, name string) string, version string) []string {
	var files []string
	for _, name := range names() {
		files = append(files, file(version, name))
	}
	return files
}

// needs skips a test where a program is not there. scripts/needs.sh, which
// "make test" calls, installs it.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
}

// run runs a program that must succeed and gives what it printed.
func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, &out, &said)
	}
	return out.String()
}
