package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
)

// secretFile sets every secret, by the table.
func secretFile() string {
	var b strings.Builder
	for _, o := range Options() {
		if o.Secret {
			fmt.Fprintf(&b, "[%s]\n%s = hunter2\n", o.Section, o.Name)
		}
	}
	return b.String()
}

func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	c, warnings, problems := load(t, from(t, secretFile()))
	if c.Etcd.Password != "hunter2" || problems != nil {
		t.Fatalf("%q", problems)
	}
	var out bytes.Buffer
	if err := c.Show(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), hidden); n != strings.Count(secretFile(), "hunter2") {
		t.Errorf("%d secrets are hidden:\n%s", n, &out)
	}
	encoded, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %q", c, c, c, encoded, warnings)
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("x", "config", c, "secret", c.Etcd.Password)
	}
	if strings.Contains(out.String(), "hunter") {
		t.Errorf("a secret is in %s", &out)
	}
}

// What is wrong with a file never shows what its secrets are.
func TestSecretsAreNotInProblems(t *testing.T) {
	t.Parallel()
	content := strings.ReplaceAll(secretFile(), "hunter2", "$hunter2")
	_, warnings, problems := load(t, from(t, content+"[hunter2\nhunter2\n= hunter2\n[etcd]\nendpoints = http://u:hunter2@h\n"))
	if len(problems) < 4 || strings.Contains(strings.Join(append(problems, warnings...), "\n"), "hunter") {
		t.Errorf("%q\n%q", problems, warnings)
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	s := from(t, "[api]\nmax_limit = 5\n[etcd]\nhost = h\nusername = a\n  b\npassword = x\n[cors]\nallowed_origin = http://a,http://b\n")
	s.Environ = []string{"VALENCE_API_BIND_PORT=1"}
	s.Flags = map[string]string{"debug": "true"}
	c := mustLoad(t, s)
	var out bytes.Buffer
	if err := c.Show(&out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`[api] bind_host 127.0.0.1 default`,
		`[api] bind_port 1 $VALENCE_API_BIND_PORT`,
		`[api] max_limit 5 ` + s.Files[0] + `:2`,
		`[DEFAULT] log_level debug --debug`,
		`[DEFAULT] log_file - default`,
		`[etcd] endpoints http://h:2379 ` + s.Files[0] + `:4`,
		`[etcd] username a\nb ` + s.Files[0] + `:5`,
		`[etcd] password *** ` + s.Files[0] + `:7`,
		`[cors] allowed_origin http://a, http://b ` + s.Files[0] + `:9`,
	} {
		if !strings.Contains("\n"+regexp.MustCompile(` +`).ReplaceAllString(out.String(), " "), "\n"+line+"\n") {
			t.Errorf("no %s in\n%s", line, &out)
		}
	}
}

// With its comment signs taken away the sample is a file that sets all options
// to their defaults.
func TestSample(t *testing.T) {
	t.Parallel()
	var sample bytes.Buffer
	if err := Sample(&sample); err != nil {
		t.Fatal(err)
	}
	if c := mustLoad(t, from(t, sample.String())); len(c.origins) > 0 {
		t.Errorf("the sample itself sets %v", c.origins)
	}
	content := regexp.MustCompile(`(?m)^#(\w+ =)`).ReplaceAllString(sample.String(), "$1")
	c, warnings, problems := load(t, from(t, content))
	if len(warnings)+len(problems) > 0 {
		t.Fatalf("%q\n%q", warnings, problems)
	}
	if set, want := len(c.origins), len(Options()); set != want {
		t.Errorf("%d options are set, want %d", set, want)
	}
	if reloadable, restart := Changed(mustLoad(t, from(t, "")), c); len(reloadable)+len(restart) > 0 {
		t.Errorf("not the defaults: %v %v", reloadable, restart)
	}
}
