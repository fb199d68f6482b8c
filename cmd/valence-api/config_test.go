package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// write makes or replaces a file.
func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// command runs valence-api to its end.
func command(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	c := exec.Command(itself(t), args...)
	c.Env = append(append(os.Environ(), asMain+"=1"), env...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run() // the status says more
	return c.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestConfigCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, bad, odd, conf := filepath.Join(dir, "good"), filepath.Join(dir, "bad"), filepath.Join(dir, "odd"), filepath.Join(dir, "d")
	write(t, good, "[api]\nbind_port = 4711\n[podm]\nverify_ca = false\n")
	write(t, bad, "[api]\nbind_port = many\nmax_limit = few\n")
	write(t, odd, "[api]\nbind_prot = 1\n")
	if err := os.Mkdir(conf, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(conf, "1.conf"), "[api]\nbind_port = 4712\n[etcd]\nendpoints = http://e:1\nusername = u\npassword = hunter2\n")

	for name, c := range map[string]struct {
		args   []string
		env    []string
		status int
		stdout string
		stderr string
	}{
		"check":          {[]string{"config", "check", "--config-file", good}, nil, 0, "configuration is valid\n", ""},
		"check, wrong":   {[]string{"config", "check", "--config-file", bad}, nil, 1, "", "valence-api: " + bad + ":2: [api] bind_port is \"many\"; expected a whole number, from 0 to 65535\nvalence-api: " + bad + ":3: "},
		"serve, wrong":   {[]string{"--config-file", bad}, nil, 1, "", bad + ":3: [api] max_limit"},
		"wrong and flag": {[]string{"--config-file", bad, "--bind-port=x"}, nil, 2, "", "--bind-port: "},
		"flag over file": {[]string{"config", "check", "--config-file", bad, "--bind-port=1"}, []string{"VALENCE_API_MAX_LIMIT=1"}, 0, "configuration is valid\n", ""},
		"check, odd":     {[]string{"config", "check", "--config-file", odd}, nil, 0, "configuration is valid\n", "valence-api: warning: " + odd + ":2: there is no option [api] bind_prot; did you mean bind_port?\n"},
		"show":           {[]string{"config", "show", "--config-file", good}, nil, 0, " 4711 " + good + ":2\n", ""},
		"show, file by variable": {[]string{"config", "show"}, []string{"VALENCE_API_CONFIG_FILE=" + good}, 0,
			" 4711 " + good + ":2\n", ""},
		"show, two files and a folder": {[]string{"config", "show", "--config-file", bad, "--config-file", good, "--config-dir", conf}, nil, 1,
			"", "max_limit"},
		"show, folder": {[]string{"config", "show", "--config-file", good, "--config-dir", conf}, nil, 0,
			" 4712 " + filepath.Join(conf, "1.conf") + ":2\n", ""},
		"show, flag":   {[]string{"config", "show", "--config-file", good, "--bind-port=1", "--allow-remote-noauth"}, nil, 0, "allow_remote_noauth true --allow-remote-noauth\n", ""},
		"show, wrong":  {[]string{"config", "show", "--config-file", bad}, nil, 1, "", "max_limit"},
		"show, secret": {[]string{"config", "show", "--config-dir", conf}, nil, 0, "[etcd] password *** ", ""},
		"sample":       {[]string{"config", "sample"}, nil, 0, "\n#bind_port = 8181\n", ""},
		"config":       {[]string{"config"}, nil, 2, "", "check"},
		"serve's flag": {[]string{"config", "check", "--address-file=x"}, nil, 2, "", "--address-file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := command(t, c.env, c.args...)
			if status != c.status {
				t.Errorf("exit status %d, want %d", status, c.status)
			}
			plain := stdout
			for strings.Contains(plain, "  ") {
				plain = strings.ReplaceAll(plain, "  ", " ")
			}
			if !strings.Contains(plain, c.stdout) || !strings.Contains(stderr, c.stderr) || c.status == 0 && c.stderr == "" && stderr != "" {
				t.Errorf("stdout: %s\nstderr: %s", stdout, stderr)
			}
			if strings.Contains(stdout+stderr, "hunter2") {
				t.Error("a secret was printed")
			}
		})
	}
}

// contains says whether a file has a text in it by now.
func contains(name, text string) bool {
	content, err := os.ReadFile(name)
	return err == nil && bytes.Contains(content, []byte(text))
}

func hangUp(t *testing.T, p *process) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	conf, log := filepath.Join(dir, "valence.conf"), filepath.Join(dir, "log")
	settings := "[DEFAULT]\nlog_file = " + log + "\nlog_level = "
	write(t, conf, settings+"error\n")
	p := start(t, itself(t), t.TempDir(), nil, "--config-file="+conf)
	ask := func() {
		if status, text, err := request("GET", p.base+"/healthz", ""); status != 200 {
			t.Errorf("%d %s %v", status, text, err)
		}
	}
	ask()
	if contains(log, "/healthz") {
		t.Error("at level error requests are logged")
	}

	write(t, conf, settings+"info\n[api]\nmax_limit = 5\nmax_header = 5000\n")
	hangUp(t, p)
	until(t, "the reload", func() bool { return contains(log, "changed=\"[[DEFAULT] log_level [api] max_limit]\"") })
	until(t, "what needs a restart", func() bool { return contains(log, "options=\"[[api] max_header]\"") })
	ask()
	until(t, "the request in the log", func() bool { return contains(log, "/healthz") })

	// A wrong configuration changes nothing; the log is opened anew all the same.
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, conf, settings+"loud\n[api]\nmax_limit = few\n")
	hangUp(t, p)
	until(t, "both errors", func() bool {
		return contains(log, conf+":3: [DEFAULT] log_level") && contains(log, conf+":5: [api] max_limit")
	})
	ask()
	until(t, "the request in the new log", func() bool { return contains(log, "/healthz") })

	write(t, conf, settings+"debug\n[api]\nbind_prot = 1\n")
	hangUp(t, p)
	until(t, "the warning", func() bool { return contains(log, "did you mean bind_port?") })
	until(t, "the third reload", func() bool { return contains(log, "changed=\"[[DEFAULT] log_level [api] max_limit]\"") })
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.wait(t); err != nil || p.stderr.Len() > 0 {
		t.Errorf("%v: %s", err, p.stderr)
	}
}
