package composition_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// snapshot reads everything that the root leads to.
func (s *server) snapshot(t *testing.T) map[string]object {
	t.Helper()
	all := map[string]object{}
	var visit func(path string)
	var follow func(value any)
	follow = func(value any) {
		switch v := value.(type) {
		case object:
			if uri, ok := v["@odata.id"].(string); ok {
				visit(uri)
			}
			for _, inner := range v {
				follow(inner)
			}
		case []any:
			for _, inner := range v {
				follow(inner)
			}
		}
	}
	visit = func(path string) {
		path = strings.TrimRight(path, "/")
		if _, seen := all[path]; seen || strings.Contains(path, "SessionService") || strings.Contains(path, "AccountService") || strings.Contains(path, "EventService") {
			return
		}
		all[path] = s.get(t, path)
		for name, value := range all[path] {
			if name != "@odata.id" { // which mockups get wrong
				follow(value)
			}
		}
	}
	visit("/redfish/v1")
	return all
}

// TestComposeAndTakeApart composes a system of three blocks and looks at everything that changes; taking it apart leaves
// nothing behind.
func TestComposeAndTakeApart(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	before := s.snapshot(t)
	system := s.compose(t, "C1b", "D1", "Pool")
	body := s.get(t, system)
	for path, want := range map[string]any{
		"Name": "web-1", "SystemType": "Composed", "PowerState": "Off",
		"ProcessorSummary.Count": 2.0, "ProcessorSummary.CoreCount": 16.0, "MemorySummary.TotalSystemMemoryGiB": 16.0,
	} {
		if got := at(body, strings.Split(path, ".")...); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	want := map[string][]string{
		"/Processors":         {blocks + "C1b/Processors/1", blocks + "C1b/Processors/2"},
		"/Memory":             {blocks + "C1b/Memory/1", blocks + "C1b/Memory/2"},
		"/EthernetInterfaces": {blocks + "C1b/EthernetInterfaces/1"},
		"/Storage":            {system + "/Storage/Pooled"},
	}
	for end, members := range want {
		if diff := cmp.Diff(members, uris(s.get(t, system+end)["Members"])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", end, diff)
		}
	}
	drives := []string{blocks + "D1/Drives/1", blocks + "Pool/Drives/1", blocks + "Pool/Drives/2"}
	if diff := cmp.Diff(drives, uris(s.get(t, system+"/Storage/Pooled")["Drives"])); diff != "" {
		t.Errorf("drives (-want +got):\n%s", diff)
	}
	used := s.get(t, blocks+"C1b")
	if at(used, "CompositionStatus", "CompositionState") != "Composed" || used["Pool"] != "Active" ||
		!slices.Equal(uris(at(used, "Links", "ComputerSystems")), []string{system}) {
		t.Errorf("the block is %v", used)
	}
	if !slices.Contains(uris(s.get(t, service+"/ActivePool")["Members"]), blocks+"C1b") ||
		slices.Contains(uris(s.get(t, service+"/FreePool")["Members"]), blocks+"C1b") {
		t.Error("the pools do not show that the block is in use")
	}
	if got := uris(at(s.get(t, "/redfish/v1/Chassis/Rack1"), "Links", "ComputerSystems")); !slices.Contains(got, system) {
		t.Errorf("the rack holds %v", got)
	}

	s.send(t, "DELETE", system, "").want(t, http.StatusNoContent)
	s.send(t, "GET", system+"/Storage/Pooled", "").want(t, http.StatusNotFound)
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

func TestRefusedCompositions(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.compose(t, "C1a", "Pool")
	before := s.snapshot(t)
	for _, tt := range []struct {
		name, body string
		status     int
		message    string
	}{
		{"no JSON", `{`, 400, "MalformedJSON"},
		{"a list", `[]`, 400, "MalformedJSON"},
		{"null", `null`, 400, "MalformedJSON"},
		{"nothing", `{}`, 400, "PropertyMissing"},
		{"no name", `{"Links":{"ResourceBlocks":` + linked("C1b") + `}}`, 400, "PropertyMissing"},
		{"no blocks", request("a"), 400, "PropertyMissing"},
		{"unknown property", `{"Nmae":"a","Links":{"ResourceBlocks":` + linked("C1b") + `}}`, 400, "PropertyUnknown"},
		{"a number for a name", `{"Name":1,"Links":{"ResourceBlocks":` + linked("C1b") + `}}`, 400, "PropertyValueTypeError"},
		{"no list of blocks", `{"Name":"a","Links":{"ResourceBlocks":{}}}`, 400, "PropertyValueTypeError"},
		{"no such boot target", `{"Name":"a","Boot":{"BootSourceOverrideTarget":"Tape"},"Links":{"ResourceBlocks":` + linked("C1b") + `}}`,
			400, "PropertyValueNotInList"},
		{"no such block", request("a", "C1b", "C9"), 404, "ResourceBlockNotFound"},
		{"no block at all", `{"Name":"a","Links":{"ResourceBlocks":[{"@odata.id":"/redfish/v1"}]}}`, 404, "ResourceBlockNotFound"},
		{"the same block twice", request("a", "C1b", "C1b"), 400, "ResourceBlockInvalid"},
		{"a block in use", request("a", "C1a"), 409, "ResourceBlockInUse"},
		{"blocks of two zones", request("a", "C1b", "D2"), 400, "IncompatibleZone"},
		{"two that compute", request("a", "C2a", "C2b"), 400, "PropertyValueConflict"},
		{"none that computes", request("a", "D2"), 400, "PropertyValueConflict"},
		{"a physical system", request("a", "S2"), 400, "PropertyValueConflict"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.send(t, "POST", systems, tt.body).refused(t, tt.status, tt.message)
		})
	}
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("refused requests left something behind (-before +after):\n%s", diff)
	}
}

// TestSharing: a block that two systems may have counts them.
func TestSharing(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	want := func(state string, n float64) {
		t.Helper()
		status := s.get(t, blocks+"Pool")["CompositionStatus"]
		if at(status, "CompositionState") != state || at(status, "NumberOfCompositions") != n {
			t.Errorf("the pool is %v, want %s for %v", status, state, n)
		}
	}
	want("Unused", 0)
	first := s.compose(t, "C1a", "Pool")
	want("ComposedAndAvailable", 1)
	second := s.compose(t, "C2a", "Pool")
	want("Composed", 2)
	s.send(t, "POST", systems, request("c", "C1b", "Pool")).refused(t, http.StatusConflict, "ResourceBlockInUse")
	s.send(t, "DELETE", first, "").want(t, http.StatusNoContent)
	want("ComposedAndAvailable", 1)
	s.send(t, "PATCH", blocks+"Pool", `{"CompositionStatus":{"SharingEnabled":false}}`).want(t, http.StatusOK)
	want("Composed", 1)
	s.send(t, "DELETE", second, "").want(t, http.StatusNoContent)
	want("Unused", 0)
}

// TestReservedIsAdvice: the flag keeps nobody out, and stays.
func TestReservedIsAdvice(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.send(t, "PATCH", blocks+"C1a", `{"CompositionStatus":{"Reserved":true}}`).want(t, http.StatusOK)
	s.send(t, "DELETE", s.compose(t, "C1a"), "").want(t, http.StatusNoContent)
	if at(s.get(t, blocks+"C1a"), "CompositionStatus", "Reserved") != true {
		t.Error("taking the system apart has cleared Reserved")
	}
	for body, message := range map[string]string{
		`{"CompositionStatus":{"CompositionState":"Unused"}}`: "PropertyNotWritable",
		`{"CompositionStatus":{"Reserved":"yes"}}`:            "PropertyValueTypeError",
		`{"Colour":"red"}`: "PropertyUnknown",
		`{"Pool":"Deep"}`:  "PropertyValueNotInList",
	} {
		s.send(t, "PATCH", blocks+"C1a", body).refused(t, http.StatusBadRequest, message)
	}
}

// TestComposing shows that composing takes time: the blocks are nobody's to have, and readers are not held up.
func TestComposing(t *testing.T) {
	t.Parallel()
	const slow = 300 * time.Millisecond
	s := serve(t, composition.Options{Layout: small(), ComposeDelay: slow})
	done := make(chan reply)
	start := time.Now()
	go func() {
		r, _ := s.trySend("POST", systems, request("web-1", "C1a", "D1"))
		done <- r
	}()
	for s.state(t, "C1a") != "Composing" {
		if time.Since(start) > slow {
			t.Fatal("the block was never Composing")
		}
	}
	s.send(t, "POST", systems, request("b", "C1a")).refused(t, http.StatusConflict, "ResourceBlockInUse")
	(<-done).want(t, http.StatusCreated)
	if took := time.Since(start); took < slow {
		t.Errorf("composing took %s, want at least %s", took, slow)
	}
	if s.state(t, "D1") != "Composed" {
		t.Errorf("the drive is %v", s.state(t, "D1"))
	}
}

// TestFailedComposition leaves blocks that need help by hand.
func TestFailedComposition(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), Outcome: byHeader})
	s.send(t, "POST", systems, request("a", "C1a", "Pool"), "X-Fail", "1").refused(t, http.StatusInternalServerError, "InternalError")
	if s.state(t, "C1a") != "Failed" || s.state(t, "Pool") != "Unused" {
		t.Errorf("the blocks are %v and %v", s.state(t, "C1a"), s.state(t, "Pool"))
	}
	s.send(t, "POST", systems, request("a", "C1a")).refused(t, http.StatusConflict, "ResourceBlockInUse")
	if got := s.Blocks("Failed"); !slices.Equal(got, []string{blocks + "C1a"}) {
		t.Errorf("failed are %v", got)
	}
}

// TestAsync follows a composition through its task.
func TestAsync(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), Async: true, ComposeDelay: 50 * time.Millisecond,
		Outcome: byHeader})
	for fail, want := range map[string]int{"": http.StatusCreated, "1": http.StatusInternalServerError} {
		r := s.send(t, "POST", systems, request("web-1", "C"+map[string]string{"": "1", "1": "2"}[fail]+"a"), "X-Fail", fail).
			want(t, http.StatusAccepted)
		monitor := r.header.Get("Location")
		if r.header.Get("Retry-After") == "" || at(r.json(t), "TaskState") != "Running" {
			t.Errorf("the answer is %v %s", r.header, r.body)
		}
		task := at(r.json(t), "@odata.id").(string)
		for r.status == http.StatusAccepted {
			r = s.send(t, "GET", monitor, "")
		}
		r.want(t, want)
		if state := s.get(t, task)["TaskState"]; want == http.StatusCreated && state != "Completed" || want != http.StatusCreated && state != "Exception" {
			t.Errorf("the task is %v", state)
		}
		if want == http.StatusCreated {
			s.get(t, r.header.Get("Location"))
		}
	}
}

// TestWhatIsKept: what the capabilities offer is kept, what they do not is not.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	body := `{"Name":"a","Description":"front end","AssetTag":"7","PowerState":"On","Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"},` +
		`"Links":{"ResourceBlocks":` + linked("C1a") + `}}`
	s := serve(t, composition.Options{Layout: small()})
	made := s.send(t, "POST", systems, body).want(t, http.StatusCreated).json(t)
	if made["Description"] != "front end" || made["AssetTag"] != "7" || at(made, "Boot", "BootSourceOverrideTarget") != "Pxe" {
		t.Errorf("the system is %v", made)
	}
	if got := s.Systems(); len(got) != 3 || got[2].Description != "front end" || got[2].PowerState != "Off" {
		t.Errorf("the pod knows %+v", got)
	}
}

// byHeader lets a request say how what it starts ends.
func byHeader(r *http.Request) composition.Outcome {
	return map[string]composition.Outcome{"": composition.Well, "1": composition.Failed, "2": composition.Never}[r.Header.Get("X-Fail")]
}

// TestStuckTask never ends.
func TestStuckTask(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), Async: true, Outcome: byHeader})
	monitor := s.send(t, "POST", systems, request("a", "C1a"), "X-Fail", "2").want(t, http.StatusAccepted).header.Get("Location")
	s.send(t, "POST", systems, request("b", "C1b")).want(t, http.StatusAccepted)
	for s.state(t, "C1b") != "Composed" {
		time.Sleep(time.Millisecond)
	}
	s.send(t, "GET", monitor, "").want(t, http.StatusAccepted)
	if s.state(t, "C1a") != "Composing" {
		t.Errorf("the block is %v", s.state(t, "C1a"))
	}
}

// TestTakenIds: a new system has the id of nothing that is there.
func TestTakenIds(t *testing.T) {
	t.Parallel()
	l := small()
	l.Machines = append(l.Machines, composition.Machine{ID: "Composed1", Name: "An early one", Chassis: "Rack1"})
	s := serve(t, composition.Options{Layout: l})
	if system := s.compose(t, "C1a"); system != systems+"/Composed2" {
		t.Errorf("the new one is %s", system)
	}
	if s.get(t, systems+"/Composed1")["SystemType"] != "Physical" {
		t.Error("the other one is another")
	}
}
