package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/podsim/faults"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/test/stack"
)

// world is a shell around the family, before a real service with one pod.
type world struct {
	t *testing.T
	*plugintest.Shell
	stack *stack.Stack
	pod   *podsim.Server
}

func start(t *testing.T, o podsim.Options, settings ...string) *world {
	w := &world{t: t, Shell: plugintest.New(t, family()), stack: stack.New(t, settings...)}
	w.pod = w.stack.AddPod("pod", o)
	w.Serve("rack-scale", w.stack.Handler())
	return w
}

// compose makes a node and gives its UUID.
func (w *world) compose(name string) string {
	w.t.Helper()
	client, err := valence.NewClient(w.stack.URL, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	node, err := nodes.Create(w.t.Context(), client, nodes.CreateOpts{Name: name}).Extract()
	if err != nil {
		w.t.Fatal(err)
	}
	return node.UUID
}

// must runs a command that succeeds.
func (w *world) must(line ...string) *plugintest.Result {
	w.t.Helper()
	got := w.Run(append([]string{"storage"}, line...)...)
	if got.Err != nil {
		w.t.Fatalf("storage %s: %+v", strings.Join(line, " "), got.Err)
	}
	return got
}

// refused runs a command that ends with the code and speaks of the text.
func (w *world) refused(code plugin.Code, text string, line ...string) *plugintest.Result {
	w.t.Helper()
	got := w.Run(append([]string{"storage"}, line...)...)
	if got.Err == nil || got.Err.Code != code || !strings.Contains(got.Err.Message, text) {
		w.t.Errorf("storage %s: want %s with %q, got %+v", strings.Join(line, " "), code, text, got.Err)
	}
	return got
}

func TestLife(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{})
	node := w.compose("web-1")
	created := w.must("create", "data", "--size=3", "--protocol=NVMeOverFabrics", "--description=of the web")
	// These names are a promise to scripts.
	promised := strings.Fields(`capacity_gib created_at description erase_on_detach erased failure health_status name node_id
		podm_id pool project_id protocol resource_uri state updated_at uuid`)
	if d := cmp.Diff(promised, created.Names()); d != "" {
		t.Errorf("fields of a storage (-want +got):\n%s", d)
	}
	data := created.Rows[0]
	if data["state"] != "available" || data["capacity_gib"] != 3.0 || data["node_id"] != nil {
		t.Errorf("created: %v", data)
	}
	if len(created.Progress) == 0 {
		t.Error("no progress was shown")
	}
	w.must("create", "logs", "--size=2048MiB", "--protocol=iSCSI")
	list := w.must("list")
	promised = strings.Fields("capacity_gib description erase_on_detach name node_id podm_id pool protocol resource_uri state uuid")
	if d := cmp.Diff(promised, list.Names()); d != "" || len(list.Rows) != 2 {
		t.Errorf("list: %v (-want +got):\n%s", list.Rows, d)
	}

	if shown := w.must("show", "data").Rows[0]; shown["health_status"] != "OK" || shown["pool"] != data["pool"] {
		t.Errorf("shown: %v", shown)
	}
	set := w.must("set", "data", "--name=archive", "--erase-on-detach").Rows[0]
	if set["name"] != "archive" || set["erase_on_detach"] != true || set["description"] != "of the web" {
		t.Errorf("set: %v", set)
	}
	attached := w.must("attach", "archive", "web-1").Rows[0]
	if attached["state"] != "attached" || attached["node_id"] != node || attached["uuid"] != data["uuid"] {
		t.Errorf("attach: %v", attached)
	}
	w.refused(plugin.Conflict, "detach it first", "delete", "archive")
	w.filters(node)

	got := w.refused(plugin.Conflict, "2 of 3 failed", "detach", "logs", "archive", "archive")
	if len(got.Rows) != 0 || len(got.Notices) != 2 {
		t.Errorf("detach: %+v", got)
	}
	if shown := w.must("show", data["uuid"].(string)).Rows[0]; shown["state"] != "available" || shown["erased"] != true {
		t.Errorf("after the detach: %v", shown)
	}
	if set := w.must("set", "archive", "--no-erase-on-detach").Rows[0]; set["erase_on_detach"] != false || set["name"] != "archive" {
		t.Errorf("set: %v", set)
	}
	w.refused(plugin.NotFound, "1 of 3 failed", "delete", "archive", "missing", "logs")
	if left := w.must("list"); len(left.Rows) != 0 || len(w.pod.Volumes()) != 0 {
		t.Errorf("left in the service %v, in the pod %v", left.Rows, w.pod.Volumes())
	}
	w.refused(plugin.NotFound, `"archive"`, "show", "archive")
}

// filters is about the storage archive on the node web-1, and logs.
func (w *world) filters(node string) {
	w.t.Helper()
	for flags, want := range map[string]string{
		"--name=logs":              "logs",
		"--state=attached":         "archive",
		"--node=web-1":             "archive",
		"--node=" + node:           "archive",
		"--protocol=iSCSI":         "logs",
		"--pod-manager=pod":        "archive logs",
		"--pool=StorageServices/1": "",
		"--property=capacity_gib=2 --property=state=available": "logs",
	} {
		var names []string
		for _, row := range w.must(append([]string{"list"}, strings.Fields(flags)...)...).Rows {
			names = append(names, row["name"].(string))
		}
		if got := strings.Join(names, " "); got != want && got != "logs archive" {
			w.t.Errorf("list %s: %q, want %q", flags, got, want)
		}
	}
}

func TestDryRuns(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{})
	planned := w.must("create", "data", "--size=1T", "--pod-manager=pod", "--pool=fast", "--dry-run").Rows[0]
	if planned["uuid"] != "" || planned["capacity_gib"] != 1024.0 || planned["pool"] != "fast" || len(planned["podm_id"].(string)) != 36 {
		t.Errorf("planned: %v", planned)
	}
	if left := w.must("list"); len(left.Rows) != 0 || len(w.pod.Volumes()) != 0 {
		t.Errorf("the dry run made %v, %v", left.Rows, w.pod.Volumes())
	}
	w.must("create", "data", "--size=1")
	got := w.must("delete", "--dry-run", "data")
	if len(got.Notices) != 1 || !strings.Contains(got.Notices[0], "would delete storage data (") || len(w.must("list").Rows) != 1 {
		t.Errorf("delete: %+v", got)
	}
	w.Answer(plugin.Confirm, "", "no")
	if refused := w.refused(plugin.Failed, "not confirmed", "delete", "data"); len(refused.Asked) != 1 || refused.Asked[0] != "Delete storage data?" {
		t.Errorf("asked %v", refused.Asked)
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{})
	w.must("create", "data", "--size=1")
	w.refused(plugin.Usage, `"1500M" is not a size for a storage`, "create", "x", "--size=1500M")
	w.refused(plugin.Usage, "at least 1G", "create", "x", "--size=0")
	w.refused(plugin.Usage, `"big" is not a size`, "create", "x", "--size=big")
	w.refused(plugin.Usage, "--size", "create", "x")
	w.refused(plugin.Usage, "nothing to change", "set", "data")
	w.refused(plugin.Usage, "--name is empty", "set", "data", "--name=")
	w.refused(plugin.Usage, "--property", "list", "--property=state")
	w.refused(plugin.Failed, "the keys are", "list", "--property=colour=red")
	w.refused(plugin.NotFound, `"third"`, "create", "x", "--size=1", "--pod-manager=third")
	w.refused(plugin.NotFound, `"web-9"`, "attach", "data", "web-9")
	w.refused(plugin.NotFound, `"nope"`, "attach", "nope", "web-9")
	w.refused(plugin.Conflict, "storage data is not attached", "detach", "data")
	w.refused(plugin.Conflict, "Not enough hardware", "create", "x", "--size=900T")
	w.must("create", "data", "--size=1")
	w.refused(plugin.Conflict, "2 storages are named", "set", "data", "--name=x")
	if rows := w.must("list").Rows; len(rows) != 2 {
		t.Errorf("left behind: %v", rows)
	}
}

// TestPatience: the service answers 504 after two seconds, and the work takes
// longer than that.
func TestPatience(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{EraseDelay: 3 * time.Second, AttachDelay: 3 * time.Second}, "TIMEOUT=2s")
	w.compose("web-1")
	w.must("create", "data", "--size=1", "--protocol=NVMeOverFabrics")
	w.must("set", "data", "--erase-on-detach")
	attached := w.must("attach", "data", "web-1")
	if attached.Rows[0]["state"] != "attached" || !strings.Contains(strings.Join(attached.Progress, "\n"), "still at it") {
		t.Errorf("attach: %+v", attached)
	}
	w.must("detach", "--no-wait", "data")
	if shown := w.must("show", "data").Rows[0]; shown["state"] != "erasing" {
		t.Errorf("without waiting: %v", shown)
	}
	w.refused(plugin.Conflict, "erasing", "detach", "data")
}

// TestSlowPod: making a storage takes longer than the service waits, and only
// one is made.
func TestSlowPod(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{Faults: slow(t, "")}, "TIMEOUT=2s")
	created := w.must("create", "data", "--size=1")
	if created.Rows[0]["state"] != "available" || !strings.Contains(strings.Join(created.Progress, "\n"), "still at it") {
		t.Errorf("create: %+v", created)
	}
	if len(w.pod.Volumes()) != 1 {
		t.Errorf("the pod has %v", w.pod.Volumes())
	}
	w.must("delete", "data")
	if len(w.pod.Volumes()) != 0 {
		t.Errorf("the pod has %v", w.pod.Volumes())
	}
}

// TestFailsLate: the pod refuses after the service has given up waiting. The
// reason is told, and nothing is left.
func TestFailsLate(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{Faults: slow(t, "status=400")}, "TIMEOUT=2s")
	w.refused(plugin.Failed, `making storage "data"`, "create", "data", "--size=1")
	if left := w.must("list"); len(left.Rows) != 0 || len(w.pod.Volumes()) != 0 {
		t.Errorf("left %v, %v", left.Rows, w.pod.Volumes())
	}
}

// slow lets a pod take three seconds to make a volume, with an effect.
func slow(t *testing.T, effect string) []faults.Rule {
	rule, err := faults.Parse("POST /redfish/v1/StorageServices/*/Volumes delay=3s " + effect)
	if err != nil {
		t.Fatal(err)
	}
	return []faults.Rule{rule}
}

// TestForce: a storage is forgotten when its pod manager is gone.
func TestForce(t *testing.T) {
	t.Parallel()
	w := start(t, podsim.Options{})
	w.must("create", "data", "--size=1")
	if err := w.pod.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.Run("storage", "delete", "data"); got.Err == nil || got.Err.Status != 503 {
		t.Errorf("delete: %+v", got.Err)
	}
	if got := w.must("delete", "--force", "--dry-run", "data"); !strings.Contains(got.Notices[0], "would forget storage data") {
		t.Errorf("dry run: %+v", got)
	}
	w.must("delete", "--force", "data")
	if rows := w.must("list").Rows; len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
}
