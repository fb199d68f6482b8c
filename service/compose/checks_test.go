package compose_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
)

// settle goes on with unfinished work until there is none.
func (p *process) settle() {
	p.w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		if err := p.work.Recover(ctx); err != nil {
			p.w.t.Fatal(err)
		}
		left := 0
		for _, err := range p.store.Intents(ctx) {
			if err != nil {
				p.w.t.Fatal(err)
			}
			left++
		}
		if left == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// nodes checks the promise: every machine on the pod is that of a composed
// node and the other way round. It returns the nodes.
func (p *process) nodes() []service.Node {
	t := p.w.t
	t.Helper()
	machines := map[string]podsim.NodeInfo{}
	for _, m := range p.w.pod.Nodes() {
		machines["/redfish/v1/Nodes/"+m.ID] = m
	}
	var list []service.Node
	for n, err := range p.store.Nodes(context.Background(), service.NodeFilter{}, "") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, n)
		if n.Step != "" {
			t.Errorf("settled node %s is at step %s", n.UUID, n.Step)
		}
		switch n.State {
		case service.NodeComposed:
			m, there := machines[n.Ref]
			if !there || m.State != "Assembled" || !strings.Contains(m.Description, n.UUID) {
				t.Errorf("node %s is composed, but its machine %q is %+v", n.UUID, n.Ref, m)
			}
			delete(machines, n.Ref)
		case service.NodeFailed:
			if n.Ref != "" || n.Failure == nil {
				t.Errorf("failed node %+v", n)
			}
		default:
			t.Errorf("node %s is %s", n.UUID, n.State)
		}
	}
	for ref, m := range machines {
		t.Errorf("machine %s belongs to nobody: %+v", ref, m)
	}
	return list
}

func (p *process) nodeCount(want int) []service.Node {
	p.w.t.Helper()
	list := p.nodes()
	if len(list) != want {
		p.w.t.Fatalf("%d nodes, want %d: %+v", len(list), want, list)
	}
	return list
}

// until waits until so many pieces of work have come to a step.
func (p *process) until(want int, step service.Step) {
	p.w.t.Helper()
	for range 2000 {
		there := 0
		for in, err := range p.store.Intents(context.Background()) {
			if err != nil {
				p.w.t.Fatal(err)
			}
			if in.Step == step {
				there++
			}
		}
		if there == want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.w.t.Fatalf("there were never %d pieces of work at step %s", want, step)
}

// drain drains, for so long, and says whether all work ended.
func (p *process) drain(limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return p.work.Drain(ctx) == nil
}

// steps checks that every node is at the step of its intent, while nobody works.
func (p *process) steps() {
	p.w.t.Helper()
	for in, err := range p.store.Intents(context.Background()) {
		ok(p.w.t, err)
		n, err := p.store.Node(context.Background(), in.NodeUUID)
		ok(p.w.t, err)
		if n.Step != in.Step {
			p.w.t.Errorf("node %s is at step %q, its intent at %q", n.UUID, n.Step, in.Step)
		}
	}
}

// gone checks that nothing is left of a node but, perhaps, its machine.
func (p *process) gone(nodeUUID string) {
	p.w.t.Helper()
	_, err := p.store.Node(context.Background(), nodeUUID)
	code(p.w.t, err, service.NotFound)
	for in, err := range p.store.Intents(context.Background()) {
		ok(p.w.t, err)
		if in.NodeUUID == nodeUUID {
			p.w.t.Errorf("node %s is gone, and its intent is %+v", nodeUUID, in)
		}
	}
}

// inTime gives what comes out of a channel, or fails the test.
func inTime[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("it did not come to an end")
	}
	panic("unreachable")
}

// async is a call whose error is waited for later.
func async(do func() error) <-chan error {
	c := make(chan error, 1)
	go func() { c <- do() }()
	return c
}

// composeAsync begins to compose a node and returns when there is hardware.
func (p *process) composeAsync() service.Node {
	p.w.t.Helper()
	r := request()
	r.Async = true
	n, err := p.work.Compose(by("p"), r)
	ok(p.w.t, err)
	return n
}

func (p *process) compose() service.Node {
	p.w.t.Helper()
	n, err := p.work.Compose(by("p"), request())
	ok(p.w.t, err)
	return n
}

// only gives the only node there is.
func (p *process) only() string {
	var list []string
	for n := range p.store.Nodes(context.Background(), service.NodeFilter{}, "") {
		list = append(list, n.UUID)
	}
	if len(list) != 1 {
		p.w.t.Errorf("there is not one node, but %q", list)
		return ""
	}
	return list[0]
}
