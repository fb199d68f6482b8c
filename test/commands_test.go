package test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// setup gives a script a home of its own and the binaries in its PATH.
func setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	for name, value := range map[string]string{
		"PATH":            binaries + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HOME":            home,
		"XDG_CONFIG_HOME": filepath.Join(home, ".config"),
		"XDG_CACHE_HOME":  filepath.Join(home, ".cache"),
		"XDG_DATA_HOME":   filepath.Join(home, ".local", "share"),
		"XDG_STATE_HOME":  filepath.Join(home, ".local", "state"),
		"BIN":             binaries,
		"CHECKOUT":        checkout(),
	} {
		env.Setenv(name, value)
	}
	env.Vars = append(env.Vars, goEnv()...)
	env.Defer(func() { searchSecrets(env) })
	return os.MkdirAll(home, 0o700)
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"stack":    cmdStack,
		"podsim":   cmdPodsim,
		"register": cmdRegister,
		"exits":    cmdExits,
		"terminal": cmdTerminal,
		"serve":    cmdServe,
		"services": cmdServices,
	}
}

// cmdStack starts a pod and a service, registers the pod as "pod", and makes
// the service the cloud "rsd".
func cmdStack(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "stack", neg)
	dir := ts.Getenv("WORK")
	api, err := start(dir, "api", filepath.Join(binaries, "valence-api"), nil,
		"--bind-port", "0", "--data-dir", filepath.Join(dir, "data"))
	ts.Check(err)
	ts.Defer(api.end)
	ts.Setenv("VALENCE_API", api.URL)
	ts.Setenv("API_LOG", api.log)
	clouds := filepath.Join(dir, "clouds.yaml")
	ts.Check(os.WriteFile(clouds, fmt.Appendf(nil,
		"clouds:\n  rsd:\n    auth_type: none\n    auth:\n      endpoint: %s\n", api.URL), 0o600))
	ts.Setenv("OS_CLIENT_CONFIG_FILE", clouds)
	ts.Setenv("OS_CLOUD", "rsd")
	cmdPodsim(ts, false, append([]string{"POD"}, args...))
	cmdRegister(ts, false, []string{"pod", ts.Getenv("POD_URL")})
}

// cmdPodsim starts a pod.
func cmdPodsim(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "podsim", neg)
	if len(args) < 1 {
		ts.Fatalf("usage: podsim NAME [flag...]")
	}
	pod, err := start(ts.Getenv("WORK"), args[0], filepath.Join(binaries, "valence-podsim"),
		[]string{"PODSIM_PASSWORD=" + podPassword}, append([]string{"--listen", "127.0.0.1:0"}, args[1:]...)...)
	ts.Check(err)
	ts.Defer(pod.end)
	ts.Setenv(args[0]+"_URL", pod.URL)
}

// cmdRegister registers a pod manager.
func cmdRegister(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "register", neg)
	if len(args) < 2 {
		ts.Fatalf("usage: register NAME URL [flag...]")
	}
	ts.Check(ts.Exec("valence", append([]string{"podmanager", "create", args[0], args[1],
		"--auth", "username=admin", "--auth", "password=" + podPassword}, args[2:]...)...))
}

// cmdExits runs a command that must exit with a certain code. Its output can
// be looked at with stdout and stderr.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "exits", neg)
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s exited with %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

func noNegation(ts *testscript.TestScript, name string, neg bool) {
	if neg {
		ts.Fatalf("%s cannot be negated", name)
	}
}
