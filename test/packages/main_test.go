// Package packages tests what is handed out: it builds the packages twice, as an
// older and a newer version, looks into them, installs them on clean systems,
// and runs what was installed.
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

	"github.com/valence-rsd/valence/test/debian"
)

// The versions that are built.
const (
	older = "1.0.0"
	newer = "1.1.0"
)

func TestMain(m *testing.M) {
	status := m.Run()
	debian.Clean()
	os.Exit(status)
}

// rpm is the file of a package for Red Hat.
func rpm(t *testing.T, version, name string) string {
	t.Helper()
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	return filepath.Join(debian.Packages(t, version), fmt.Sprintf("%s-%s-1.%s.rpm", name, version, arch))
}

func rpms(t *testing.T, version string) []string {
	t.Helper()
	var files []string
	for _, name := range debian.Names() {
		files = append(files, rpm(t, version, name))
	}
	return files
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
