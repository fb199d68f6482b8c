package ironic

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
)

func TestDeregister(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	macs := newMACs(1)
	e := enrolment(macs...)
	w.register(e)
	w.succeeds(w.Deregister(t.Context(), e.Node.UUID))
	if w.has(e.Node.UUID) {
		t.Error("the node is left")
	}
	w.register(enrolment(macs...)) // its port is free again
	w.succeeds(w.Deregister(t.Context(), e.Node.UUID))
	w.succeeds(w.Deregister(t.Context(), uuid.NewString()))
}

func TestDeregisterActive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	e := enrolment(newMACs(1)...)
	e.Properties = map[string]any{"driver": "fake-hardware"}
	w.register(e)
	w.become(e.Node.UUID, nodes.TargetManage, nodes.Manageable)
	w.become(e.Node.UUID, nodes.TargetAdopt, nodes.Active)
	w.fails(w.Deregister(t.Context(), e.Node.UUID), service.Conflict, `provision state "active"`)
	if len(w.ports(e.Node.UUID)) != 1 {
		t.Error("the node in use lost its port")
	}
	w.register(e) // what changes nothing is no reason to refuse
}

// become moves a node to a state of Ironic's.
func (w *world) become(node string, target nodes.TargetProvisionState, want nodes.ProvisionState) {
	w.t.Helper()
	w.succeeds(nodes.ChangeProvisionState(w.t.Context(), w.ironic, node, nodes.ProvisionStateOpts{Target: target}).ExtractErr())
	w.until(func() bool {
		n := w.node(node)
		if n.LastError != "" {
			w.t.Fatalf("the node does not become %s: %s", want, n.LastError)
		}
		return n.ProvisionState == string(want)
	})
}

func (w *world) until(done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatal("it does not come")
		}
	}
}

// pod starts a simulated pod and gives the enrolment of one of its machines.
func pod(t *testing.T, o podsim.Options) service.Enrolment {
	t.Helper()
	o.Username, o.Password = "pod-user", podPassword
	s, err := podsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	e := enrolment(newMACs(1)...)
	e.PodManager.URL = s.URL
	e.Machine.SystemRef = "/redfish/v1/Systems/" + s.FreeSystems()[0]
	return e
}

// power switches a machine when Ironic has finished what it is doing with it.
func (w *world) power(node string, target nodes.TargetPowerState) {
	w.t.Helper()
	w.until(func() bool {
		err := nodes.ChangePowerState(w.t.Context(), w.ironic, node, nodes.PowerStateOpts{Target: target}).ExtractErr()
		if !locked(err) {
			w.succeeds(err)
		}
		return err == nil
	})
}

// Ironic signs in to the pod with what it was given, finds the machine and
// switches it.
func TestPower(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	e := pod(t, podsim.Options{})
	w.register(e)
	w.become(e.Node.UUID, nodes.TargetManage, nodes.Manageable)
	for target, state := range map[nodes.TargetPowerState]string{nodes.PowerOn: "power on", nodes.PowerOff: "power off"} {
		w.power(e.Node.UUID, target)
		w.until(func() bool {
			n := w.node(e.Node.UUID)
			return n.PowerState == state && n.TargetPowerState == ""
		})
	}
}

// A node is locked while Ironic switches its machine.
func TestLocked(t *testing.T) {
	t.Parallel()
	t.Run("for a while", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "")
		e := pod(t, podsim.Options{PowerDelay: 3 * time.Second})
		w.register(e)
		w.power(e.Node.UUID, nodes.PowerOn)
		w.register(e)
		w.power(e.Node.UUID, nodes.PowerOff)
		w.succeeds(w.Deregister(t.Context(), e.Node.UUID))
		if w.has(e.Node.UUID) {
			t.Error("the node is left")
		}
		w.contains(w.log.String(), "a node is locked in Ironic")
	})
	t.Run("for long", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "")
		w.wait = time.Millisecond
		e := pod(t, podsim.Options{PowerDelay: time.Hour})
		w.register(e)
		w.power(e.Node.UUID, nodes.PowerOn)
		w.fails(w.Deregister(t.Context(), e.Node.UUID), service.Conflict, "is locked by host")
		w.fails(w.Register(t.Context(), e), service.Conflict, "is locked by host")
	})
}
