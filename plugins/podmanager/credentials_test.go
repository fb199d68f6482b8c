package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

func TestAuthItems(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	key := write(t, folder, "key", "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n")
	tests := map[string][]string{
		"no \"=\"":                 {"--auth=hunter2"},
		"not \"user\"":             {"--auth=user=hunter2"},
		"type=digest is not known": {"--auth=username=a", "--auth=password=hunter2", "--auth=type=digest"},
		"username is missing":      {"--auth=password=hunter2"},
		"nobody answers":           {"--auth=username=a"},
		"password is empty":        {"--auth=username=a", "--auth=password="},
		"reading --password-file":  {"--auth=username=a", "--password-file=/nowhere"},
		"cannot be used together":  {"--auth=username=a", "--auth=password=hunter2", "--password-file=x"},
		"reading --ca-certificate": {"--auth=username=a", "--auth=password=hunter2", "--ca-certificate=/nowhere"},
		"expected PEM":             {"--auth=username=a", "--auth=password=hunter2", "--ca-certificate=" + key},
	}
	shell := plugintest.New(t, family())
	for want, args := range tests {
		got := shell.Run(append([]string{"podmanager", "create", "x", "http://pod"}, args...)...)
		if got.Err == nil || got.Err.Code != plugin.Usage || !strings.Contains(got.Err.Message, want) {
			t.Errorf("want a usage error with %q, got %+v", want, got.Err)
		}
		if strings.Contains(fmt.Sprint(got.Err), "hunter2") {
			t.Errorf("the error repeats a secret: %v", got.Err)
		}
	}
}

func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPasswords gives the password in every way there is: only the right one
// gets a pod manager online.
func TestPasswords(t *testing.T) {
	t.Parallel()
	const password = "se;c,ret= x"
	folder := t.TempDir()
	for name, tt := range map[string]struct {
		args   []string
		answer plugin.QuestionKind
		text   string
	}{
		"option":          {args: []string{"--auth=password=" + password}},
		"file":            {args: []string{"--password-file=" + write(t, folder, "unix", password+"\nmore\n")}},
		"file of Windows": {args: []string{"--password-file=" + write(t, folder, "windows", password+"\r\n")}},
		"standard input":  {args: []string{"--password-file=-"}, answer: plugin.Input, text: password + "\n"},
		"asked for":       {answer: plugin.Secret, text: password},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stack.New(t)
			pod := s.StartPod(podsim.Options{Password: password})
			shell := plugintest.New(t, family())
			shell.Serve("rack-scale", s.Handler())
			if tt.answer != "" {
				shell.Answer(tt.answer, map[plugin.QuestionKind]string{plugin.Secret: "password"}[tt.answer], tt.text)
			}
			got := shell.Run(append([]string{"podmanager", "create", "row4", pod.URL, "--auth=username=admin"}, tt.args...)...)
			if got.Err != nil || got.Rows[0]["status"] != "Online" {
				t.Fatalf("%+v", got)
			}
			if tt.answer == plugin.Secret && !cmp.Equal(got.Asked, []string{"Password of admin at pod manager row4"}) {
				t.Errorf("asked %v", got.Asked)
			}
			if strings.Contains(fmt.Sprint(got), password) {
				t.Errorf("the secret is told: %+v", got)
			}
		})
	}
}
