package app_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// composing begins a compose and gives its answer later; it returns when the
// pod works on it.
func composing(t *testing.T, base string, pod *podsim.Server, headers ...string) <-chan string {
	t.Helper()
	answered := make(chan string, 1)
	go func() {
		_, text, err := post(base+"/v1/nodes", `{"name":"web"}`, headers...)
		if err != nil {
			text = "no answer: " + err.Error()
		}
		answered <- text
	}()
	until(t, "the pod to work", func() bool {
		nodes := pod.Nodes()
		return len(nodes) == 1 && nodes[0].State == "Assembling"
	})
	return answered
}

func TestStopFinishesACompose(t *testing.T) {
	t.Parallel()
	pod := startPod(t, podsim.Options{AssembleDelay: time.Second})
	o := options(t)
	service, base := start(t, o)
	register(t, base, pod)
	answered := composing(t, base, pod)

	if err := stop(service, time.Minute); err != nil {
		t.Error(err)
	}
	select {
	case text := <-answered:
		if !strings.Contains(text, `"composed"`) {
			t.Errorf("answer: %s", text)
		}
	default:
		t.Error("stopped before the compose was answered")
	}
	if _, err := net.Dial("tcp", service.Addr().String()); err == nil {
		t.Error("it still listens")
	}
	_, base = start(t, o)
	if _, text, err := get(base + "/v1/nodes"); strings.Count(text, `"composed"`) != 1 {
		t.Errorf("after the next start: %s, %v", text, err)
	}
}

func TestStopFinishesACompose202(t *testing.T) {
	t.Parallel()
	pod := startPod(t, podsim.Options{AssembleDelay: time.Second})
	o := options(t)
	service, base := start(t, o)
	register(t, base, pod)
	<-composing(t, base, pod, "Prefer", "respond-async")
	if err := stop(service, time.Minute); err != nil {
		t.Error(err)
	}
	if nodes := pod.Nodes(); len(nodes) != 1 || nodes[0].State != "Assembled" {
		t.Errorf("stopped before the node was assembled: %+v", nodes)
	}
}

func TestStopThatCannotWait(t *testing.T) {
	t.Parallel()
	pod := startPod(t, podsim.Options{AssembleDelay: 5 * time.Second})
	o := options(t)
	service, base := start(t, o)
	register(t, base, pod)
	answered := composing(t, base, pod)

	began := time.Now()
	err := stop(service, 300*time.Millisecond)
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if err == nil || !strings.Contains(err.Error(), "it goes on after the next start") {
		t.Errorf("error: %v", err)
	}
	if text := <-answered; !strings.Contains(text, `"status":503`) || !strings.Contains(text, "shutting down") {
		t.Errorf("answer: %s", text)
	}
	_, base = start(t, o)
	until(t, "the node to be composed after the next start", func() bool {
		_, text, _ := get(base + "/v1/nodes?state=composed")
		return strings.Contains(text, `"web"`)
	})
	if nodes := pod.Nodes(); len(nodes) != 1 {
		t.Errorf("on the pod: %+v", nodes)
	}
}
