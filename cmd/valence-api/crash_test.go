package main

import (
	"bytes"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

func TestCrashHook(t *testing.T) {
	t.Parallel()
	const variable = "VALENCE_CRASH_AT"
	const point = "compose.pod-allocated"
	dataDir := t.TempDir()
	crashing := build(t, "-tags=crashtest")
	p := start(t, crashing, dataDir, []string{variable + "=" + point})
	pod := register(t, p.base, podsim.Options{})
	if _, text, err := request("POST", p.base+"/v1/nodes", `{"name":"a"}`); err == nil {
		t.Errorf("it answered %s", text)
	}
	if err := p.wait(t); killedBy(err) != syscall.SIGKILL {
		t.Errorf("it ended with %v: %s", err, p.stderr)
	}
	if n := len(pod.Nodes()); n != 1 {
		t.Errorf("%d nodes on the pod when it crashed, want 1", n)
	}

	normal := build(t)
	if content, err := os.ReadFile(normal); err != nil || bytes.Contains(content, []byte(variable)) {
		t.Errorf("the hook is in the normal binary, %v", err)
	}
	p = start(t, normal, dataDir, []string{variable + "=" + point})
	until(t, "the node or the hardware to be there or gone, both", func() bool {
		_, text, _ := request("GET", p.base+"/v1/nodes", "")
		switch len(pod.Nodes()) {
		case 0:
			return text == "[]\n"
		case 1:
			return strings.Contains(text, `"state":"composed"`)
		}
		return false
	})
}
