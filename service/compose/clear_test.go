package compose_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

func TestClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	pm := p.register()
	admin := service.WithCaller(context.Background(), service.Caller{Role: service.Admin})
	code(t, p.work.Clear(admin, "", service.Decompose), service.Invalid)
	code(t, p.work.Clear(admin, "other", service.Decompose), service.NotFound)
	ok(t, p.work.Clear(admin, pm.UUID, service.Decompose))

	for range 4 {
		p.compose()
	}
	others, err := p.work.Compose(by("q"), request())
	ok(t, err)
	w.breakNext("DELETE", 2, podsim.Fault{Status: 409})
	err = p.work.Clear(by("p"), pm.Name, service.Decompose)
	code(t, err, service.Conflict)
	named := 0
	for _, n := range p.nodeCount(3) {
		if n.UUID != others.UUID && strings.Contains(err.Error(), n.UUID) {
			named++
		}
	}
	if named != 2 || !strings.Contains(err.Error(), "2 of 4 nodes are left") || strings.Contains(err.Error(), others.UUID) {
		t.Errorf("the error does not say what is left: %v", err)
	}
	ok(t, p.work.Clear(admin, pm.UUID, service.ForgetHardware))
	for n := range p.store.Nodes(t.Context(), service.NodeFilter{}, "") {
		t.Errorf("node %s is left", n.UUID)
	}
	if left := w.pod.Nodes(); len(left) != 3 {
		t.Errorf("%d machines are left, want 3", len(left))
	}
}

// TestClearInMeasure counts how many nodes are deleted at once.
func TestClearInMeasure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	var mu sync.Mutex
	now, most := 0, 0
	w.seen = func(point string) {
		mu.Lock()
		switch point {
		case compose.DeleteBegun:
			now++
			most = max(most, now)
		case compose.DeleteFinished:
			now--
		}
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
	p := w.start()
	pm := p.register()
	for i := range 40 {
		ok(t, p.store.CreateNode(t.Context(), service.Node{
			UUID: uuid.NewString(), Name: fmt.Sprint(i), PodManagerID: pm.UUID, ProjectID: "p",
			State: service.NodeFailed, Failure: &service.Failure{Code: service.PodFailed, Message: "broken"},
		}))
	}
	ok(t, p.work.Clear(by("p"), pm.UUID, service.Decompose))
	p.nodeCount(0)
	if most < 2 || most > 8 {
		t.Errorf("%d nodes were deleted at once", most)
	}
}

// TestClearOfManyThatAreLeft is about the length of the error, and a caller
// that goes away.
func TestClearOfManyThatAreLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	pm := p.register()
	ctx, cancel := context.WithCancel(by("p"))
	for i := range 30 {
		n := service.Node{UUID: uuid.NewString(), Name: "n", PodManagerID: pm.UUID, ProjectID: "p", State: service.NodeComposed}
		n.Ref = fmt.Sprintf("/redfish/v1/Nodes/%d", i)
		ok(t, p.store.CreateNode(ctx, n))
	}
	w.breakNext("", 1000, podsim.Fault{})
	for _, f := range w.faults {
		f.delay = 8 * time.Second
	}
	time.AfterFunc(200*time.Millisecond, cancel)
	begin := time.Now()
	err := p.work.Clear(ctx, pm.UUID, service.Decompose)
	if took := time.Since(begin); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
	if err == nil || len(err.Error()) > 2000 || !strings.Contains(err.Error(), "30 of 30 nodes are left") {
		t.Errorf("%v", err)
	}
}
