package storetest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func testHold(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	pm := registered(t, a, "a")
	n := composed(t, a, pm, "/redfish/v1/Nodes/1")
	release, err := a.Hold(ctx, n.UUID)
	ok(t, err)
	for _, s := range []service.Store{a, b} {
		_, err = s.Hold(ctx, n.UUID)
		code(t, err, service.Conflict)
		in, gone := removal(n)
		_, _, err = s.Begin(ctx, in, gone)
		code(t, err, service.Conflict)
	}
	release()
	release() // a second time does nothing
	release, err = b.Hold(ctx, n.UUID)
	ok(t, err)
	release()
	in, gone := removal(n)
	_, _, err = a.Begin(ctx, in, gone)
	ok(t, err)
	_, err = b.Hold(ctx, n.UUID)
	code(t, err, service.Conflict)
}

func testOthersMayNotWrite(t *testing.T, open Open) {
	a, b := only(t, open), only(t, open)
	ctx := t.Context()
	in, n := begun(t, a, registered(t, a, "a"))
	code(t, b.Advance(ctx, in, n), service.Conflict)
	code(t, b.Finish(ctx, n), service.Conflict)
	code(t, b.Forget(ctx, n.UUID), service.Conflict)
	for _, s := range []service.Store{a, b} {
		_, _, claimed, err := s.Claim(ctx, n.UUID)
		ok(t, err)
		if claimed {
			t.Error("the work of a living process was claimed")
		}
	}
	ok(t, a.Advance(ctx, in, n))
}

func testClaimAfterDeath(t *testing.T, open Open) {
	ctx := t.Context()
	a, die := open(t)
	in, n := begun(t, a, registered(t, a, "a"))
	in.Step, n.Ref = service.StepAllocated, "/redfish/v1/Nodes/1"
	ok(t, a.Advance(ctx, in, n))
	die()

	b := only(t, open)
	gotIn, gotNode, claimed, err := b.Claim(ctx, n.UUID)
	ok(t, err)
	if !claimed {
		t.Fatal("the work of a dead process was not claimed")
	}
	same(t, gotIn, in)
	same(t, gotNode, n)
	if _, _, claimed, err := b.Claim(ctx, n.UUID); claimed || err != nil {
		t.Errorf("a second claim: %v, %v", claimed, err)
	}
	n.State = service.NodeComposed
	ok(t, b.Finish(ctx, n))
	if _, _, claimed, err := b.Claim(ctx, n.UUID); claimed || err != nil {
		t.Errorf("a claim of finished work: %v, %v", claimed, err)
	}
}

// testLostHold is about a process that lives on after its hold was lost.
func testLostHold(t *testing.T, open Open) {
	ctx := t.Context()
	a, lose := open(t)
	pm := registered(t, a, "a")
	in, n := begun(t, a, pm)
	in2, n2 := begun(t, a, pm)
	lose()
	b := only(t, open)
	_, _, claimed, err := b.Claim(ctx, n.UUID)
	ok(t, err)
	if !claimed {
		t.Fatal("the work was not claimed")
	}
	n.Ref = "/redfish/v1/Nodes/1"
	code(t, a.Advance(ctx, in, n), service.Conflict)
	code(t, a.Finish(ctx, n), service.Conflict)
	code(t, a.Forget(ctx, n.UUID), service.Conflict)
	got, err := a.Node(ctx, n.UUID)
	ok(t, err)
	if got.Ref != "" {
		t.Error("a process without the hold has written the node")
	}
	// It may take up what nobody claimed, and new work.
	code(t, a.Advance(ctx, in2, n2), service.Conflict)
	_, _, claimed, err = a.Claim(ctx, n2.UUID)
	ok(t, err)
	if !claimed {
		t.Error("lost work was not claimed again")
	}
	ok(t, a.Advance(ctx, in2, n2))
	begun(t, a, pm)
}

func testOneClaimWins(t *testing.T, open Open) {
	ctx := t.Context()
	a, die := open(t)
	_, n := begun(t, a, registered(t, a, "a"))
	die()
	var claims atomic.Int32
	var all sync.WaitGroup
	for range 3 {
		s := only(t, open)
		for range 3 {
			all.Go(func() {
				_, _, claimed, err := s.Claim(ctx, n.UUID)
				if err != nil {
					t.Error(err)
				}
				if claimed {
					claims.Add(1)
				}
			})
		}
	}
	all.Wait()
	if claims.Load() != 1 {
		t.Errorf("%d claims of one piece of work were granted", claims.Load())
	}
}
