package pluginnew

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/fault"
)

// checkout is the folder of this very checkout.
func checkout(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFindKit(t *testing.T) {
	t.Parallel()
	here, elsewhere := checkout(t), t.TempDir()
	inside := filepath.Join(here, "core", "pluginnew", "kit.go") // stands for bin/valence
	link := filepath.Join(elsewhere, "valence")
	if err := os.Symlink(inside, link); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		asked, executable, version string
		want                       Kit
		wantVersion                string
	}{
		"asked for":                 {"../..", link, "v1.0.0", Kit{Checkout: here}, "v0.0.0"},
		"built here":                {"", inside, "v1.0.0", Kit{Checkout: here}, "v0.0.0"},
		"built here, found by link": {"", link, "dev", Kit{Checkout: here}, "v0.0.0"},
		"a release":                 {"", filepath.Join(elsewhere, "x"), "v1.2.3", Kit{Release: "v1.2.3"}, "v1.2.3"},
	}
	for name, tt := range tests {
		got, err := FindKit(tt.asked, tt.executable, tt.version)
		if err != nil || got != tt.want || got.Version() != tt.wantVersion {
			t.Errorf("%s: %+v, version %s, %v", name, got, got.Version(), err)
		}
	}
}

func TestFindNoKit(t *testing.T) {
	t.Parallel()
	elsewhere := t.TempDir()
	// A folder whose go.mod is another's is no checkout.
	if err := os.WriteFile(filepath.Join(elsewhere, "go.mod"), []byte("module github.com/valence-rsd/valence/v9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		asked, version string
		want           fault.Code
		text           string
	}{
		"no checkout":     {elsewhere, "v1.0.0", fault.Usage, "is no checkout of Valence"},
		"nothing there":   {filepath.Join(elsewhere, "x"), "v1.0.0", fault.Usage, "is no checkout of Valence"},
		"between":         {"", "v1.0.0-5-gf20e712", fault.NotFound, `"v1.0.0-5-gf20e712", which is no release`},
		"not even a name": {"", "dev", fault.NotFound, `"dev", which is no release`},
	}
	for name, tt := range tests {
		_, err := FindKit(tt.asked, filepath.Join(elsewhere, "valence"), tt.version)
		var e *fault.Error
		if !errors.As(err, &e) || e.Code != tt.want || !strings.Contains(e.Message, tt.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	dir := written(t, Kit{Checkout: checkout(t)})
	if err := Require(t.Context(), dir, os.Environ()); err != nil {
		t.Fatal(err)
	}
	mod := read(t, filepath.Join(dir, "go.mod"))
	if !strings.Contains(mod, "hashicorp/go-plugin") || strings.Contains(mod, "go.etcd.io") {
		t.Errorf("want what the kit needs, and nothing else:\n%s", mod)
	}
}

func TestRequireFails(t *testing.T) {
	t.Parallel()
	dir := written(t, Kit{Release: "v99.0.0"})
	err := Require(t.Context(), dir, append(os.Environ(), "GOPROXY=off"))
	if err == nil || !strings.Contains(err.Error(), "v99.0.0") {
		t.Errorf("want go's own words, got %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Require(stopped, dir, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after an interrupt: %v", err)
	}
}

func TestRequireWithoutGo(t *testing.T) {
	dir := written(t, Kit{Checkout: checkout(t)})
	t.Setenv("PATH", dir)
	if err := Require(t.Context(), dir, nil); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("without the go command: %v", err)
	}
}

func written(t *testing.T, kit Kit) string {
	t.Helper()
	p, err := New("disks", "", "")
	if err != nil {
		t.Fatal(err)
	}
	p.Kit = kit
	dir := filepath.Join(t.TempDir(), "with a space")
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
