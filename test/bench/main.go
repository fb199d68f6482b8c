// Command bench measures how long the shell takes to start, beside a
// hello-world program and, where they are installed, beside the Python
// clients. It prints ratios: the machines that it runs on are noisy, so all
// commands take turns within one run and only their medians are compared.
//
// It expects the binaries in bin/, as "make build" leaves them.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// rounds is how often each command runs.
const rounds = 30

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "valence-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	hello, err := buildHello(dir)
	if err != nil {
		return err
	}
	stack, err := startStack(dir)
	if err != nil {
		return err
	}
	defer stack.stop()
	runs := measured(hello, dir)
	if err := measure(runs); err != nil {
		return err
	}
	report(os.Stdout, runs)
	return nil
}

// buildHello builds the program that everything is compared with.
func buildHello(dir string) (string, error) {
	source := filepath.Join(dir, "hello.go")
	text := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\") }\n"
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "hello")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, source).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building hello: %w\n%s", err, out)
	}
	return binary, nil
}

// timed is one command and how long each of its runs took.
type timed struct {
	name  string
	args  []string
	env   []string
	aim   float64 // at most so many times as long as hello; 0 for none
	times []time.Duration
}

func (t *timed) median() time.Duration {
	s := slices.Sorted(slices.Values(t.times))
	return s[len(s)/2]
}

// measured are the commands to measure: hello first.
func measured(hello, dir string) []*timed {
	env := append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+dir,
		"OS_CLIENT_CONFIG_FILE="+filepath.Join(dir, "clouds.yaml"), "OS_CLOUD=rsd")
	runs := []*timed{
		{name: "hello-world", args: []string{hello}},
		{name: "valence --version", args: []string{"bin/valence", "--version"}, aim: 4},
		{name: "valence --help", args: []string{"bin/valence", "--help"}, aim: 8},
		{name: "valence node list", args: []string{"bin/valence", "node", "list"}, aim: 20},
	}
	for _, r := range runs {
		r.env = env
	}
	for _, client := range []string{"openstack", "baremetal"} {
		if _, err := exec.LookPath(client); err != nil {
			fmt.Printf("%s is not installed and not compared\n", client)
			continue
		}
		for _, flag := range []string{"--version", "--help"} {
			runs = append(runs, &timed{name: client + " " + flag, args: []string{client, flag}})
		}
	}
	return runs
}

// measure lets the commands take turns. The first round fills caches and does
// not count.
func measure(runs []*timed) error {
	for round := range rounds + 1 {
		for _, r := range runs {
			if round > 5 && r.env == nil {
				continue // the Python clients are slow enough to tell in five
			}
			cmd := exec.Command(r.args[0], r.args[1:]...) //nolint:gosec // the commands are ours
			cmd.Env = r.env
			began := time.Now()
			out, err := cmd.CombinedOutput()
			took := time.Since(began)
			var exit *exec.ExitError
			if errors.As(err, &exit) || err != nil {
				return fmt.Errorf("%s: %w\n%s", r.name, err, out)
			}
			if round > 0 {
				r.times = append(r.times, took)
			}
		}
	}
	return nil
}
