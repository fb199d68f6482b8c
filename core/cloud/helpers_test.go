package cloud

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/fault"
)

// world is a root folder with files in it, an environment and options; @ stands
// for the root in all of them.
type world struct {
	files            map[string]string
	env              map[string]string
	options          map[string]string
	insecure, verify bool
}

func (w world) request(t testing.TB) (Request, string) {
	t.Helper()
	root := t.TempDir()
	for path, text := range w.files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "@", root)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"HOME": "@/home", "XDG_CONFIG_DIRS": "@/site"}
	for key, value := range w.env {
		env[key] = value
	}
	r := Request{Dir: filepath.Join(root, "cwd"), Insecure: w.insecure, Verify: w.verify, Options: map[string]string{}}
	for key, value := range env {
		r.Environ = append(r.Environ, key+"="+strings.ReplaceAll(value, "@", root))
	}
	for key, value := range w.options {
		r.Options[key] = strings.ReplaceAll(value, "@", root)
	}
	return r, root
}

func (w world) resolve(t testing.TB) *Resolved {
	t.Helper()
	r, _ := w.request(t)
	c, err := Resolve(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// failure resolves and checks; there must be an error.
func (w world) failure(t testing.TB) *fault.Error {
	t.Helper()
	r, root := w.request(t)
	c, err := Resolve(r)
	if err == nil {
		err = c.Check()
	}
	if err == nil {
		t.Fatal("no error")
	}
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("an error that is no fault: %v", err)
	}
	e.Message, e.Hint = strings.ReplaceAll(e.Message, root, "@"), strings.ReplaceAll(e.Hint, root, "@")
	return e
}

// shown is one key of what configuration show prints, "-" for none.
func (c *Resolved) shown(key string) any {
	v, ok := c.Show(true)[key]
	if !ok {
		return "-"
	}
	return v
}

// clouds is a world with one clouds.yaml.
func clouds(text string) world {
	return world{files: map[string]string{"cwd/clouds.yaml": text}, options: map[string]string{"cloud": "c"}}
}

// entry is a world in which the cloud c has these settings, written in flow
// style, and is chosen.
func entry(settings string) world { return clouds("clouds: {c: {" + settings + "}}") }

func (w world) with(key, value string) world {
	options := map[string]string{key: value}
	for k, v := range w.options {
		if k != key {
			options[k] = v
		}
	}
	w.options = options
	return w
}

func (w world) setenv(pairs ...string) world {
	env := map[string]string{}
	for k, v := range w.env {
		env[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	w.env = env
	return w
}

func (w world) file(path, text string) world {
	files := map[string]string{path: text}
	for k, v := range w.files {
		if k != path {
			files[k] = v
		}
	}
	w.files = files
	return w
}
