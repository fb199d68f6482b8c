package pluginnew

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// kitModule is the module that has the kit.
const kitModule = "github.com/valence-rsd/valence"

// Kit is the kit that a plugin is built with: a checkout or a release.
type Kit struct {
	Checkout string // folder of a checkout; empty for a release
	Release  string // such as v1.2.3
}

var releaseShape = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

// FindKit finds the kit for a shell: the checkout that is asked for; or the one
// in which the shell's program stands, as it does after make build; or the
// release that the shell is. An error is a *fault.Error: Usage for a folder that
// is no checkout, NotFound when there is no kit at all.
func FindKit(asked, executable, version string) (Kit, error) {
	if asked != "" {
		if !isCheckout(asked) {
			return Kit{}, fault.New(fault.Usage, "--sdk %s is no checkout of Valence: it has no go.mod of %s", asked, kitModule)
		}
		dir, err := filepath.Abs(asked)
		return Kit{Checkout: dir}, err
	}
	if dir := around(executable); dir != "" {
		return Kit{Checkout: dir}, nil
	}
	if releaseShape.MatchString(version) {
		return Kit{Release: version}, nil
	}
	return Kit{}, fault.New(fault.NotFound, "the plugin kit is not to be found: this valence is %q, which is no release", version).
		WithHint("say where a checkout of Valence is: --sdk FOLDER")
}

// around is the checkout in which a program stands, or empty.
func around(executable string) string {
	path, err := filepath.EvalSymlinks(executable)
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		switch {
		case isCheckout(dir):
			return dir
		case dir == filepath.Dir(dir):
			return ""
		}
	}
}

func isCheckout(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && bytes.HasPrefix(data, []byte("module "+kitModule+"\n"))
}

// Version is what go.mod requires. A checkout has none, and stands in for any.
func (k Kit) Version() string {
	if k.Checkout != "" {
		return "v0.0.0"
	}
	return k.Release
}

// String is where the kit is, for people.
func (k Kit) String() string {
	if k.Checkout != "" {
		return k.Checkout
	}
	return kitModule + " " + k.Release
}

// writeSums gives the module the checksums that the kit's own dependencies have
// in the checkout, so that building it needs no network when they are there
// already, and no more trust than building Valence did.
func (k Kit) writeSums(dir string) error {
	if k.Checkout == "" {
		return nil
	}
	sums, err := os.ReadFile(filepath.Join(k.Checkout, "go.sum"))
	if err != nil {
		return fmt.Errorf("reading the checksums of the kit: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644)
}

// Require has the go command complete the go.mod in a folder with the modules
// that the kit needs. It uses the network when they are not in the module cache.
func Require(ctx context.Context, dir string, environ []string) error {
	cmd := exec.CommandContext(ctx, "go", "get", "-t", "./...")
	cmd.Dir, cmd.Env = dir, environ
	out, err := cmd.CombinedOutput()
	if _, ran := errors.AsType[*exec.ExitError](err); ran && ctx.Err() == nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return errors.New(lines[len(lines)-1])
	}
	return err
}
