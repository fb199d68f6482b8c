package storetest

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// settledNode is a node whose hardware exists already.
func settledNode(pm service.PodManager, ref string) service.Node {
	_, n := work(pm)
	n.State, n.Ref = service.NodeComposed, ref
	return n
}

func testCreateNode(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	n := settledNode(pm, "/redfish/v1/Nodes/1")
	ok(t, s.CreateNode(ctx, n))
	got, err := s.Node(ctx, n.UUID)
	ok(t, err)
	same(t, got, n)
	same(t, all(t, s.Intents(ctx)), nil)
	code(t, s.CreateNode(ctx, n), service.Conflict)
	code(t, s.CreateNode(ctx, settledNode(pm, n.Ref)), service.Conflict) // the machine is recorded
	ok(t, s.CreateNode(ctx, settledNode(registered(t, s, "b"), n.Ref)))  // but not that of another pod
	for _, id := range []string{uuid.NewString(), "", "a"} {
		code(t, s.CreateNode(ctx, settledNode(service.PodManager{UUID: id}, "/x")), service.NotFound)
	}
	code(t, s.DeletePodManager(ctx, pm.UUID), service.Conflict)
	in, gone := removal(n)
	_, _, err = s.Begin(ctx, in, gone)
	ok(t, err)
	ok(t, s.Forget(ctx, n.UUID))
	ok(t, s.CreateNode(ctx, settledNode(pm, n.Ref)))
}

func testUpdateNode(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	rename := func(n *service.Node) error { n.Name = "renamed"; return nil }
	_, composing := begun(t, s, pm)
	_, err := s.UpdateNode(ctx, composing.UUID, rename)
	code(t, err, service.Conflict)
	n := composed(t, s, pm, "/redfish/v1/Nodes/1")
	got, err := s.UpdateNode(ctx, n.UUID, rename)
	ok(t, err)
	n.Name = "renamed"
	same(t, got, n)
	got, err = s.Node(ctx, n.UUID)
	ok(t, err)
	same(t, got, n)
	_, err = s.UpdateNode(ctx, uuid.NewString(), rename)
	code(t, err, service.NotFound)
	refusal := errors.New("no")
	if _, err := s.UpdateNode(ctx, n.UUID, func(*service.Node) error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("the error of change came back as %v", err)
	}
	_, err = s.UpdateNode(ctx, n.UUID, func(n *service.Node) error { n.UUID = uuid.NewString(); return nil })
	code(t, err, service.Invalid)

	// A delete begins from what is stored, however old the caller's copy is.
	old := n
	n, err = s.UpdateNode(ctx, n.UUID, func(n *service.Node) error { n.ManagedBy = "ironic"; return nil })
	ok(t, err)
	other := composed(t, s, pm, "/redfish/v1/Nodes/2")
	_, err = s.UpdateNode(ctx, other.UUID, func(o *service.Node) error { o.Ref = n.Ref; return nil })
	code(t, err, service.Conflict)
	in, gone := removal(old)
	begun, isNew, err := s.Begin(ctx, in, gone)
	ok(t, err)
	if !isNew || begun.ManagedBy != "ironic" || begun.State != service.NodeDeleting {
		t.Errorf("a delete begins with %+v", begun)
	}
	_, err = s.UpdateNode(ctx, n.UUID, rename)
	code(t, err, service.Conflict)
}

func testOrders(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	pm := registered(t, a, "a")
	in, n := begun(t, a, pm)
	stands := func(want service.Order) {
		t.Helper()
		for _, s := range []service.Store{a, b} {
			got, err := s.Ordered(ctx, n.UUID)
			ok(t, err)
			same(t, got, want)
		}
	}
	stands(service.OrderNone)
	ok(t, b.Order(ctx, n.UUID, service.OrderCancel))
	stands(service.OrderCancel)
	ok(t, b.Order(ctx, n.UUID, service.OrderCancel))
	ok(t, a.Advance(ctx, in, n)) // an order is no write of the node
	stands(service.OrderCancel)
	ok(t, b.Order(ctx, n.UUID, service.OrderForget))
	stands(service.OrderForget)
	ok(t, b.Order(ctx, n.UUID, service.OrderCancel)) // is heard, and changes nothing
	stands(service.OrderForget)
	n.State = service.NodeComposed
	ok(t, a.Finish(ctx, n))
	stands(service.OrderNone)
	code(t, b.Order(ctx, n.UUID, service.OrderCancel), service.NotFound)

	in, gone := removal(n)
	_, _, err := b.Begin(ctx, in, gone)
	ok(t, err)
	stands(service.OrderNone)
	ok(t, a.Order(ctx, n.UUID, service.OrderForget))
	ok(t, b.Forget(ctx, n.UUID))
	stands(service.OrderNone)
	for _, id := range []string{uuid.NewString(), "", "x"} {
		code(t, a.Order(ctx, id, service.OrderCancel), service.NotFound)
		got, err := a.Ordered(ctx, id)
		ok(t, err)
		same(t, got, service.OrderNone)
	}
}

func testForgetIntent(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	pm := registered(t, s, "a")
	in, n := removal(composed(t, s, pm, "/redfish/v1/Nodes/1"))
	in.Kind = service.IntentForget
	_, isNew, err := s.Begin(ctx, in, n)
	ok(t, err)
	if !isNew {
		t.Error("a forget was not begun")
	}
	same(t, all(t, s.Intents(ctx)), []service.Intent{in})
	ok(t, s.Forget(ctx, n.UUID))
	_, _, err = s.Begin(ctx, in, n)
	code(t, err, service.NotFound)
	_, composing := begun(t, s, pm)
	in.NodeUUID = composing.UUID
	_, _, err = s.Begin(ctx, in, composing)
	code(t, err, service.Conflict)
}
