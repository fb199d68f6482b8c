package compose_test

import (
	"context"
	"errors"
	"path"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
)

// TestManage adopts machines that Valence has forgotten.
func TestManage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	pm := p.register()
	q := w.on(p.etcd)
	composed := p.compose()
	_, err := p.work.Manage(by("p"), service.ManageRequest{Index: composed.Index()})
	code(t, err, service.Conflict) // it is a node already
	ok(t, p.work.Delete(by("p"), composed.UUID, service.ForgetHardware))
	pod, err := p.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	allocated, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: uuid.NewString(), Name: "on its way"})
	ok(t, err)

	for _, tt := range []struct {
		name string
		who  context.Context
		r    service.ManageRequest
		want service.Code
	}{
		{"no index", by("q"), service.ManageRequest{}, service.Invalid},
		{"no project", context.Background(), service.ManageRequest{Index: composed.Index()}, service.Forbidden},
		{"no such machine", by("q"), service.ManageRequest{Index: "4711"}, service.NotFound},
		{"a path", by("q"), service.ManageRequest{Index: composed.Ref}, service.NotFound},
		{"no such pod manager", by("q"), service.ManageRequest{PodManagerID: "x", Index: composed.Index()}, service.NotFound},
		{"not assembled", by("q"), service.ManageRequest{Index: path.Base(allocated)}, service.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := p.work.Manage(tt.who, tt.r)
			code(t, err, tt.want)
		})
	}
	ok(t, pod.Delete(t.Context(), allocated))

	// Of several at once, in two processes, one wins.
	var all []<-chan error
	managed := make(chan service.Node, 8)
	for i := range cap(managed) {
		x := []*process{p, q}[i%2]
		all = append(all, async(func() error {
			n, err := x.work.Manage(by("q"), service.ManageRequest{PodManagerID: pm.Name, Index: composed.Index()})
			if err == nil {
				managed <- n
			}
			return err
		}))
	}
	for _, c := range all {
		if err := inTime(t, c); err != nil {
			code(t, err, service.Conflict)
		}
	}
	if len(managed) != 1 {
		t.Fatalf("%d have managed it", len(managed))
	}
	n := <-managed
	if n.UUID == composed.UUID || n.Name != "web" || n.Description != "for tests" || n.ProjectID != "q" ||
		n.State != service.NodeComposed || n.Ref != composed.Ref || n.PodManagerID != pm.UUID || n.CreatedAt.IsZero() {
		t.Errorf("managed %+v", n)
	}
	ok(t, p.work.Reset(by("q"), n.UUID, service.ResetForceOff))
	ok(t, q.work.Delete(by("q"), n.UUID, service.Decompose))
	p.nodeCount(0)
}

func TestManageWithName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	composed := p.compose()
	ok(t, p.work.Delete(by("p"), composed.UUID, service.ForgetHardware))
	n, err := p.work.Manage(by("p"), service.ManageRequest{Index: composed.Index(), Name: "mine"})
	ok(t, err)
	shown, machine, err := p.work.Show(by("p"), n.UUID)
	ok(t, err)
	if shown.Name != "mine" || machine == nil || machine.Name != "web" {
		t.Errorf("shown %+v with %+v", shown, machine)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	r := request()
	r.Requirements.Processor.TotalCores = 1
	n, err := p.work.Compose(by("p"), r)
	ok(t, err)
	everything := func(n *service.Node) error {
		*n = service.Node{UUID: uuid.NewString(), Name: "new", Description: "changed", ManagedBy: "me", ProjectID: "q", Ref: "x"}
		return nil
	}
	after, err := p.work.Update(by("p"), n.UUID, everything)
	ok(t, err)
	want := n
	want.Name, want.Description, want.UpdatedAt = "new", "changed", after.UpdatedAt
	if !after.UpdatedAt.After(n.UpdatedAt) {
		t.Errorf("updated at %s, and before at %s", after.UpdatedAt, n.UpdatedAt)
	}
	same(t, after, want)
	stored, err := p.store.Node(t.Context(), n.UUID)
	ok(t, err)
	same(t, stored, want)

	_, err = p.work.Update(by("q"), n.UUID, everything)
	code(t, err, service.NotFound)
	_, err = p.work.Update(by("p"), n.UUID, func(n *service.Node) error {
		n.Name = ""
		return nil
	})
	code(t, err, service.Invalid)
	refusal := errors.New("no")
	if _, err := p.work.Update(by("p"), n.UUID, func(*service.Node) error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("the error of the change came back as %v", err)
	}
	stored, err = p.store.Node(t.Context(), n.UUID)
	ok(t, err)
	same(t, stored, want)
}

func TestSetBoot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{})
	p := w.start()
	p.register()
	n := p.compose()
	ok(t, p.work.SetBoot(by("p"), n.UUID, service.Boot{Enabled: service.BootOnce, Target: "Pxe"}))
	_, machine, err := p.work.Show(by("p"), n.UUID)
	ok(t, err)
	if machine.TargetBootSource != "Pxe" {
		t.Errorf("the machine boots from %q", machine.TargetBootSource)
	}
	code(t, p.work.SetBoot(by("q"), n.UUID, service.Boot{Enabled: service.BootOnce, Target: "Pxe"}), service.NotFound)
	release, err := p.store.Hold(t.Context(), n.UUID)
	ok(t, err)
	defer release()
	code(t, p.work.SetBoot(by("p"), n.UUID, service.Boot{Enabled: service.BootOnce, Target: "Pxe"}), service.Conflict)
}
