package plugintest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrongImports(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, imports := range map[string]string{
		"main.go":              `import "context"; import "github.com/valence-rsd/valence/sdk/plugin"`,
		"core.go":              `import "github.com/valence-rsd/valence/core/shell"`,
		"deep/windows.go":      "//go:build windows\n" + `package x; import _ "github.com/valence-rsd/valence/service"`,
		"whole.go":             `import "github.com/valence-rsd/valence"`,
		"wire.go":              `import "github.com/valence-rsd/valence/internal/wire"`,
		"others.go":            `import "github.com/valence-rsd/valence-tools/core"; import "github.com/valence-rsd/valence/sdkx"`,
		"simulated.go":         `import "github.com/valence-rsd/valence/podsim"`,
		"pod_test.go":          `import "github.com/valence-rsd/valence/podsim"; import "github.com/valence-rsd/valence/test/stack"`,
		"core_test.go":         `import "github.com/valence-rsd/valence/core/cloud"`,
		"vendor/x/x.go":        `import "github.com/valence-rsd/valence/core/shell"`,
		"testdata/x.go":        `import "github.com/valence-rsd/valence/core/shell"`,
		".hidden/x.go":         `import "github.com/valence-rsd/valence/core/shell"`,
		"_old/x.go":            `import "github.com/valence-rsd/valence/core/shell"`,
		"deep/template.go.txt": `import "github.com/valence-rsd/valence/core/shell"`,
	} {
		write(t, filepath.Join(root, name), imports)
	}
	got, err := wrongImports(root)
	if err != nil {
		t.Fatal(err)
	}
	const rest = "; a plugin uses what is under github.com/valence-rsd/valence/sdk"
	want := []string{
		root + "/core.go:2:8: imports github.com/valence-rsd/valence/core/shell" + rest,
		root + "/core_test.go:2:8: imports github.com/valence-rsd/valence/core/cloud" + rest,
		root + "/deep/windows.go:2:19: imports github.com/valence-rsd/valence/service" + rest,
		root + "/others.go:2:60: imports github.com/valence-rsd/valence/sdkx" + rest,
		root + "/simulated.go:2:8: imports github.com/valence-rsd/valence/podsim" + rest,
		root + "/whole.go:2:8: imports github.com/valence-rsd/valence" + rest,
		root + "/wire.go:2:8: imports github.com/valence-rsd/valence/internal/wire" + rest,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWrongImportsOfWhatIsNoGo(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, filepath.Join(root, "x.go"), "import import")
	if got, err := wrongImports(root); err == nil {
		t.Errorf("want an error, got %v", got)
	}
}

// The families of this repository are written as a stranger would.
func TestOwnFamilies(t *testing.T) {
	t.Parallel()
	if got, err := wrongImports("../../plugins"); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// write writes a file; Go that does not say which package it is gets one.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if text[0] == 'i' {
		text = "package x\n" + text + "\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
