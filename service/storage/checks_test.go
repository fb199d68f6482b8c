package storage_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// TestOtherProjects is about callers who may not see a volume, or a node.
func TestOtherProjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	v, mine, theirs := p.volume("p"), p.node("p"), p.node("q")
	change := func(v *service.Volume) error { v.Name = "mine now"; return nil }
	_, _, err := p.storage.ShowVolume(by("q"), v.UUID)
	code(t, err, service.NotFound)
	_, err = p.storage.UpdateVolume(by("q"), v.UUID, change)
	code(t, err, service.NotFound)
	code(t, p.storage.EraseVolume(by("q"), v.UUID), service.NotFound)
	code(t, p.storage.DeleteVolume(by("q"), v.UUID, service.Decompose), service.NotFound)
	code(t, p.storage.DeleteVolume(by("q"), v.UUID, service.ForgetHardware), service.NotFound)
	_, err = p.storage.Attach(by("q"), theirs.UUID, v.UUID)
	code(t, err, service.NotFound)
	_, err = p.storage.Attach(by("p"), theirs.UUID, v.UUID)
	code(t, err, service.NotFound)
	everybody := service.WithCaller(t.Context(), service.Caller{Role: service.Member, System: true})
	_, err = p.storage.Attach(everybody, theirs.UUID, v.UUID)
	code(t, err, service.Conflict)
	_, err = p.storage.Attach(by("p"), mine.UUID, v.UUID)
	ok(t, err)
	code(t, p.storage.Detach(by("q"), mine.UUID, v.UUID), service.NotFound)
	if got := p.volumes(1)[0]; got.Name != "data" {
		t.Errorf("there is %+v", got)
	}

	_, _, err = p.storage.ShowVolume(byAdmin(), v.UUID)
	ok(t, err)
	ok(t, p.storage.Detach(byAdmin(), mine.UUID, v.UUID))
	_, err = p.storage.Attach(byAdmin(), theirs.UUID, v.UUID)
	ok(t, err)
	p.volumes(1)
}

// TestAttachChecks is about nodes that a volume cannot be attached to.
func TestAttachChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p := w.start("")
	v := p.volume("p")
	elsewhere := service.PodManager{UUID: uuid.NewString(), Name: "second", URL: "https://second.example"}
	ok(t, p.store.CreatePodManager(t.Context(), elsewhere))
	away := service.Node{UUID: uuid.NewString(), PodManagerID: elsewhere.UUID, ProjectID: "p", State: service.NodeComposed, Ref: "/machines/1"}
	ok(t, p.store.CreateNode(t.Context(), away))
	failed := service.Node{UUID: uuid.NewString(), PodManagerID: w.podm, ProjectID: "p", State: service.NodeFailed}
	ok(t, p.store.CreateNode(t.Context(), failed))
	for _, n := range []service.Node{away, failed} {
		_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
		code(t, err, service.Conflict)
	}
	_, err := p.storage.Attach(by("p"), uuid.NewString(), v.UUID)
	code(t, err, service.NotFound)

	held := p.node("p")
	release, err := p.store.Hold(t.Context(), held.UUID)
	ok(t, err)
	_, err = p.storage.Attach(by("p"), held.UUID, v.UUID)
	code(t, err, service.Conflict)
	release()
	if w.pod.called("Attach") != 0 {
		t.Error("the pod was asked")
	}
	_, err = p.storage.Attach(by("p"), held.UUID, v.UUID)
	ok(t, err)
	release, err = p.store.Hold(t.Context(), held.UUID) // nothing stays held
	ok(t, err)
	release()
	p.volumes(1)
}

// TestAttachByMany is about many who want the same volume for different nodes.
func TestAttachByMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, newEtcd(t))
	p, q := w.start(""), w.start("")
	v := p.volume("p")
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 16 {
		n := p.node("p")
		by, s := by("p"), []*process{p, q}[i%2].storage
		all.Go(func() {
			_, err := s.Attach(by, n.UUID, v.UUID)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if service.CodeOf(err) != service.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d attached it", won)
	}
	p.volumes(1)
}

// TestChangedMeanwhile is about a volume that is attached between the look at it
// and the work on it.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	for name, work := range map[string]func(*process, service.Node, service.Volume) error{
		"erase": eraseIt, "delete": deleteIt, "attach": attachIt,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			p := w.start("")
			n, other, v := p.node("p"), p.node("p"), p.volume("p")
			there, goOn := w.pod.stall("Probe", nil)
			ended := make(chan error, 1)
			go func() { ended <- work(p, other, v) }()
			there()
			_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
			ok(t, err)
			goOn()
			code(t, <-ended, service.Conflict)
			if got := p.volumes(1)[0]; !attachedTo(got, n) {
				t.Errorf("the volume is %+v", got)
			}
		})
	}
}

func attachedTo(v service.Volume, n service.Node) bool {
	return v.State == service.VolumeAttached && v.NodeID == n.UUID
}
