package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

// world is a shell around the family, before a real service.
type world struct {
	*plugintest.Shell
	*stack.Stack
	t *testing.T

	mu   sync.Mutex
	seen []string // the paths of the requests of the shell
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Shell: plugintest.New(t, family()), Stack: stack.New(t), t: t}
	service := w.Handler()
	w.Serve("rack-scale", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.seen = append(w.seen, r.URL.Path)
		w.mu.Unlock()
		service.ServeHTTP(rw, r)
	}))
	return w
}

// run runs a command line of the family, and gives the requests that it took.
func (w *world) run(line string) (*plugintest.Result, []string) {
	w.t.Helper()
	w.seen = nil
	got := w.Run(append([]string{"rack"}, strings.Fields(line)...)...)
	return got, slices.Sorted(slices.Values(w.seen))
}

// compose composes a node.
func (w *world) compose(name, podManager string) {
	w.t.Helper()
	resp, err := http.Post(w.URL+"/v1/nodes", "application/json",
		strings.NewReader(`{"name": "`+name+`", "podm_id": "`+podManager+`"}`))
	if err != nil {
		w.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		w.t.Fatalf("composing %s: %s, %v", name, resp.Status, err)
	}
}

func TestListAndShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddPod("pod", podsim.Options{})
	list, _ := w.run("list")
	if list.Err != nil || len(list.Rows) != 2 || len(list.Notices) != 0 || list.Drawn != "" {
		t.Fatalf("list: %+v", list)
	}
	// These names are a promise to scripts.
	promised := strings.Fields("description health id inventory_at manufacturer model name podm_id resource_uri serial_number system_count systems")
	if d := cmp.Diff(promised, list.Names()); d != "" {
		t.Errorf("columns of the list (-want +got):\n%s", d)
	}
	row := maps.Clone(list.Rows[0])
	for _, key := range []string{"podm_id", "inventory_at", "serial_number"} {
		if row[key] == nil || row[key] == "" {
			t.Errorf("%s is empty", key)
		}
		delete(row, key)
	}
	want := map[string]any{
		"id": "2", "name": "Rack1", "system_count": 4.0, "health": "OK", "manufacturer": "Valence", "model": "Simulated Rack",
		"description": "Simulated Rack", "resource_uri": "Chassis/2", "systems": row["systems"],
	}
	if d := cmp.Diff(want, row); d != "" || len(row["systems"].([]any)) != 4 {
		t.Errorf("a row (-want +got):\n%s", d)
	}
	for _, key := range []string{"2", "Rack1"} {
		shown, asked := w.run("show " + key)
		if shown.Err != nil || len(asked) != 1 || shown.Drawn != "" {
			t.Fatalf("show %s: %+v, %v", key, shown, asked)
		}
		if d := cmp.Diff(list.Rows[0], shown.Rows[0]); d != "" {
			t.Errorf("show %s (-want +got):\n%s", key, d)
		}
	}
}

// TestTree: what stands in the racks of a pod whose nodes have machines of their
// own, and of one whose machines are systems.
func TestTree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddPod("rsd", podsim.Options{Topology: small()})
	w.AddPod("dmtf", podsim.Options{Dialect: "dmtf", Seed: 7, Topology: small()})
	w.compose("web-1", "rsd")
	w.compose("db-1", "dmtf")
	const onRSD = `Rack1 (rsd)
└── drawer 3
    ├── sled 4
    │   └── system Rack1-Drawer1-Sled1-System1  8 cores 16 GiB  used by web-1
    └── sled 5
        └── system Rack1-Drawer1-Sled2-System1  24 cores 128 GiB`
	const onDMTF = `Rack1 (dmtf)
└── drawer 3
    ├── sled 4
    │   └── system db-1  8 cores 16 GiB  used by db-1
    └── sled 5
        └── system Rack1-Drawer1-Sled2-System1  24 cores 128 GiB`

	list, asked := w.run("list --tree --refresh")
	if d := cmp.Diff(onRSD+"\n"+onDMTF, list.Drawn); d != "" || list.Err != nil || len(list.Notices) != 0 {
		t.Errorf("%v %v (-want +got):\n%s", list.Err, list.Notices, d)
	}
	if len(list.Rows) != 2 {
		t.Errorf("the rows are missing: %v", list.Rows)
	}
	// One request for each list, and one for the node whose system no list tells.
	if len(asked) != 5 || !strings.HasPrefix(asked[1], "/v1/nodes/") {
		t.Errorf("it took %v", asked)
	}
	show, asked := w.run("show Rack1 --tree --pod-manager dmtf")
	if d := cmp.Diff(onDMTF, show.Drawn); d != "" || show.Err != nil || len(show.Rows) != 1 {
		t.Errorf("%v %v (-want +got):\n%s", show.Err, show.Rows, d)
	}
	if d := cmp.Diff(strings.Fields("/v1/nodes /v1/pod_managers /v1/racks/Rack1 /v1/systems"), asked); d != "" {
		t.Errorf("requests (-want +got):\n%s", d)
	}
}

func small() podsim.Topology {
	t := podsim.DefaultTopology()
	t.Racks, t.DrawersPerRack, t.SledsPerDrawer = 1, 1, 2
	return t
}

// TestTreeOfManyNodes: nodes are asked a few at a time, and all of them.
func TestTreeOfManyNodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddPod("pod", podsim.Options{})
	for _, name := range strings.Fields("a b c d e f g h") {
		w.compose("node-"+name, "pod")
	}
	got, asked := w.run("list --tree")
	if n := strings.Count(got.Drawn, "  used by node-"); n != 8 || len(asked) != 12 || len(got.Progress) != 8 {
		t.Errorf("%d systems are used, after %d requests:\n%s", n, len(asked), got.Drawn)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddPod("pod", podsim.Options{})
	w.AddPod("other", podsim.Options{Seed: 7})
	for line, want := range map[string]plugin.Error{
		"list --pod-manager third":       {Code: plugin.NotFound, Message: `pod manager "third"`},
		"show missing":                   {Code: plugin.NotFound, Message: `rack "missing" does not exist`},
		"show missing --tree":            {Code: plugin.NotFound, Message: `rack "missing" does not exist`},
		"show Rack1 --pod-manager third": {Code: plugin.NotFound, Message: `pod manager "third"`},
		"show Rack1":                     {Code: plugin.Conflict, Message: `2 racks "Rack1"`, Hint: "--pod-manager"},
		"show Rack1 --sideways":          {Code: plugin.Usage, Message: "--sideways"},
	} {
		got, _ := w.run(line)
		if got.Err == nil || got.Err.Code != want.Code || !strings.Contains(got.Err.Message, want.Message) ||
			!strings.Contains(got.Err.Hint, want.Hint) || len(got.Rows) != 0 || got.Drawn != "" {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// TestPodDown: what was in the racks is drawn, and it is said why it is not
// known who uses it.
func TestPodDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod := w.AddPod("pod", podsim.Options{Topology: small()})
	w.compose("web-1", "pod")
	w.compose("web-2", "pod")
	if first, _ := w.run("list --refresh"); first.Err != nil || len(first.Notices) != 0 {
		t.Fatalf("list: %+v", first)
	}
	if err := pod.Close(); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"list --tree --refresh", "show 2 --tree"} {
		got, _ := w.run(line)
		if got.Err != nil || len(got.Rows) != 1 || strings.Count(got.Drawn, "system ") != 2 || len(got.Notices) != 2 {
			t.Fatalf("%s: %+v", line, got)
		}
		if !strings.HasPrefix(got.Notices[0], "warning not up to date: pod as it was at 20") {
			t.Errorf("%s: %v", line, got.Notices)
		}
		if n := got.Notices[1]; !strings.HasPrefix(n, "warning not all users of the systems are known: ") || !strings.Contains(n, "pod manager pod") {
			t.Errorf("%s: %v", line, n)
		}
	}
}
