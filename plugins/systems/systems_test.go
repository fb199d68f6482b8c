package main

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/test/stack"
)

// start gives a shell around the family, before a real service with a pod "pod"
// of eight systems.
func start(t *testing.T) (*plugintest.Shell, *stack.Stack, *podsim.Server) {
	t.Helper()
	s := stack.New(t)
	pod := s.AddPod("pod", podsim.Options{})
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	return shell, s, pod
}

func TestListAndShow(t *testing.T) {
	t.Parallel()
	shell, _, _ := start(t)
	list := shell.Run("system", "list")
	if list.Err != nil || len(list.Rows) != 8 || len(list.Notices) != 0 {
		t.Fatalf("list: %+v", list)
	}
	// These names are a promise to scripts.
	promised := strings.Fields(`chassis_id cpu_arch cpu_cores cpu_model health id inventory_at location name network podm_id
		power_state ram resource_uri storage uuid`)
	if d := cmp.Diff(promised, list.Names()); d != "" {
		t.Errorf("columns of the list (-want +got):\n%s", d)
	}
	medium := list.Rows[1]
	want := map[string]any{
		"id": "2", "name": "Rack1-Drawer1-Sled2-System1", "power_state": "Off", "health": "OK", "cpu_cores": 24.0, "ram": 128.0,
		"storage": 2480.0, "network": 2.0, "cpu_arch": "x86-64", "cpu_model": "Intel(R) Xeon(R) Gold 6126", "chassis_id": "5",
		"location": "Systems:2_Sled:5_Drawer:3_Rack:2_Pod:1_", "resource_uri": "Systems/2",
		"uuid": medium["uuid"], "podm_id": medium["podm_id"], "inventory_at": medium["inventory_at"],
	}
	if d := cmp.Diff(want, medium); d != "" {
		t.Errorf("a row (-want +got):\n%s", d)
	}
	if medium["uuid"] == "" || medium["podm_id"] == "" || medium["inventory_at"] == nil {
		t.Errorf("something is empty: %v", medium)
	}
	want["description"], want["assettag"] = "Simulated computer system (medium)", ""
	for _, key := range []string{"2", "Rack1-Drawer1-Sled2-System1", medium["uuid"].(string)} {
		shown := shell.Run("system", "show", key)
		if shown.Err != nil || len(shown.Rows) != 1 {
			t.Fatalf("show %s: %+v", key, shown)
		}
		if d := cmp.Diff(want, shown.Rows[0]); d != "" {
			t.Errorf("show %s (-want +got):\n%s", key, d)
		}
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	shell, s, pod := start(t)
	s.AddPod("other", podsim.Options{Seed: 7})
	if err := pod.SetHealth("3", "Critical"); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]int{
		"":                            16,
		"--pod-manager=other":         8,
		"--refresh --pod-manager=pod": 8,
		"--property=ram=128":          10,
		"--property=ram=128 --property=ProcessorSummary/Count=2 --pod-manager=pod": 5,
		"--property=PowerState=Sideways":                                           0,
	} {
		got := shell.Run(append([]string{"system", "list"}, strings.Fields(line)...)...)
		if got.Err != nil || len(got.Rows) != want {
			t.Errorf("%q: %d rows, want %d; %v", line, len(got.Rows), want, got.Err)
		}
	}
	sick := shell.Run("system", "list", "--refresh", "--property", "Status/Health=Critical")
	if sick.Err != nil || len(sick.Rows) != 1 || sick.Rows[0]["id"] != "3" || sick.Rows[0]["health"] != "Critical" {
		t.Errorf("by health: %+v", sick)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	shell, s, _ := start(t)
	s.AddPod("other", podsim.Options{Seed: 7})
	for line, want := range map[string]plugin.Error{
		"list --property=Health":             {Code: plugin.Usage, Message: `not "Health"`},
		"list --property==OK":                {Code: plugin.Usage, Message: `not "=OK"`},
		"list --property=fields=id":          {Code: plugin.Usage, Message: `not "fields"`},
		"list --property=A=1 --property=A=2": {Code: plugin.Usage, Message: `"A" twice`},
		"list --property=colour=red":         {Code: plugin.Usage, Message: `--property: the query has an unknown key "colour"; the keys are`},
		"list --property=ram=much":           {Code: plugin.Usage, Message: `--property: ram in the query is no number`},
		"list --pod-manager=third":           {Code: plugin.NotFound, Message: `pod manager "third"`},
		"show missing":                       {Code: plugin.NotFound, Message: `system "missing" does not exist`},
		"show 2 --pod-manager=third":         {Code: plugin.NotFound, Message: `pod manager "third"`},
		"show 2":                             {Code: plugin.Conflict, Message: `2 of pod, 2 of other`, Hint: "--pod-manager"},
		"inventory missing":                  {Code: plugin.NotFound, Message: `system "missing" does not exist`},
		"inventory 2":                        {Code: plugin.Conflict, Message: `2 of pod, 2 of other`, Hint: "--pod-manager"},
	} {
		got := shell.Run(append([]string{"system"}, strings.Fields(line)...)...)
		if got.Err == nil || got.Err.Code != want.Code || !strings.Contains(got.Err.Message, want.Message) ||
			!strings.Contains(got.Err.Hint, want.Hint) || len(got.Rows) != 0 {
			t.Errorf("%s: %+v", line, got)
		}
	}
	for _, line := range []string{"show 2 --pod-manager=other", "inventory 2 --pod-manager=other --refresh"} {
		if got := shell.Run(append([]string{"system"}, strings.Fields(line)...)...); got.Err != nil || len(got.Rows) == 0 {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// TestWarnings: what is shown of a pod manager that is down, and that another
// one is missing.
func TestWarnings(t *testing.T) {
	t.Parallel()
	shell, _, pod := start(t)
	if first := shell.Run("system", "list", "--refresh"); len(first.Rows) != 8 {
		t.Fatalf("list: %+v", first)
	}
	if err := pod.Close(); err != nil {
		t.Fatal(err)
	}
	stale := "warning not up to date: pod as it was at 20"
	for _, line := range []string{"list --refresh", "show 2", "show 2 --refresh"} {
		got := shell.Run(append([]string{"system"}, strings.Fields(line)...)...)
		if got.Err != nil || len(got.Rows) == 0 || len(got.Notices) != 1 ||
			!strings.HasPrefix(got.Notices[0], stale) || !strings.HasSuffix(got.Notices[0], "it cannot be reached") {
			t.Errorf("%s: %+v", line, got)
		}
	}
	if gone := shell.Run("system", "inventory", "2"); gone.Err == nil || gone.Err.Status != 503 || len(gone.Rows) != 0 {
		t.Errorf("an inventory that cannot be read: %+v", gone)
	}
}

// TestMissing: a list that lacks a pod manager says so, even when nothing is on
// it.
func TestMissing(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	register := stack.Registration("down", "http://127.0.0.1:1", podsim.Options{})
	resp, err := http.Post(s.URL+"/v1/pod_managers", "application/json", strings.NewReader(register))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("registering: %s, %v", resp.Status, err)
	}
	shell := plugintest.New(t, family())
	shell.Serve("rack-scale", s.Handler())
	s.AddPod("pod", podsim.Options{})
	for line, rows := range map[string]int{"list": 8, "list --property=PowerState=Sideways": 0} {
		got := shell.Run(append([]string{"system"}, strings.Fields(line)...)...)
		if got.Err != nil || len(got.Rows) != rows || len(got.Notices) != 1 ||
			!strings.HasPrefix(got.Notices[0], "warning missing what these pod managers have: down: ") {
			t.Errorf("%s: %+v", line, got)
		}
	}
	if got := shell.Run("system", "list", "--pod-manager=down"); got.Err == nil || got.Err.Status != 503 {
		t.Errorf("the one alone: %+v", got)
	}
}

func TestInventory(t *testing.T) {
	t.Parallel()
	shell, _, _ := start(t)
	got := shell.Run("system", "inventory", "2")
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	// These names are a promise to scripts.
	promised := strings.Fields(`data_width_bit instruction_set ipv4 kind media_type model name pooled_resource protocol
		resource_uri size speed speed_mbps speed_mhz status total_core total_memory_mb vlans volume_size_gb`)
	if d := cmp.Diff(promised, got.Names()); d != "" {
		t.Errorf("columns (-want +got):\n%s", d)
	}
	first := map[string]map[string]any{}
	count := map[string]int{}
	for _, row := range got.Rows {
		kind := row["kind"].(string)
		if count[kind]++; count[kind] == 1 {
			maps.DeleteFunc(row, func(_ string, v any) bool { return v == nil || v == "" })
			first[kind] = row
		}
	}
	if d := cmp.Diff(map[string]int{"processor": 2, "memory": 8, "network": 2, "storage": 2}, count); d != "" {
		t.Errorf("parts (-want +got):\n%s", d)
	}
	want := map[string]map[string]any{
		"processor": {"kind": "processor", "model": "Intel(R) Xeon(R) Gold 6126", "size": "12 cores", "speed": "3700 MHz",
			"total_core": 12.0, "speed_mhz": 3700.0, "instruction_set": "x86-64"},
		"memory": {"kind": "memory", "size": "16384 MiB", "speed": "2666 MHz", "total_memory_mb": 16384.0, "speed_mhz": 2666.0, "data_width_bit": 64.0},
		"network": {"kind": "network", "name": first["network"]["name"], "speed": "10000 Mbps", "status": "Enabled",
			"speed_mbps": 10000.0, "ipv4": []any{}},
		"storage": {"kind": "storage", "name": "Physical Drive", "model": "Simulated NVMe SSD", "size": "480 GiB", "status": "OK",
			"volume_size_gb": 480.0, "protocol": "NVMe", "media_type": "SSD", "pooled_resource": false, "resource_uri": "Chassis/5/Drives/1"},
	}
	if d := cmp.Diff(want, first); d != "" {
		t.Errorf("the first of each kind (-want +got):\n%s", d)
	}
}
