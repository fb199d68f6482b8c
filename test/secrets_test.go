package test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// podPassword is the password of every simulated pod. No script may print it,
// and nothing that a script leaves behind may hold it.
const podPassword = "correct-horse-battery"

// watched is the test of a script. It looks for the password in all that the
// script's commands printed, which testscript logs when the script has ended.
type watched struct{ *testing.T }

// Log looks and logs.
func (w watched) Log(args ...any) {
	w.Helper()
	w.T.Log(args...)
	if strings.Contains(fmt.Sprint(args...), podPassword) {
		w.Error("a command printed a password")
	}
}

// Run runs a script as a test of its own.
func (w watched) Run(name string, f func(testscript.T)) {
	w.T.Run(name, func(t *testing.T) { f(watched{t}) })
}

// Verbose makes testscript log everything.
func (watched) Verbose() bool { return true }

// searchSecrets looks for the password in all that a script left behind: logs,
// caches, outputs. The store of the service has to know it.
func searchSecrets(env *testscript.Env) {
	err := filepath.WalkDir(env.WorkDir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what went meanwhile holds nothing
		case d.IsDir() && d.Name() == "data":
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		data, _ := os.ReadFile(path)
		if bytes.Contains(data, []byte(podPassword)) {
			return fmt.Errorf("a password stands in %s", path)
		}
		return nil
	})
	if err != nil {
		env.T().Fatal(err)
	}
}
