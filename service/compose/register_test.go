package compose_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/compose"
)

// enrolledWorld has a pod, a provisioner, and a process with one node.
func enrolledWorld(t *testing.T, opts podsim.Options) (*world, *process, service.Node) {
	t.Helper()
	w := newWorld(t, opts)
	w.provisioner = newProvisioner()
	p := w.start()
	p.register()
	return w, p, p.compose()
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w, p, n := enrolledWorld(t, podsim.Options{})
	properties := map[string]any{"resource_class": "rack"}
	for range 2 {
		after, err := p.work.Register(by("p"), n.UUID, properties)
		ok(t, err)
		if after.UUID != n.UUID || after.ManagedBy != "tests" {
			t.Errorf("registered %+v", after)
		}
	}
	e := w.provisioner.enrolment(n.UUID)
	if e.Node.UUID != n.UUID || e.Machine.SystemRef == "" || e.Properties["resource_class"] != "rack" ||
		e.PodManager.URL != w.pod.URL || e.PodManager.Credentials.Password != "admin" {
		t.Errorf("enrolled with %+v", e)
	}
	_, err := p.work.Register(by("q"), n.UUID, nil)
	code(t, err, service.NotFound)
	_, err = p.work.Deregister(by("q"), n.UUID)
	code(t, err, service.NotFound)
	for range 2 {
		after, err := p.work.Deregister(by("p"), n.UUID)
		ok(t, err)
		if after.UUID != n.UUID || after.ManagedBy != "" {
			t.Errorf("deregistered %+v", after)
		}
	}
	w.known()
	p.nodeCount(1)
}

// known checks which nodes the provisioner knows.
func (w *world) known(want ...string) {
	w.t.Helper()
	if got := w.provisioner.nodes(); !slices.Equal(got, want) {
		w.t.Errorf("the provisioner knows %q, want %q", got, want)
	}
}

func TestRegisterWithoutProvisioner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: time.Minute})
	p := w.start()
	p.register()
	n := p.composeAsync()
	_, err := p.work.Register(by("p"), n.UUID, nil)
	code(t, err, service.Invalid)
	_, err = p.work.Deregister(by("p"), n.UUID)
	code(t, err, service.Invalid)
}

func TestRegisterOfUnsettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, podsim.Options{AssembleDelay: 200 * time.Millisecond})
	w.provisioner = newProvisioner()
	p := w.start()
	p.register()
	w.breakNext("POST Assemble", 1, podsim.Fault{FailAssembly: true})
	n := p.composeAsync()
	for range 2 { // while it is composing, and when it has failed
		_, err := p.work.Register(by("p"), n.UUID, nil)
		code(t, err, service.Conflict)
		p.settle()
	}
	w.known()
}

func TestRegisterWithTrouble(t *testing.T) {
	t.Parallel()
	refused := service.Errorf(service.Invalid, "a port is wrong")
	down := service.Errorf(service.Unavailable, "no answer")
	tests := []struct {
		name  string
		first bool // it is registered already
		fails []error
		want  service.Code
		left  bool // marked, and known
	}{
		{"refused", false, []error{refused}, service.Invalid, false},
		{"refused when registered", true, []error{refused}, service.Invalid, true},
		{"not to be taken back", false, []error{down, down}, service.Unavailable, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, p, n := enrolledWorld(t, podsim.Options{})
			if tt.first {
				_, err := p.work.Register(by("p"), n.UUID, nil)
				ok(t, err)
			}
			w.provisioner.failNext(tt.fails...)
			_, err := p.work.Register(by("p"), n.UUID, nil)
			code(t, err, tt.want)
			after, err := p.store.Node(t.Context(), n.UUID)
			ok(t, err)
			if marked := after.ManagedBy != ""; marked != tt.left {
				t.Errorf("managed by %q", after.ManagedBy)
			}
			if tt.left {
				w.known(n.UUID)
			} else {
				w.known()
			}
			ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
			w.known()
		})
	}
}

func TestDeleteOfRegistered(t *testing.T) {
	t.Parallel()
	w, p, n := enrolledWorld(t, podsim.Options{})
	_, err := p.work.Register(by("p"), n.UUID, nil)
	ok(t, err)
	w.provisioner.failNext(service.Errorf(service.Conflict, "the node is in use"))
	err = p.work.Delete(by("p"), n.UUID, service.Decompose)
	code(t, err, service.Conflict)
	if got := p.nodeCount(1)[0]; got.ManagedBy != "tests" {
		t.Errorf("the delete was refused with %v, and the node is %+v", err, got)
	}

	w.breakNext("DELETE", 1, podsim.Fault{Status: 409}) // the pod refuses when it is deregistered
	code(t, p.work.Delete(by("p"), n.UUID, service.Decompose), service.Conflict)
	w.known()
	if got := p.nodeCount(1)[0]; got.ManagedBy != "" {
		t.Errorf("node %+v", got)
	}
	ok(t, p.work.Delete(by("p"), n.UUID, service.Decompose))
	p.nodeCount(0)
}

func TestForgetOfRegistered(t *testing.T) {
	t.Parallel()
	w, p, n := enrolledWorld(t, podsim.Options{})
	_, err := p.work.Register(by("p"), n.UUID, nil)
	ok(t, err)
	w.provisioner.failNext(errors.New("it must not be asked"))
	ok(t, p.work.Delete(by("p"), n.UUID, service.ForgetHardware))
	p.gone(n.UUID)
	w.known(n.UUID)
}

// TestRegisterLosesNode is about a process that registers a node and is taken
// for dead meanwhile, so that another one deletes the node.
func TestRegisterLosesNode(t *testing.T) {
	t.Parallel()
	w, p, n := enrolledWorld(t, podsim.Options{})
	w.provisioner.gate = make(chan struct{})
	registered := async(func() error {
		_, err := p.work.Register(by("p"), n.UUID, nil)
		return err
	})
	for p.managedBy(n) == "" {
		time.Sleep(time.Millisecond)
	}
	code(t, p.work.Delete(by("p"), n.UUID, service.Decompose), service.Conflict) // it is held
	revokeAll(t, p.etcd)
	q := w.on(p.etcd)
	ok(t, q.work.Delete(by("p"), n.UUID, service.Decompose))
	close(w.provisioner.gate)
	code(t, inTime(t, registered), service.NotFound)
	w.known()
}

func (p *process) managedBy(n service.Node) string {
	n, err := p.store.Node(p.w.t.Context(), n.UUID)
	ok(p.w.t, err)
	return n.ManagedBy
}

// TestCrashWithProvisioner stops a process at every point of what concerns the
// provisioner. Deleting the node afterwards leaves nothing there.
func TestCrashWithProvisioner(t *testing.T) {
	t.Parallel()
	register := func(p *process, n string) { p.work.Register(by("p"), n, nil) }
	deregister := func(p *process, n string) { p.work.Deregister(by("p"), n) }
	remove := func(p *process, n string) { p.work.Delete(by("p"), n, service.Decompose) }
	for _, tt := range []struct {
		points []string
		before func(*process, string)
		do     func(*process, string)
	}{
		{compose.RegisterPoints(), func(*process, string) {}, register},
		{compose.DeregisterPoints(), register, deregister},
		{compose.RegisteredDeletePoints(), register, remove},
	} {
		for _, point := range tt.points {
			t.Run(point, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, podsim.Options{})
				w.provisioner = newProvisioner()
				first := w.start(point)
				first.register()
				n := first.compose()
				tt.before(first, n.UUID)
				go tt.do(first, n.UUID)
				first.crash()

				second := w.start()
				second.steps()
				second.settle()
				err := second.work.Delete(by("p"), n.UUID, service.Decompose)
				if service.CodeOf(err) != service.NotFound {
					ok(t, err)
				}
				second.nodeCount(0)
				w.known()
			})
		}
	}
}
