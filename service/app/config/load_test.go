package config

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// write puts content into a file for its owner only.
func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "valence.conf")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// from reads nothing but the given content.
func from(t *testing.T, content string) Sources {
	t.Helper()
	return Sources{Files: []string{write(t, content)}}
}

// texts are problems without the folder of their file.
func texts(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		p.From.name = filepath.Base(p.From.name)
		out = append(out, p.String())
	}
	return out
}

// load gives what Load does, with problems as texts.
func load(t *testing.T, s Sources) (c Config, warnings, problems []string) {
	t.Helper()
	c, warned, err := Load(s)
	if err != nil {
		all, ok := errors.AsType[Problems](err)
		if !ok {
			t.Fatalf("an error of another kind: %v", err)
		}
		problems = texts(all)
	}
	return c, texts(warned), problems
}

// mustLoad is for what is all right.
func mustLoad(t *testing.T, s Sources) Config {
	t.Helper()
	c, warnings, problems := load(t, s)
	if len(warnings)+len(problems) > 0 {
		t.Fatalf("warnings: %q\nproblems: %q", warnings, problems)
	}
	return c
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, from(t, ""))
	if c.Default.AuthStrategy != "noauth" || c.API.BindHost != "127.0.0.1" || c.API.BindPort != 8181 ||
		c.API.Timeout != 1000*time.Second || c.Default.LogLevel != slog.LevelInfo || !c.Pods.VerifyCA ||
		c.API.MaxLimit != 1000 || c.Credentials.KeyRepository != "/var/lib/valence/credential-keys" {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff([]string{"admin"}, c.Keystone.AdminRoles); diff != "" {
		t.Error(diff)
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	first, second := write(t, "[api]\nbind_port = 1\n"), write(t, "[api]\nbind_port = 2\n")
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.conf": "[api]\nbind_port = 4", "a.conf": "[api]\nbind_port = 3\nmax_limit = 7", "c.txt": "not read",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"VALENCE_API_BIND_PORT=5", "VALENCE_API_BIND_HOST=", "PATH=/bin"}
	flags := map[string]string{"bind-port": "6", "": "x"}
	for name, c := range map[string]struct {
		sources Sources
		port    int
		origin  string
	}{
		"default":        {Sources{Files: []string{os.DevNull}}, 8181, "default"},
		"file":           {Sources{Files: []string{first}}, 1, first + ":2"},
		"a second file":  {Sources{Files: []string{first, second}}, 2, second + ":2"},
		"the other way":  {Sources{Files: []string{second, first}}, 1, first + ":2"},
		"a folder":       {Sources{Files: []string{first}, Dirs: []string{dir}}, 4, filepath.Join(dir, "b.conf") + ":2"},
		"environment":    {Sources{Files: []string{first}, Dirs: []string{dir}, Environ: env}, 5, "$VALENCE_API_BIND_PORT"},
		"flag":           {Sources{Files: []string{first}, Environ: env, Flags: flags}, 6, "--bind-port"},
		"flag, no files": {Sources{Files: []string{os.DevNull}, Flags: flags}, 6, "--bind-port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := mustLoad(t, c.sources)
			if got.API.BindPort != c.port || got.origins["api.bind_port"].String() != c.origin {
				t.Errorf("%d from %s", got.API.BindPort, got.origins["api.bind_port"])
			}
			if got.API.BindHost != "127.0.0.1" {
				t.Errorf("an empty variable counts: %q", got.API.BindHost)
			}
		})
	}
}

func TestEnvironmentNames(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, Sources{Files: []string{os.DevNull}, Environ: []string{
		"VALENCE_API_LOG_LEVEL=debug", "VALENCE_API_BIND_HOST=::1", "VALENCE_API_DATA_DIR=/d", "VALENCE_API_LOG_FORMAT=json",
		"VALENCE_API_ALLOW_REMOTE_NOAUTH=yes", "VALENCE_API_LOST_ANSWER_WINDOW=3s", "VALENCE_API_ETCD_PREFIX=/p",
		"VALENCE_API_KEYSTONE_AUTHTOKEN_PASSWORD=pa$$w$rd", "VALENCE_API_PODM_SYNC_INTERVAL=5",
		"VALENCE_API_SERVICE_HOST=10.0.0.1", "VALENCE_API_PORT=tcp://10.0.0.1:8181", // what Kubernetes says of a service of this name
	}})
	if c.Default.LogLevel != slog.LevelDebug || c.API.BindHost != "::1" || c.Etcd.DataDir != "/d" || c.Default.LogFormat != "json" ||
		!c.API.AllowRemoteNoauth || c.Compose.LostAnswerWindow != 3*time.Second || c.Etcd.Prefix != "/p" ||
		c.Keystone.Password != "pa$$w$rd" || c.Pods.SyncInterval != 5*time.Second || c.Credentials.KeyRepository != "/d/credential-keys" {
		t.Errorf("%+v", c)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	s := from(t, `[DEFAULT]
auth_strategy = keyston
[api]
bind_port = 80x80
bind_host = http://h
timeout = 0
max_body = 12
oops
[cors]
allowed_origin = https://a, https://user:hunter2@b
[podm]
verify_ca =
[keystone_authtoken]
auth_url = https://user:hunter2@keystone
`)
	s.Environ = []string{"VALENCE_API_LOG_LEVEL=loud", "VALENCE_API_ETCD_QUOTA=1GiB"}
	s.Flags = map[string]string{"lost-answer-window": "-1s"}
	_, _, problems := load(t, s)
	want := []string{
		"valence.conf:8: expected name = value, and there is no =",
		`valence.conf:2: [DEFAULT] auth_strategy is "keyston"; expected keystone or noauth`,
		`$VALENCE_API_LOG_LEVEL: [DEFAULT] log_level is "loud"; expected debug, info, warning or error`,
		"valence.conf:5: [api] bind_host is a text of 8 characters; expected a host name or an IP address, without a port",
		`valence.conf:4: [api] bind_port is "80x80"; expected a whole number, from 0 to 65535`,
		`valence.conf:6: [api] timeout is "0"; expected a time in seconds or with a unit, such as 90, 1.5s or 5m, at least 1`,
		`valence.conf:7: [api] max_body is "12"; expected a whole number, at least 1024`,
		"valence.conf:10: [cors] allowed_origin is a text of 33 characters; expected a list with commas, each * or a URL such as https://host:port, without path",
		`$VALENCE_API_ETCD_QUOTA: [etcd] quota is "1GiB"; expected a whole number, from 16777216 to 8589934592`,
		"valence.conf:14: [keystone_authtoken] auth_url is a text of 29 characters; expected a URL such as https://host:port/path, without user and password",
		"valence.conf:12: [podm] verify_ca is empty; expected true or false",
		`--lost-answer-window: [compose] lost_answer_window is "-1s"; expected a time in seconds or with a unit, such as 90, 1.5s or 5m, at least 0`,
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sources Sources
		want    bool
	}{
		"flag":               {Sources{Files: []string{os.DevNull}, Flags: map[string]string{"bind-port": "x"}}, true},
		"variable":           {Sources{Files: []string{os.DevNull}, Environ: []string{"VALENCE_API_BIND_PORT=x"}}, false},
		"what a flag led to": {Sources{Files: []string{os.DevNull}, Flags: map[string]string{"data-dir": os.DevNull}}, false},
		"no such file":       {Sources{Files: []string{"/nowhere/at/all"}}, false},
		"no such folder":     {Sources{Dirs: []string{"/nowhere/at/all"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Load(c.sources)
			problems, ok := errors.AsType[Problems](err)
			if !ok || problems.Usage() != c.want {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	s := from(t, `[DEFAULT]
bind_port = 1
transport_url = rabbit://
log_format = %(asctime)s %(message)s
[api]
bind_prot = 2
workers = 4
debug = false
[apii]
x = 1
y = 2
[database]
z = 3
[podm]
password = hunter2
[keystone_authtoken]
auth_uri = http://old
www_authenticate_uri = http://new
memcached_servers = h:1
auth_url = http://keystone
`)
	s.Environ = []string{"VALENCE_API_BIND_PROT=1"}
	c, warnings, problems := load(t, s)
	want := []string{
		"valence.conf:2: there is no option [DEFAULT] bind_port; did you mean [api] bind_port?",
		"valence.conf:3: there is no option [DEFAULT] transport_url",
		"valence.conf:6: there is no option [api] bind_prot; did you mean bind_port?",
		"valence.conf:7: [api] workers has no effect: this process serves all requests in parallel",
		"valence.conf:8: [api] debug is now called [DEFAULT] debug",
		"valence.conf:10: there is no section [apii]; did you mean [api]?",
		"valence.conf:13: there is no section [database]",
		"valence.conf:15: [podm] password has no effect: pod managers are registered with the API, and the proxy to one of them is gone",
		"valence.conf:17: [keystone_authtoken] auth_uri is now called [keystone_authtoken] www_authenticate_uri",
		"valence.conf:19: [keystone_authtoken] memcached_servers has no effect: answers of Keystone are cached in this process",
		"$VALENCE_API_BIND_PROT: there is no such variable; did you mean VALENCE_API_BIND_PORT?",
		"valence.conf:4: [DEFAULT] log_format has no effect: its value is of a kind that is not used any more; expected text or json",
		"valence.conf:20: [keystone_authtoken] has no effect: [DEFAULT] auth_strategy is noauth",
	}
	if diff := cmp.Diff(want, warnings); diff != "" || problems != nil {
		t.Errorf("%s\n%q", diff, problems)
	}
	if c.Keystone.WWWAuthenticateURI != "http://new" || c.Default.LogFormat != "text" || c.API.BindPort != 8181 {
		t.Errorf("%+v", c)
	}
}

func TestOldName(t *testing.T) {
	t.Parallel()
	const old, present = "auth_uri = http://old\n", "www_authenticate_uri = http://new\n"
	for content, want := range map[string]string{old: "http://old", old + present: "http://new", present + old: "http://new"} {
		if c, _, _ := load(t, from(t, "[keystone_authtoken]\n"+content)); c.Keystone.WWWAuthenticateURI != want {
			t.Errorf("%q gives %q", content, c.Keystone.WWWAuthenticateURI)
		}
	}
	s := Sources{Files: []string{
		write(t, "[keystone_authtoken]\nwww_authenticate_uri = http://first\n"),
		write(t, "[keystone_authtoken]\nauth_uri = http://second\n"),
	}}
	if c, _, _ := load(t, s); c.Keystone.WWWAuthenticateURI != "http://second" {
		t.Errorf("%q", c.Keystone.WWWAuthenticateURI)
	}
}

func TestReadableSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		warned  bool
	}{
		"for all":             {"[etcd]\npassword = hunter2", 0o644, true},
		"of an ignored one":   {"[podm]\npassword = hunter2", 0o604, true},
		"for the group":       {"[etcd]\npassword = hunter2", 0o640, false},
		"no secret":           {"[etcd]\nusername = a", 0o644, false},
		"a secret of nothing": {"[etcd]\npassword =", 0o644, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := from(t, c.content)
			if err := os.Chmod(s.Files[0], c.mode); err != nil {
				t.Fatal(err)
			}
			_, warnings, _ := load(t, s)
			all := strings.Join(warnings, "\n")
			want := s.Files[0] + " holds a secret, and its mode " + map[bool]string{true: "0644", false: "0604"}[c.mode == 0o644]
			if strings.Contains(all, want) != c.warned || strings.Contains(all, "holds a secret") != c.warned || strings.Contains(all, "hunter2") {
				t.Errorf("%q", warnings)
			}
		})
	}
}
