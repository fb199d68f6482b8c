package storetest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func testCompose(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	in, n := begun(t, s, pm)
	got, err := s.Node(ctx, n.UUID)
	ok(t, err)
	same(t, got, n)
	same(t, all(t, s.Intents(ctx)), []service.Intent{in})

	in.Step, n.Ref = service.StepAllocated, "/redfish/v1/Nodes/1"
	ok(t, s.Advance(ctx, in, n))
	ok(t, s.Advance(ctx, in, n)) // repeating it changes nothing
	got, err = s.Node(ctx, n.UUID)
	ok(t, err)
	same(t, got, n)
	same(t, all(t, s.Intents(ctx)), []service.Intent{in})

	n.State = service.NodeComposed
	ok(t, s.Finish(ctx, n))
	got, err = s.Node(ctx, n.UUID)
	ok(t, err)
	same(t, got, n)
	same(t, all(t, s.Intents(ctx)), nil)
	code(t, s.Advance(ctx, in, n), service.Conflict)
	code(t, s.Finish(ctx, n), service.Conflict)

	_, _, err = s.Begin(ctx, in, n)
	code(t, err, service.Conflict) // the node is there already
}

func testComposeOnMissingPodManager(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	for _, id := range []string{uuid.NewString(), "", "a"} {
		in, n := work(service.PodManager{UUID: id})
		_, _, err := s.Begin(ctx, in, n)
		code(t, err, service.NotFound)
	}
	same(t, all(t, s.Nodes(ctx, service.NodeFilter{}, "")), nil)
	same(t, all(t, s.Intents(ctx)), nil)
}

func testPodManagerWithNodes(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	_, n := begun(t, s, pm)
	code(t, s.DeletePodManager(ctx, pm.UUID), service.Conflict)
	ok(t, s.Forget(ctx, n.UUID))
	settled := composed(t, s, pm, "/redfish/v1/Nodes/1")
	code(t, s.DeletePodManager(ctx, pm.UUID), service.Conflict)
	in, gone := removal(settled)
	_, _, err := s.Begin(ctx, in, gone)
	ok(t, err)
	ok(t, s.Forget(ctx, settled.UUID))
	ok(t, s.DeletePodManager(ctx, pm.UUID))
}

func testIdempotency(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	use := func(project, key string) (service.Node, service.Node, bool) {
		in, n := work(pm)
		n.ProjectID, n.IdempotencyKey = project, key
		got, isNew, err := s.Begin(ctx, in, n)
		ok(t, err)
		return n, got, isNew
	}
	first, _, isNew := use("p1", "a/b")
	if !isNew {
		t.Fatal("the first use of a key is not new")
	}
	_, got, isNew := use("p1", "a/b")
	if isNew {
		t.Fatal("a key was used twice")
	}
	same(t, got, first)
	for _, other := range [][2]string{{"p2", "a/b"}, {"p1/a", "b"}, {"p1", "a%2Fb"}, {"", "a/b"}} {
		if _, _, isNew := use(other[0], other[1]); !isNew {
			t.Errorf("project %q, key %q counts as used", other[0], other[1])
		}
	}
	if got := len(all(t, s.Intents(ctx))); got != 5 {
		t.Errorf("%d intents, want 5", got)
	}
	first.State = service.NodeComposed
	ok(t, s.Finish(ctx, first))
	if _, got, isNew = use("p1", "a/b"); isNew {
		t.Fatal("a key was used again after its node was composed")
	}
	same(t, got, first)
	in, gone := removal(first)
	_, _, err := s.Begin(ctx, in, gone)
	ok(t, err)
	ok(t, s.Forget(ctx, first.UUID))
	if _, _, isNew := use("p1", "a/b"); !isNew {
		t.Error("the key of a node that is forgotten is not free")
	}
}

func testConcurrentIdempotency(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	pm := registered(t, a, "a")
	var begins atomic.Int32
	nodes := make([]string, 8)
	var all sync.WaitGroup
	for i := range nodes {
		s := []service.Store{a, b}[i%2]
		all.Go(func() {
			in, n := work(pm)
			n.IdempotencyKey = "k"
			got, isNew, err := s.Begin(ctx, in, n)
			if err != nil {
				t.Error(err)
			}
			if isNew {
				begins.Add(1)
			}
			nodes[i] = got.UUID
		})
	}
	all.Wait()
	if begins.Load() != 1 {
		t.Errorf("one key was begun %d times", begins.Load())
	}
	for _, n := range nodes {
		if n != nodes[0] {
			t.Errorf("one key has nodes %s and %s", nodes[0], n)
		}
	}
}

func testMachineOfTwoNodes(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	first := composed(t, s, pm, "/redfish/v1/Nodes/1")
	in, n := begun(t, s, pm)
	in.Step, n.Ref = service.StepAllocated, first.Ref
	code(t, s.Advance(ctx, in, n), service.Conflict)
	in.Step, n.Ref = service.StepUndoing, "" // the node is still held
	ok(t, s.Advance(ctx, in, n))
	ok(t, s.Forget(ctx, n.UUID))

	del, gone := removal(first)
	_, _, err := s.Begin(ctx, del, gone)
	ok(t, err)
	ok(t, s.Forget(ctx, first.UUID))
	composed(t, s, pm, first.Ref) // the name of the machine is free again

	in, n = begun(t, s, pm)
	in.Step, n.Ref = service.StepAllocated, "/redfish/v1/Nodes/2"
	ok(t, s.Advance(ctx, in, n))
	n.Ref, n.State = "", service.NodeFailed
	ok(t, s.Finish(ctx, n))
	composed(t, s, pm, "/redfish/v1/Nodes/2") // as is that of a node that failed
}

func testDelete(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	_, composing := begun(t, s, pm)
	in, n := removal(composing)
	_, _, err := s.Begin(ctx, in, n)
	code(t, err, service.Conflict)

	in, n = removal(composed(t, s, pm, "/redfish/v1/Nodes/1"))
	_, isNew, err := s.Begin(ctx, in, n)
	ok(t, err)
	if !isNew {
		t.Error("a delete was not begun")
	}
	got, err := s.Node(ctx, n.UUID)
	ok(t, err)
	same(t, got, n)
	_, _, err = s.Begin(ctx, in, n)
	code(t, err, service.Conflict)
	ok(t, s.Forget(ctx, n.UUID))
	_, err = s.Node(ctx, n.UUID)
	code(t, err, service.NotFound)
	_, _, err = s.Begin(ctx, in, n)
	code(t, err, service.NotFound)
	code(t, s.Forget(ctx, n.UUID), service.Conflict)
}
