package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

type problem struct {
	code plugin.Code
	text string
}

// expect runs commands that must fail like that.
func expect(t *testing.T, shell *plugintest.Shell, lines map[string]problem) {
	t.Helper()
	for line, want := range lines {
		got := shell.Run(strings.Fields(line)...)
		if got.Err == nil || got.Err.Code != want.code || !strings.Contains(got.Err.Message, want.text) {
			t.Errorf("%s: %+v, want %+v", line, got.Err, want)
		}
	}
}

// start gives a shell around the family, before a service with the pod "row4".
func start(t *testing.T) (*plugintest.Shell, *stack.Stack, *podsim.Server) {
	t.Helper()
	s := stack.New(t)
	pod := s.AddPod("row4", podsim.Options{})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	return shell, s, pod
}

func TestSet(t *testing.T) {
	t.Parallel()
	shell, _, pod := start(t)
	got := shell.Run("podmanager", "set", "--name=row5", "--description=for tests", "--location=row 5", "row4")
	if got.Err != nil || len(got.Rows)+len(got.Notices) > 0 {
		t.Fatalf("%+v", got)
	}
	shown := shell.Run("podmanager", "show", "row5").Rows[0]
	if shown["description"] != "for tests" || shown["location"] != "row 5" || shown["status"] != "Online" {
		t.Errorf("%v", shown)
	}

	// The user name stays; the password is a wrong one, and then right again.
	shell.Answer(plugin.Input, "", "wrong\n")
	got = shell.Run("podmanager", "set", "--password-file=-", "row5")
	if got.Err != nil || len(got.Notices) != 1 || !strings.HasPrefix(got.Notices[0], "warning pod manager row5 is changed, but it is") {
		t.Errorf("a wrong password: %+v", got)
	}
	shell.Answer(plugin.Secret, "password", "admin")
	got = shell.Run("podmanager", "set", "--auth=type=basic", "row5")
	if got.Err != nil || len(got.Notices) > 0 || !cmp.Equal(got.Asked, []string{"Password of admin at pod manager row5"}) {
		t.Errorf("the right password: %+v", got)
	}
	if got := shell.Run("podmanager", "set", "--url="+pod.URL+"/", "--driver=redfishv1", "row5"); got.Err != nil || len(got.Notices) > 0 {
		t.Errorf("%+v", got)
	}
	expect(t, shell, map[string]problem{
		"podmanager set row5":                        {plugin.Usage, "nothing to set"},
		"podmanager set --name=x row4":               {plugin.NotFound, `"row4"`},
		"podmanager set --name=x":                    {plugin.Usage, "<podmanager>"},
		"podmanager set --driver=x row5":             {plugin.Failed, "driver"},
		"podmanager set --auth=colour=red row5":      {plugin.Usage, `not "colour"`},
		"podmanager set --ca-certificate=/none row5": {plugin.Usage, "reading --ca-certificate"},
	})
}

// TestCertificate registers a pod that only its own authority vouches for.
func TestCertificate(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	pod := s.StartPod(podsim.Options{TLS: true})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	ca := write(t, t.TempDir(), "ca.pem", string(pod.CA()))

	line := []string{"podmanager", "create", "row4", pod.URL, "--auth=username=admin", "--auth=password=admin"}
	got := shell.Run(append(line, "--ca-certificate="+ca, "--description=d", "--location=l")...)
	if got.Err != nil || got.Rows[0]["status"] != "Online" || !strings.HasPrefix(got.Rows[0]["ca_certificate"].(string), "-----BEGIN CERTIFICATE-----") {
		t.Fatalf("%+v", got)
	}
	if got.Rows[0]["description"] != "d" || got.Rows[0]["location"] != "l" {
		t.Errorf("%v", got.Rows[0])
	}
	got = shell.Run("podmanager", "set", "--ca-certificate=", "row4")
	if got.Err != nil || len(got.Notices) != 1 || !strings.Contains(got.Notices[0], "certificate") {
		t.Errorf("without the authority: %+v", got)
	}
	if got := shell.Run("podmanager", "set", "--ca-certificate="+ca, "row4"); got.Err != nil || len(got.Notices) > 0 {
		t.Errorf("with it again: %+v", got)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	shell, s, pod := start(t)
	s.AddPod("row5", podsim.Options{Seed: 7})
	compose(t, s, "row4", "web-1")
	expect(t, shell, map[string]problem{
		"podmanager delete row4":           {plugin.Conflict, "node"},
		"podmanager delete --dry-run row4": {plugin.Conflict, "pod manager row4 would stay: it has nodes, such as web-1"},
		"podmanager delete row4 missing":   {plugin.Failed, "2 of 2 failed"},
		"podmanager delete --nodes=x row4": {plugin.Usage, "--nodes"},
		"podmanager delete":                {plugin.Usage, "<podmanager>"},
	})
	dry := shell.Run("podmanager", "delete", "--dry-run", "--nodes=decompose", "row4")
	if len(dry.Notices) != 2 || !strings.HasPrefix(dry.Notices[0], "info would decompose node web-1 (") ||
		!strings.HasPrefix(dry.Notices[1], "info would delete pod manager row4 (") {
		t.Errorf("%+v", dry)
	}
	shell.Answer(plugin.Confirm, "", "no")
	for _, tt := range []struct{ args, question string }{
		{"row4 row5", "Delete pod manager row4, row5?"},
		{"--nodes=decompose row4", "Delete pod manager row4, and decompose its nodes and storages?"},
		{"--nodes=forget row4", "Delete pod manager row4, and leave its nodes and storages on the pod?"},
	} {
		got := shell.Run(append([]string{"podmanager", "delete"}, strings.Fields(tt.args)...)...)
		if got.Err == nil || !cmp.Equal(got.Asked, []string{tt.question}) {
			t.Errorf("%s: %+v", tt.args, got)
		}
	}
	if got := shell.Run("podmanager", "delete", "--yes", "--nodes=decompose", "row4", "row5"); got.Err != nil || len(pod.Nodes()) > 0 {
		t.Errorf("%+v, on the pod %v", got, pod.Nodes())
	}
	if left := shell.Run("podmanager", "list"); len(left.Rows) > 0 {
		t.Errorf("left: %v", left.Rows)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	shell, s, pod := start(t)
	compose(t, s, "row4", "web-1")
	if got := shell.Run("podmanager", "delete", "--yes", "--nodes=forget", "row4"); got.Err != nil || len(pod.Nodes()) != 1 {
		t.Errorf("%+v, on the pod %v", got, pod.Nodes())
	}
}
