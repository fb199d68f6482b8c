package config

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestValues(t *testing.T) {
	t.Parallel()
	number := func(c Config) any { return c.API.BindPort }
	wait := func(c Config) any { return c.API.Timeout }
	level := func(c Config) any { return c.Default.LogLevel }
	verify := func(c Config) any { return c.Pods.VerifyCA }
	origins := func(c Config) any { return c.CORS.AllowedOrigin }
	for content, c := range map[string]struct {
		get  func(Config) any
		want any
	}{
		"[api]\nbind_port = 0":                               {number, 0},
		"[API]\nbind_port = 65535":                           {number, 65535},
		"[api]\ntimeout = 90":                                {wait, 90 * time.Second},
		"[api]\ntimeout = 1.5":                               {wait, 1500 * time.Millisecond},
		"[api]\ntimeout = 2m30s":                             {wait, 150 * time.Second},
		"[DEFAULT]\nlog_level = WARNING":                     {level, slog.LevelWarn},
		"[DEFAULT]\nlog_level = warn":                        {level, slog.LevelWarn},
		"[DEFAULT]\nlog_level = Critical":                    {level, slog.LevelError},
		"[DEFAULT]\ndebug = on":                              {level, slog.LevelDebug},
		"[podm]\nverify_ca = No":                             {verify, false},
		"[podm]\nverify_ca = 0":                              {verify, false},
		"[cors]\nallowed_origin = http://a, https://b:8443,": {origins, []string{"http://a", "https://b:8443"}},
		"[cors]\nallowed_origin = http://a,\n  http://b":     {origins, []string{"http://a", "http://b"}},
		"[cors]\nallowed_origin =":                           {origins, []string(nil)},
	} {
		t.Run(content, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.get(mustLoad(t, from(t, content)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A level that somebody asked for where it counts more is kept.
func TestDebugAndLevel(t *testing.T) {
	t.Parallel()
	s := from(t, "[DEFAULT]\ndebug = true\nlog_level = error\n")
	if c := mustLoad(t, s); c.Default.LogLevel != slog.LevelDebug {
		t.Errorf("level %v", c.Default.LogLevel)
	}
	s.Flags = map[string]string{"log-level": "error"}
	if c := mustLoad(t, s); c.Default.LogLevel != slog.LevelError {
		t.Errorf("level %v", c.Default.LogLevel)
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, want, problem string }{
		"none":          {"[etcd]\nusername = a b\npassword=x", "a b", ""},
		"a dollar sign": {"[etcd]\nusername = a$$b$\npassword=x", "a$b$", ""},
		"escaped":       {"[etcd]\nusername = \\$prefix\npassword=x", "$prefix", ""},
		"same section":  {"[etcd]\nusername = $prefix/x\npassword=x", "/valence/v1/x", ""},
		"braces":        {"[etcd]\nusername = ${prefix}x\npassword=x", "/valence/v1x", ""},
		"DEFAULT":       {"[etcd]\nusername = $log_format\npassword=x", "text", ""},
		"other section": {"[etcd]\nusername = $api.bind_host:${api.bind_port}\npassword=x", "127.0.0.1:8181", ""},
		"of a reference": {"[etcd]\nusername = $prefix\nprefix = /${api.bind_host}\npassword=x",
			"/127.0.0.1", ""},
		"unknown":   {"[etcd]\nusername = $hunter\n", "", "valence.conf:2: [etcd] username refers to $hunter, which is no option; a dollar sign itself is written $$"},
		"in secret": {"[etcd]\npassword = pa$hunter\n", "", "valence.conf:2: [etcd] password refers to something that is no option; a dollar sign itself is written $$"},
		"to secret": {"[etcd]\npassword = hunter\nusername = $password", "", "valence.conf:3: [etcd] username refers to [etcd] password, which is secret"},
		"circle":    {"[etcd]\nusername = $prefix\nprefix = $username", "", "valence.conf:2: [etcd] username refers to itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := from(t, c.content)
			s.Environ = []string{"VALENCE_API_ETCD_ENDPOINTS=http://e:1"}
			got, _, problems := load(t, s)
			if got.Etcd.Username != c.want || c.problem == "" && len(problems) > 0 {
				t.Errorf("%q, %q", got.Etcd.Username, problems)
			}
			if c.problem != "" && !strings.Contains(strings.Join(problems, "\n"), c.problem) {
				t.Errorf("%q", problems)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	for content, option := range map[string]string{
		"[api]\nbind_port = 65536":                "bind_port",
		"[api]\nbind_port = -1":                   "bind_port",
		"[api]\nbind_port = 99999999999999999999": "bind_port",
		"[api]\nmax_limit = 0":                    "max_limit",
		"[api]\ntimeout = 999ms":                  "timeout",
		"[api]\ntimeout = 99999999999999999999":   "timeout",
		"[podm]\nsync_interval = -1":              "sync_interval",
		"[podm]\nsync_interval = 5 minutes":       "sync_interval",
		"[etcd]\nquota = 0x10000000":              "quota",
	} {
		if _, _, problems := load(t, from(t, content)); len(problems) != 1 || !strings.Contains(problems[0], option+" is ") {
			t.Errorf("%s: %q", content, problems)
		}
	}
}
