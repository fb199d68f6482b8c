package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/page"
)

// world is what a page supposes: it gives the environment in which the page is
// run, in a home of its own.
type world func(t *testing.T, home string) []string

// worlds are the pages of the documentation that are run, but for those that
// suppose installed packages: test/packages has those.
var worlds = map[string]world{
	"README.md":                  cloned,
	"docs/api-client.md":         programmer,
	"docs/api-guide-hardware.md": simulated,
	"docs/api-guide-keystone.md": member,
	"docs/api-guide.md":          simulated,
	"docs/go-client.md":          developer,
	"docs/plugins.md":            author,
	"docs/start.md":              nothing,
	"docs/user/clouds.md":        lab,
	"docs/user/flavors.md":       simulated,
	"docs/user/hardware.md":      simulated,
	"docs/user/interactive.md":   simulated,
	"docs/user/nodes.md":         simulated,
	"docs/user/output.md":        simulated,
	"docs/user/power.md":         simulated,
	"docs/user/storage.md":       simulated,
	"examples/disks/README.md":   cloner,
	"podsim/README.md":           gopher,
}

// TestPages runs every page, and wants what it shows. With -update the page is
// written anew where it shows something else.
func TestPages(t *testing.T) {
	t.Parallel()
	for file, world := range worlds {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			runPage(t, filepath.Join("..", file), world)
		})
	}
}

func runPage(t *testing.T, file string, world world) {
	t.Helper()
	p, err := page.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	bash := exec.CommandContext(t.Context(), "bash", "--norc")
	bash.Dir, bash.Env = home, append([]string{"HOME=" + home, "USER=you", "LC_ALL=C.UTF-8"}, world(t, home)...)
	user, err := page.Start(bash)
	if err != nil {
		t.Fatal(err)
	}
	defer user.Close()
	(&page.Session{User: user, Repository: ".."}).Check(t, p, *update)
}

// installed is the world of somebody who has installed Valence.
func installed(*testing.T, string) []string {
	return []string{"PATH=" + binaries + ":" + os.Getenv("PATH")}
}

// simulated is the world after the five-minute start: a service that has a
// simulated pod, and VALENCE_URL names it.
func simulated(t *testing.T, home string) []string {
	t.Helper()
	env := append(installed(t, home), "HOME="+home)
	valence := func(args ...string) string {
		cmd := exec.Command(filepath.Join(binaries, "valence"), args...)
		cmd.Env = env
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("valence %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	valence("service", "start", "--simulate")
	t.Cleanup(func() { valence("service", "stop", "--all") })
	return append(env, "VALENCE_URL="+valence("service", "show", "valence-api", "-f", "value", "-c", "url"))
}

// nothing is the world of a newcomer: there is Go, and nothing that it has
// downloaded or built before.
func nothing(t *testing.T, home string) []string {
	t.Helper()
	t.Cleanup(func() { // after a page that did not come to its end
		stop := exec.Command(filepath.Join(home, "valence/bin/valence"), "service", "stop", "--all")
		stop.Env = []string{"HOME=" + home}
		_ = stop.Run()
	})
	return append(forge(), "PATH="+os.Getenv("PATH"), goEnv()[2], "GOFLAGS=-modcacherw", "GOTOOLCHAIN=local")
}

// forge has git take the repository from here, as committed.
func forge() []string {
	return []string{
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url." + checkout() + ".insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/valence-rsd/valence",
	}
}

// cloned is the world of somebody who has built Valence before. All is tested
// already where "make test" is typed, or this would never end.
func cloned(t *testing.T, home string) []string {
	t.Helper()
	made := must(exec.LookPath("make"))
	script := "#!/bin/sh\n[ \"$1\" != test ] || exec " + made + " --dry-run test >/dev/null\nexec " + made + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(home, "make"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command(made, "-C", filepath.Join(home, "valence"), "demo-stop").Run() })
	return append(append(goEnv(), forge()...), "PATH="+home+":"+os.Getenv("PATH"))
}

// elsewhere are pages, by how their names begin, whose code is run by other
// tests.
var elsewhere = []string{
	"docs/commands.md",   // TestHelpExamples
	"docs/go-reference/", // go test, and TestSnippets in sdk
	"docs/operator/",     // test/packages, on an installed system
}

// TestEveryPageIsRun wants a world for each page that has something to run.
func TestEveryPageIsRun(t *testing.T) {
	t.Parallel()
	for _, file := range documentation(t) {
		if slices.ContainsFunc(elsewhere, func(begin string) bool { return strings.HasPrefix(file, begin) }) {
			continue
		}
		p, err := page.Read(filepath.Join("..", file))
		if err != nil {
			t.Error(err)
			continue
		}
		runs := slices.ContainsFunc(p.Blocks, func(b page.Block) bool { return b.Language != "text" })
		if _, known := worlds[file]; runs && !known {
			t.Errorf("%s has blocks that nobody runs", file)
		}
	}
}

// documentation are the pages of the repository.
func documentation(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "-co", "--exclude-standard", "*.md").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}
