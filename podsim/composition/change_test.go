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

// has lists the ids of a system's blocks.
func (s *server) has(t *testing.T, system string) string {
	t.Helper()
	var ids []string
	for _, uri := range uris(at(s.get(t, system), "Links", "ResourceBlocks")) {
		ids = append(ids, strings.TrimPrefix(uri, blocks))
	}
	return strings.Join(ids, " ")
}

// TestReplaceBlocks changes the blocks of a system with PATCH, by the rule for arrays.
func TestReplaceBlocks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, list, want string
		status           int
	}{
		{"keep all", `[{},{}]`, "C1a D1", 200},
		{"keep without saying", `[]`, "C1a D1", 200},
		{"remove one", `[{},null]`, "C1a", 200},
		{"add one", `[{},{},{"@odata.id":"` + blocks + `Pool"}]`, "C1a D1 Pool", 200},
		{"replace one", `[{},{"@odata.id":"` + blocks + `Pool"}]`, "C1a Pool", 200},
		{"replace what computes", `[{"@odata.id":"` + blocks + `C1b"},{}]`, "D1 C1b", 200},
		{"all of them again", linked("C1a", "D1"), "C1a D1", 200},
		{"remove what computes", `[null,{}]`, "C1a D1", 400},
		{"one of another zone", `[{},{},{"@odata.id":"` + blocks + `D2"}]`, "C1a D1", 400},
		{"one that is not there", `[{},{},{"@odata.id":"` + blocks + `D9"}]`, "C1a D1", 404},
		{"one in use", `[{},{},{"@odata.id":"` + blocks + `C2a"}]`, "C1a D1", 409},
		{"keep what is not there", `[{},{},{}]`, "C1a D1", 404},
		{"no list", `{}`, "C1a D1", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, composition.Options{Layout: small()})
			s.compose(t, "C2a")
			system := s.compose(t, "C1a", "D1")
			s.send(t, "PATCH", system, `{"Links":{"ResourceBlocks":`+tt.list+`}}`).want(t, tt.status)
			if got := s.has(t, system); got != tt.want {
				t.Errorf("the system has %s, want %s", got, tt.want)
			}
			free := s.Blocks("Unused")
			for _, id := range []string{"C1a", "D1", "C1b"} {
				if slices.Contains(free, blocks+id) == slices.Contains(strings.Fields(tt.want), id) {
					t.Errorf("%s is %v", id, s.state(t, id))
				}
			}
		})
	}
}

// TestBlockActions adds a block and removes it: nothing is left.
func TestBlockActions(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), ChangeDelay: 20 * time.Millisecond})
	system := s.compose(t, "C1a")
	before := s.snapshot(t)
	body := func(id string) string { return `{"ResourceBlock":{"@odata.id":"` + blocks + id + `"}}` }
	start := time.Now()
	s.send(t, "POST", system+addEnd, body("D1")).want(t, http.StatusNoContent)
	if took := time.Since(start); took < 20*time.Millisecond {
		t.Errorf("adding took %s", took)
	}
	if got := uris(s.get(t, system+"/Storage/Pooled")["Drives"]); len(got) != 1 {
		t.Errorf("drives %v", got)
	}
	for _, tt := range []struct {
		end, body string
		status    int
		message   string
	}{
		{addEnd, `{}`, 400, "ActionParameterMissing"},
		{addEnd, body("D1"), 409, "ResourceBlockInUse"},
		{addEnd, body("D9"), 404, "ResourceBlockNotFound"},
		{addEnd, body("D2"), 400, "IncompatibleZone"},
		{addEnd, body("C1b"), 400, "PropertyValueConflict"},
		{addEnd, body("S1"), 400, "IncompatibleZone"},
		{dropEnd, body("Pool"), 404, "ResourceBlockNotFound"},
		{dropEnd, body("C1a"), 400, "PropertyValueConflict"},
	} {
		s.send(t, "POST", system+tt.end, tt.body).refused(t, tt.status, tt.message)
	}
	s.send(t, "POST", system+dropEnd, body("D1")).want(t, http.StatusNoContent)
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

// TestBlockActionETags: an ETag that is given must be the current one.
func TestBlockActionETags(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	system := s.compose(t, "C1a")
	tag := func(path string) string {
		return strings.ReplaceAll(s.send(t, "GET", path, "").header.Get("ETag"), `"`, `\"`)
	}
	body := func(block, system string) string {
		return `{"ResourceBlock":{"@odata.id":"` + blocks + `D1"},"ResourceBlockETag":"` + block + `","ComputerSystemETag":"` + system + `"}`
	}
	s.send(t, "POST", system+addEnd, body(`\"old\"`, tag(system))).refused(t, http.StatusPreconditionRequired, "PreconditionRequired")
	s.send(t, "POST", system+addEnd, body(tag(blocks+"D1"), `\"old\"`)).refused(t, http.StatusPreconditionRequired, "PreconditionRequired")
	s.send(t, "POST", system+addEnd, body("W/"+tag(blocks+"D1"), tag(system))).want(t, http.StatusNoContent)
}

// TestExpandableSystem: a physical system grows and shrinks, and stays.
func TestExpandableSystem(t *testing.T) {
	t.Parallel()
	l := small()
	l.Blocks[1].Chassis = "1" // C1b is elsewhere
	s := serve(t, composition.Options{Layout: l})
	before := s.snapshot(t)
	const machine = systems + "/M1"
	if allow := s.send(t, "OPTIONS", machine, "").header.Get("Allow"); allow != "GET, HEAD, OPTIONS, PATCH" {
		t.Errorf("Allow is %q", allow)
	}
	s.send(t, "DELETE", machine, "").refused(t, http.StatusMethodNotAllowed, "OperationNotAllowed")
	s.send(t, "POST", machine+addEnd, `{"ResourceBlock":{"@odata.id":"`+blocks+`D1"}}`).want(t, http.StatusNoContent)
	if got := uris(s.get(t, machine+"/Storage")["Members"]); !slices.Equal(got, []string{machine + "/Storage/1", machine + "/Storage/Pooled"}) {
		t.Errorf("the storage is %v", got)
	}
	s.send(t, "POST", machine+dropEnd, `{"ResourceBlock":{"@odata.id":"`+blocks+`D1"}}`).want(t, http.StatusNoContent)
	for _, id := range []string{"C1a", "C1b"} { // a block that computes does not move it
		for _, end := range []string{addEnd, dropEnd} {
			s.send(t, "POST", machine+end, `{"ResourceBlock":{"@odata.id":"`+blocks+id+`"}}`).want(t, http.StatusNoContent)
		}
	}
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

func TestPatchSystem(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	system := s.compose(t, "C1a")
	changed := s.send(t, "PATCH", system, `{"Name":"db-1","AssetTag":"7","Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"}}`).
		want(t, http.StatusOK).json(t)
	if diff := cmp.Diff(changed, s.get(t, system)); diff != "" {
		t.Errorf("the answer is not the system (-answer +system):\n%s", diff)
	}
	if changed["Name"] != "db-1" || changed["AssetTag"] != "7" || at(changed, "Boot", "BootSourceOverrideTarget") != "Pxe" {
		t.Errorf("the system is %v", changed)
	}
	for body, message := range map[string]string{
		`{"Name":7}`:           "PropertyValueTypeError",
		`{"UUID":"7"}`:         "PropertyNotWritable",
		`{"Colour":"red"}`:     "PropertyUnknown",
		`{"Boot":{"Foo":"7"}}`: "PropertyUnknown",
		`{"Boot":{"BootSourceOverrideTarget":"Tape"}}`:   "PropertyValueNotInList",
		`{"Boot":{"BootSourceOverrideEnabled":"Twice"}}`: "PropertyValueNotInList",
		`{"Links":{"Chassis":[]}}`:                       "PropertyNotWritable",
	} {
		s.send(t, "PATCH", system, body).refused(t, http.StatusBadRequest, message)
	}
	disabled := s.send(t, "PATCH", system, `{"Boot":{"BootSourceOverrideEnabled":"Disabled"}}`).json(t)
	if at(disabled, "Boot", "BootSourceOverrideTarget") != "None" {
		t.Errorf("disabled, it boots from %v", disabled["Boot"])
	}
}

// TestPower resets a system. The power changes after the answer, and the last of two resets counts.
func TestPower(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), PowerDelay: 60 * time.Millisecond})
	system := s.compose(t, "C1a")
	s.send(t, "PATCH", system, `{"Boot":{"BootSourceOverrideEnabled":"Once","BootSourceOverrideTarget":"Pxe"}}`).want(t, http.StatusOK)
	s.send(t, "POST", system+resetEnd, `{"ResetType":"ForceOff"}`).want(t, http.StatusNoContent)
	s.send(t, "POST", system+resetEnd, `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	if got := s.get(t, system)["PowerState"]; got != "Off" {
		t.Errorf("right after the answer the power is %v", got)
	}
	time.Sleep(120 * time.Millisecond)
	body := s.get(t, system)
	if body["PowerState"] != "On" || at(body, "Boot", "BootSourceOverrideEnabled") != "Disabled" {
		t.Errorf("after booting the system is %v %v", body["PowerState"], body["Boot"])
	}
	s.send(t, "POST", system+resetEnd, `{"ResetType":"Explode"}`).refused(t, http.StatusBadRequest, "PropertyValueNotInList")
	s.send(t, "POST", system+resetEnd, `{}`).refused(t, http.StatusBadRequest, "ActionParameterMissing")
	s.send(t, "POST", system+resetEnd, `{"ResetType":"ForceOff"}`).want(t, http.StatusNoContent)
	s.send(t, "DELETE", system, "").want(t, http.StatusNoContent)
	time.Sleep(80 * time.Millisecond) // the reset finds nothing to do
	s.send(t, "GET", system, "").want(t, http.StatusNotFound)
}

// TestDeleteTakesTime: until it is over the system is there, and nobody else can change it.
func TestDeleteTakesTime(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), DeleteDelay: 100 * time.Millisecond})
	system := s.compose(t, "C1a")
	done := make(chan reply)
	go func() {
		r, _ := s.trySend("DELETE", system, "")
		done <- r
	}()
	time.Sleep(30 * time.Millisecond)
	s.send(t, "DELETE", system, "").refused(t, http.StatusConflict, "ResourceInUse")
	s.send(t, "POST", system+addEnd, `{"ResourceBlock":{"@odata.id":"`+blocks+`D1"}}`).refused(t, http.StatusConflict, "ResourceInUse")
	if s.state(t, "C1a") != "Composed" {
		t.Errorf("the block is %v already", s.state(t, "C1a"))
	}
	(<-done).want(t, http.StatusNoContent)
	s.send(t, "DELETE", system, "").want(t, http.StatusNotFound)
}

// TestSystemGoneMeanwhile: a block that was to be added to a system that is taken apart in the meantime stays free.
func TestSystemGoneMeanwhile(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), ChangeDelay: 100 * time.Millisecond})
	system := s.compose(t, "C1a")
	done := make(chan reply)
	go func() {
		r, _ := s.trySend("POST", system+addEnd, `{"ResourceBlock":{"@odata.id":"`+blocks+`D1"}}`)
		done <- r
	}()
	time.Sleep(30 * time.Millisecond)
	s.send(t, "DELETE", system, "").want(t, http.StatusNoContent)
	(<-done).refused(t, http.StatusNotFound, "ResourceMissingAtURI")
	if s.state(t, "D1") != "Unused" {
		t.Errorf("the block is %v", s.state(t, "D1"))
	}
}
