package chaos

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// aftermath is what the service says there is, when all is over.
type aftermath struct {
	w       *world
	nodes   []nodes.Node
	flavors []flavors.Flavor
	volumes []volume
}

// look reads everything through one client.
func look(ctx context.Context, w *world, c *client) (*aftermath, error) {
	a := &aftermath{w: w}
	for n, err := range nodes.All(ctx, c.ServiceClient, nil) {
		if err != nil {
			return nil, err
		}
		a.nodes = append(a.nodes, n)
	}
	for f, err := range flavors.All(ctx, c.ServiceClient, nil) {
		if err != nil {
			return nil, err
		}
		a.flavors = append(a.flavors, f)
	}
	var err error
	a.volumes, err = c.allVolumes(ctx)
	return a, err
}

// settle waits until nothing is on its way any more.
func (w *world) settle(c *client) *aftermath {
	w.Helper()
	began := time.Now()
	for {
		a, err := look(w.Context(), w, c)
		if err == nil && len(a.moving()) == 0 {
			w.Logf("everything had settled after %s", time.Since(began).Round(time.Millisecond))
			return a
		}
		if time.Since(began) > patience {
			if err == nil {
				err = fmt.Errorf("%s", strings.Join(a.moving(), "; "))
			}
			w.Fatalf("it does not settle: %v\n%s", err, w.logs())
		}
		time.Sleep(250 * time.Millisecond)
	}
}

// moving is what is on its way. A volume whose node is gone is to become free.
func (a *aftermath) moving() (list []string) {
	for _, n := range a.nodes {
		if n.State != nodes.StateComposed && n.State != nodes.StateFailed {
			list = append(list, fmt.Sprintf("node %s (%s) is %s", n.Name, n.UUID, n.State))
		}
	}
	for _, v := range a.volumes {
		settled := slices.Contains([]string{"available", "attached", "failed"}, v.State)
		homeless := v.NodeID != "" && a.machineOf(v.NodeID) == ""
		if !settled || homeless {
			list = append(list, fmt.Sprintf("storage %s (%s) is %s, at node %q", v.Name, v.UUID, v.State, v.NodeID))
		}
	}
	return list
}

// machineOf is what the pod calls the machine of a node.
func (a *aftermath) machineOf(nodeUUID string) string {
	for _, n := range a.nodes {
		if n.UUID == nodeUUID {
			return n.Index
		}
	}
	return ""
}

// records gives the UUIDs of each name, of things of a kind.
func (a *aftermath) records(kind string) map[string][]string {
	byName := map[string][]string{}
	switch kind {
	case "node":
		for _, n := range a.nodes {
			byName[n.Name] = append(byName[n.Name], n.UUID)
		}
	case "flavor":
		for _, f := range a.flavors {
			byName[f.Name] = append(byName[f.Name], f.UUID)
		}
	case "volume":
		for _, v := range a.volumes {
			byName[v.Name] = append(byName[v.Name], v.UUID)
		}
	}
	return byName
}

// account holds everything that a client made against what there is.
func (a *aftermath) account(c *client) {
	a.w.Helper()
	for _, kind := range []string{"node", "flavor", "volume"} {
		records := a.records(kind)
		for _, x := range c.made {
			if x.kind != kind {
				continue
			}
			found := records[x.name]
			there := len(found) > 0
			if x.uuid != "" {
				there = slices.Contains(found, x.uuid)
			}
			switch {
			case len(found) > 1 && kind != "flavor": // which have no key to be made once by
				a.w.Errorf("%s: one idempotency key has made %v", x, found)
			case !x.mayBeGone && !there:
				a.w.Errorf("%s was acknowledged and is lost", x)
			case !x.mayExist && there:
				a.w.Errorf("%s was deleted, or never made, and is there", x)
			case there && x.uuid != "":
				a.content(c, x)
			}
		}
	}
}

// content compares what a thing is like with what was acknowledged last.
func (a *aftermath) content(c *client, x *thing) {
	a.w.Helper()
	var is, state string
	var err error
	switch x.kind {
	case "node":
		var n *nodes.Node
		if n, err = nodes.Get(a.w.Context(), c.ServiceClient, x.uuid).Extract(); err == nil {
			is, state = n.PowerState, string(n.State)
		}
	case "flavor":
		var f *flavors.Flavor
		if f, err = flavors.Get(a.w.Context(), c.ServiceClient, x.uuid).Extract(); err == nil {
			is = f.Description
		}
	case "volume":
		var v volume
		if err = c.send(a.w.Context(), http.MethodGet, []string{"storages", x.uuid}, nil, &v, nil); err == nil {
			is, state = v.NodeID, v.State
		}
	}
	if err != nil || !x.may(is) || state == "failed" {
		a.w.Errorf("%s is %q, in state %q (%v); acknowledged was one of %q", x, is, state, err, x.contents)
	}
}

// agree demands that the pod has exactly what is recorded: each node its
// machine, each volume its own, and everything else is free.
func (a *aftermath) agree() {
	a.w.Helper()
	machines := map[string]podsim.NodeInfo{}
	systems := map[string]bool{}
	for _, m := range a.w.pod.Nodes() {
		machines[m.ID], systems[m.SystemID] = m, true
		if m.State != "Assembled" {
			a.w.Errorf("machine %s (%s) is %s", m.ID, m.Name, m.State)
		}
	}
	for _, n := range a.nodes {
		m, there := machines[n.Index]
		if !there || m.Name != n.Name || !strings.Contains(m.Description, n.UUID) {
			a.w.Errorf("node %s (%s) has machine %q, which is %+v", n.Name, n.UUID, n.Index, m)
		}
		delete(machines, n.Index)
	}
	for _, m := range machines {
		a.w.Errorf("machine %s (%s, %s) belongs to nobody", m.ID, m.Name, m.Description)
	}
	if free := len(a.w.pod.FreeSystems()); free+len(a.nodes) != a.w.systems || len(systems) != len(a.nodes) {
		a.w.Errorf("%d systems are free and %d taken, with %d nodes, of %d", free, len(systems), len(a.nodes), a.w.systems)
	}
	a.agreeOnVolumes()
}

func (a *aftermath) agreeOnVolumes() {
	a.w.Helper()
	const root = "/redfish/v1/"
	var recorded, attached, real, held []string
	for _, v := range a.volumes {
		recorded = append(recorded, root+v.ResourceURI)
		if v.NodeID != "" {
			attached = append(attached, a.machineOf(v.NodeID)+" "+root+v.ResourceURI)
		}
	}
	for _, m := range a.w.pod.Nodes() {
		for _, uri := range m.Attached {
			held = append(held, m.ID+" "+uri)
		}
	}
	real = a.w.pod.Volumes()
	for _, both := range [][2][]string{{recorded, real}, {attached, held}} {
		slices.Sort(both[0])
		slices.Sort(both[1])
		if !slices.Equal(both[0], both[1]) {
			a.w.Errorf("of volumes, recorded is %v, on the pod is %v", less(both[0], both[1]), less(both[1], both[0]))
		}
	}
}

// less is what is in all and not in the others.
func less(all, others []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(others, s) })
}
