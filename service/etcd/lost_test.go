package etcd

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/valence-rsd/valence/service"
)

// forgetful is an etcd that does what it is asked, but whose answers get lost:
// that of every write that was made.
type forgetful struct {
	clientv3.KV
	on     atomic.Bool
	deaf   atomic.Bool // that of every other transaction gets lost, too
	never  atomic.Bool // the next request gets lost, and is not done
	broken atomic.Bool // so do all others
	lost   atomic.Int32
	// meanwhile is done after an answer was lost, by somebody else.
	meanwhile func()
}

func (f *forgetful) Txn(ctx context.Context) clientv3.Txn {
	return &forgetfulTxn{Txn: f.KV.Txn(ctx), kv: f}
}

type forgetfulTxn struct {
	clientv3.Txn
	kv     *forgetful
	writes bool
}

func (t *forgetfulTxn) If(cs ...clientv3.Cmp) clientv3.Txn   { t.Txn = t.Txn.If(cs...); return t }
func (t *forgetfulTxn) Else(ops ...clientv3.Op) clientv3.Txn { t.Txn = t.Txn.Else(ops...); return t }
func (t *forgetfulTxn) Then(ops ...clientv3.Op) clientv3.Txn {
	t.writes = slices.ContainsFunc(ops, func(o clientv3.Op) bool { return o.IsPut() || o.IsDelete() })
	t.Txn = t.Txn.Then(ops...)
	return t
}

func (t *forgetfulTxn) Commit() (*clientv3.TxnResponse, error) {
	if t.kv.broken.Load() {
		return nil, status.Error(codes.Unavailable, "there is no connection")
	}
	if t.kv.never.CompareAndSwap(true, false) {
		return t.lose()
	}
	resp, err := t.Txn.Commit()
	made := err == nil && resp.Succeeded && t.writes
	if !t.kv.on.Load() || !made && !t.kv.deaf.Load() {
		return resp, err
	}
	return t.lose()
}

func (t *forgetfulTxn) lose() (*clientv3.TxnResponse, error) {
	t.kv.lost.Add(1)
	if do := t.kv.meanwhile; do != nil {
		t.kv.meanwhile = nil
		do()
	}
	return nil, status.Error(codes.Unavailable, "the connection broke")
}

// deaf is a store that hears the answer to no write that was made, and another
// one on the same records that hears everything.
func deaf(t *testing.T) (s, other *Store, kv *forgetful) {
	t.Helper()
	e := started(t, t.TempDir())
	keys := sealer(t)
	other = opened(t, Config{Client: e.Client(), Sealer: keys, Shared: true})
	client := v3client.New(e.server.Server)
	kv = &forgetful{KV: client.KV}
	client.KV = kv
	s = opened(t, Config{Client: client, Sealer: keys, Shared: true, Timeout: 2 * time.Second})
	kv.on.Store(true)
	return s, other, kv
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoAnswerComes goes through every write with a client that never hears
// that it was made.
func TestNoAnswerComes(t *testing.T) {
	t.Parallel()
	s, other, kv := deaf(t)
	ctx := t.Context()

	pm := create(t, s)
	rename := func(pm *service.PodManager) error { pm.Description += "x"; return nil }
	updated, err := s.UpdatePodManager(ctx, pm.UUID, rename)
	must(t, err)
	if updated.Description != "x" {
		t.Errorf("an update was made %d times", len(updated.Description))
	}
	in, n := service.Intent{Kind: service.IntentCompose, Step: service.StepIntended}, service.Node{UUID: uuid.NewString(), PodManagerID: pm.UUID, IdempotencyKey: "k"}
	in.NodeUUID = n.UUID
	if _, begun, err := s.Begin(ctx, in, n); !begun || err != nil {
		t.Fatalf("Begin: %v, %v", begun, err)
	}
	n.Ref = "/redfish/v1/Nodes/1"
	must(t, s.Advance(ctx, in, n))
	must(t, s.Order(ctx, n.UUID, service.OrderCancel))
	must(t, s.Finish(ctx, n))
	_, err = s.UpdateNode(ctx, n.UUID, func(n *service.Node) error { n.Name += "x"; return nil })
	must(t, err)
	release, err := s.Hold(ctx, n.UUID)
	must(t, err)
	release()
	must(t, s.CreateNode(ctx, service.Node{UUID: uuid.NewString(), PodManagerID: pm.UUID, Ref: "/redfish/v1/Nodes/2"}))
	if got, err := other.Node(ctx, n.UUID); err != nil || got.Name != "x" || got.Ref != n.Ref {
		t.Errorf("the node is %+v, %v", got, err)
	}
	if release, err = other.Hold(ctx, n.UUID); err != nil {
		t.Errorf("the node is still held: %v", err)
	} else {
		release()
	}
	in.Kind = service.IntentDelete
	_, _, err = s.Begin(ctx, in, n)
	must(t, err)
	must(t, s.Forget(ctx, n.UUID))

	v := service.Volume{UUID: uuid.NewString(), PodManagerID: pm.UUID, IdempotencyKey: "k"}
	release, err = s.HoldVolume(ctx, v.UUID)
	must(t, err)
	if _, created, err := s.CreateVolume(ctx, v); !created || err != nil {
		t.Fatalf("CreateVolume: %v, %v", created, err)
	}
	_, err = s.UpdateVolume(ctx, v.UUID, func(v *service.Volume) error { v.CapacityBytes++; return nil })
	must(t, err)
	if got, err := other.Volume(ctx, v.UUID); err != nil || got.CapacityBytes != 1 {
		t.Errorf("the volume is %+v, %v", got, err)
	}
	must(t, s.DeleteVolume(ctx, v.UUID))
	release()
	d := service.Device{UUID: uuid.NewString(), PodManagerID: pm.UUID, Ref: "/d"}
	must(t, s.CreateDevice(ctx, d))
	must(t, s.DeleteDevice(ctx, d.UUID))
	d.UUID = uuid.NewString()
	must(t, s.CreateDevice(ctx, d))
	for left, err := range s.Nodes(ctx, service.NodeFilter{}, "") {
		must(t, err)
		in.NodeUUID = left.UUID
		_, _, err = s.Begin(ctx, in, left)
		must(t, err)
		must(t, s.Forget(ctx, left.UUID))
	}
	must(t, s.DeletePodManager(ctx, pm.UUID))
	if kv.lost.Load() < 15 {
		t.Errorf("only %d answers were lost", kv.lost.Load())
	}
	if left := keys(t, other); len(left) != permanent {
		t.Errorf("these keys are left: %q", left)
	}
}

// TestOvertaken is about a write whose answer was lost, and that others have
// written over before it is repeated.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s, other, kv := deaf(t)
	ctx := t.Context()
	f := service.Flavor{UUID: uuid.NewString(), Name: "f"}
	overwrite := func() {
		for range 3 {
			_, err := other.UpdateFlavor(ctx, f.UUID, func(f *service.Flavor) error { f.Name += "o"; return nil })
			if err != nil {
				t.Error(err)
			}
		}
	}
	kv.meanwhile = overwrite
	must(t, s.CreateFlavor(ctx, f))
	kv.meanwhile = overwrite
	_, err := s.UpdateFlavor(ctx, f.UUID, func(f *service.Flavor) error { f.Name += "s"; return nil })
	must(t, err)
	got, err := other.Flavor(ctx, f.UUID)
	must(t, err)
	if got.Name != "fooosooo" {
		t.Errorf("the flavor is named %q: a change was lost or made twice", got.Name)
	}
	kv.meanwhile = func() { must(t, other.DeleteFlavor(ctx, f.UUID)) }
	_, err = s.UpdateFlavor(ctx, f.UUID, func(f *service.Flavor) error { f.Name += "s"; return nil })
	if service.CodeOf(err) != service.NotFound {
		t.Errorf("updating what is gone: %v", err)
	}
}

// TestEqualUpdates is about a request that was lost, while another process made
// the same of the record: what it holds does not tell whose write it was.
func TestEqualUpdates(t *testing.T) {
	t.Parallel()
	s, other, kv := deaf(t)
	f := service.Flavor{UUID: uuid.NewString()}
	must(t, s.CreateFlavor(t.Context(), f))
	count := func(s *Store) error {
		_, err := s.UpdateFlavor(t.Context(), f.UUID, func(f *service.Flavor) error { f.Properties.Memory.CapacityMiB++; return nil })
		return err
	}
	kv.meanwhile = func() { must(t, count(other)) }
	kv.never.Store(true)
	must(t, count(s))
	got, err := other.Flavor(t.Context(), f.UUID)
	must(t, err)
	if got.Properties.Memory.CapacityMiB != 2 {
		t.Errorf("two updates have counted to %d", got.Properties.Memory.CapacityMiB)
	}
}

// TestNeverKnown is about a store that gives up without knowing whether its
// write was made: nothing may stay held for it.
func TestNeverKnown(t *testing.T) {
	t.Parallel()
	s, other, kv := deaf(t)
	ctx := t.Context()
	pm := create(t, s)
	in, n := service.Intent{Kind: service.IntentCompose}, service.Node{UUID: uuid.NewString(), PodManagerID: pm.UUID}
	in.NodeUUID = n.UUID
	kv.deaf.Store(true)
	begin := time.Now()
	if _, _, err := s.Begin(ctx, in, n); service.CodeOf(err) != service.Unavailable {
		t.Errorf("Begin without an answer: %v", err)
	}
	if took := time.Since(begin); took > 2*s.timeout {
		t.Errorf("it took %s to give up", took)
	}
	kv.deaf.Store(false)
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		gotIn, gotNode, claimed, err := other.Claim(ctx, n.UUID)
		must(t, err)
		if claimed {
			if diff := cmp.Diff(in, gotIn) + cmp.Diff(n, gotNode); diff != "" {
				t.Error(diff)
			}
			break
		}
		if time.Now().After(until) {
			t.Fatal("what was begun cannot be claimed: the hold stays behind")
		}
	}
	must(t, other.Forget(ctx, n.UUID))
}

// TestReleaseIsCarriedOn is about a hold that could not be given back.
func TestReleaseIsCarriedOn(t *testing.T) {
	t.Parallel()
	s, other, kv := deaf(t)
	id := uuid.NewString()
	release, err := s.HoldVolume(t.Context(), id)
	must(t, err)
	kv.broken.Store(true)
	release()
	if _, err := other.HoldVolume(t.Context(), id); service.CodeOf(err) != service.Conflict {
		t.Errorf("the hold went without etcd: %v", err)
	}
	kv.broken.Store(false)
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if release, err = other.HoldVolume(t.Context(), id); err == nil {
			release()
			return
		}
		if time.Now().After(until) {
			t.Fatal("the hold was never given back")
		}
	}
}
