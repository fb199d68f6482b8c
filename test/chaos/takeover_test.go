package chaos

import (
	"fmt"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// TestTakeover kills a replica in the middle of a compose that it has answered
// for. The others know of the node at once, and one of them finishes it.
func TestTakeover(t *testing.T) {
	w := newWorld(t, podsim.Options{AssembleDelay: 2 * time.Second})
	first, others := w.client(w.replicas[0].url, 0), []*client{w.client(w.replicas[1].url, 1), w.client(w.replicas[2].url, 2)}
	opts := nodes.CreateOpts{Name: "web", IdempotencyKey: "once", Async: true}
	r := nodes.Create(t.Context(), first.ServiceClient, opts)
	made, err := r.Extract()
	if err != nil || made.State != nodes.StateComposing || r.StatusCode != 202 {
		t.Fatalf("got %+v, status %d, %v", made, r.StatusCode, err)
	}
	for _, c := range others {
		c.lists(made.UUID)
	}
	w.replicas[0].kill()

	again, err := nodes.Create(t.Context(), others[0].ServiceClient, opts).Extract()
	if err != nil || again.UUID != made.UUID {
		t.Errorf("the repeated request gave %+v, %v; expected node %s", again, err, made.UUID)
	}
	for _, c := range others {
		n, err := nodes.WaitFor(t.Context(), c.ServiceClient, made.UUID, nil)
		if err != nil || n.NodeState != "Assembled" {
			t.Errorf("%s sees %+v, %v", c.name, n, err)
		}
	}
	a := w.settle(others[0])
	a.agree()
	if len(a.nodes) != 1 {
		t.Errorf("there are %d nodes: %+v", len(a.nodes), a.nodes)
	}
	w.healthy()
}

// TestListsAgree writes through one replica and lists through the others, which
// must never be behind.
func TestListsAgree(t *testing.T) {
	w := newWorld(t, podsim.Options{})
	var cs []*client
	for i, r := range w.replicas {
		cs = append(cs, w.client(r.url, i))
	}
	for i := range 60 {
		c, other := cs[i%3], cs[(i+1+i%2)%3]
		f, err := flavors.Create(t.Context(), c.ServiceClient, flavors.CreateOpts{
			Name: fmt.Sprint("f", i), Properties: valence.Properties{},
		}).Extract()
		if err != nil {
			t.Fatal(err)
		}
		if found, err := flavors.Find(t.Context(), other.ServiceClient, f.Name); err != nil || found.UUID != f.UUID {
			t.Fatalf("%s made flavor %s, %s does not list it: %v", c.name, f.Name, other.name, err)
		}
		if err := flavors.Delete(t.Context(), c.ServiceClient, f.UUID).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		if _, err := flavors.Find(t.Context(), other.ServiceClient, f.Name); err == nil {
			t.Fatalf("%s deleted flavor %s, %s still lists it", c.name, f.Name, other.name)
		}
	}
	for i, c := range cs {
		n, err := nodes.Create(t.Context(), c.ServiceClient, nodes.CreateOpts{Name: fmt.Sprint("n", i)}).Extract()
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range cs {
			other.lists(n.UUID)
		}
	}
	w.healthy()
}

// lists demands that a node is in the list.
func (c *client) lists(nodeUUID string) {
	c.w.Helper()
	for n, err := range nodes.All(c.w.Context(), c.ServiceClient, nil) {
		if err != nil {
			c.w.Fatal(err)
		}
		if n.UUID == nodeUUID {
			return
		}
	}
	c.w.Errorf("%s does not list node %s, which was acknowledged by another", c.name, nodeUUID)
}
