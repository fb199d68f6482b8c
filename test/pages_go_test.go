package test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The release of Valence that the module proxy has.
const (
	released = "v1.0.0"
	module   = "github.com/valence-rsd/valence"
)

// gopher is the world of installed, for somebody who writes Go.
func gopher(t *testing.T, home string) []string {
	t.Helper()
	return append(installed(t, home), goWithRelease(t)...)
}

// cloner is the world of installed, for somebody who clones the repository.
func cloner(t *testing.T, home string) []string {
	t.Helper()
	return slices.Concat(installed(t, home), forge(), goEnv())
}

// programmer is the world of simulated, for somebody who writes Go.
func programmer(t *testing.T, home string) []string {
	t.Helper()
	return append(simulated(t, home), goWithRelease(t)...)
}

// developer is the world of programmer, with the cloud of member at hand.
func developer(t *testing.T, home string) []string {
	t.Helper()
	_ = member(t, home)
	return programmer(t, home)
}

// goWithRelease is the environment of a Go that finds a release of Valence where
// it looks for modules: this very checkout. The module cache is of its own, for
// other checkouts are that release as well.
func goWithRelease(t *testing.T) []string {
	t.Helper()
	cache, build, proxy := goEnv()[0], goEnv()[1], goEnv()[2]
	known := "file://" + strings.TrimPrefix(cache, "GOMODCACHE=") + "/cache/download"
	return []string{
		"GOPROXY=file://" + moduleProxy(t) + "," + known + "," + strings.TrimPrefix(proxy, "GOPROXY="),
		// What is compiled does not depend on where it is, so it is compiled once.
		"GOFLAGS=-modcacherw -buildvcs=false -trimpath", build,
		"GOMODCACHE=" + t.TempDir(), "GOSUMDB=off", "GOTOOLCHAIN=local",
	}
}

// author is the world of programmer with a shell that is the release.
func author(t *testing.T, home string) []string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X main.version="+released, "-o", filepath.Join(dir, "valence"), "../cmd/valence")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.Symlink(filepath.Join(binaries, "plugins"), filepath.Join(dir, "plugins")); err != nil {
		t.Fatal(err)
	}
	return append(programmer(t, home), "PATH="+dir+":"+binaries+":"+os.Getenv("PATH"))
}

// moduleProxy makes a folder that is a proxy of Go modules with this checkout.
func moduleProxy(t *testing.T) string {
	t.Helper()
	proxy := t.TempDir()
	versions := filepath.Join(proxy, module, "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"list":             []byte(released + "\n"),
		released + ".info": []byte(`{"Version": "` + released + `"}`),
		released + ".mod":  must(os.ReadFile("../go.mod")),
		released + ".zip":  moduleZip(t),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return proxy
}

// moduleZip packs the files of the checkout that are its module's.
func moduleZip(t *testing.T) []byte {
	t.Helper()
	listed := must(exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "-co", "--deduplicate", "--exclude-standard", ":!examples", ":!tools").Output())
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name := range strings.FieldsSeq(string(listed)) {
		content, err := os.ReadFile(filepath.Join("..", name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed, and not committed yet
		}
		file := must(w.Create(module + "@" + released + "/" + name))
		if _, writing := file.Write(content); err != nil || writing != nil {
			t.Fatal(err, writing)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
