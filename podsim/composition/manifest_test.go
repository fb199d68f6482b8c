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

const (
	composeAction = service + "/Actions/CompositionService.Compose"
	reservations  = service + "/CompositionReservations"
)

// manifest is a request for the Compose action; more are further parameters.
func manifest(kind, more string, stanzas ...string) string {
	return `{"RequestFormat":"Manifest","RequestType":"` + kind + `"` + more + `,"Manifest":{"Expand":"None","Stanzas":[` +
		strings.Join(stanzas, ",") + `]}}`
}

func composing(id, request string) string {
	return `{"StanzaType":"ComposeSystem","StanzaId":"` + id + `","Request":` + request + `}`
}

// of is a request that names blocks, as manifests have it: without a name.
func of(ids ...string) string { return `{"Links":{"ResourceBlocks":` + linked(ids...) + `}}` }

// responses lists what was answered to each stanza.
func (r reply) responses(t *testing.T) []any {
	t.Helper()
	var all []any
	for _, one := range at(r.json(t), "Manifest", "Stanzas").([]any) {
		all = append(all, at(one, "Response"))
	}
	return all
}

// TestApply composes two systems with one request, and takes them apart with another.
func TestApply(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	before := s.snapshot(t)
	r := s.send(t, "POST", composeAction, manifest("Apply", "", composing("One", of("C1a", "D1")), composing("Two", wanted(2, 2, "")))).
		want(t, http.StatusOK)
	var made []string
	for _, one := range r.responses(t) {
		uri, _ := at(one, "@odata.id").(string)
		made = append(made, `{"@odata.id":"`+uri+`"}`)
		if diff := cmp.Diff(s.get(t, uri), one.(object)); diff != "" {
			t.Errorf("the answer is not the system (-system +answer):\n%s", diff)
		}
	}
	if name := at(r.responses(t)[0], "Name"); name != "Computer system composed from One" {
		t.Errorf("the first is called %v", name)
	}
	if s.state(t, "C1a") != "Composed" || s.state(t, "C1b") != "Composed" {
		t.Errorf("blocks %v and %v", s.state(t, "C1a"), s.state(t, "C1b"))
	}
	s.send(t, "POST", composeAction, manifest("Apply", "",
		`{"StanzaType":"DecomposeSystem","StanzaId":"1","Request":{"Links":{"ComputerSystems":[`+strings.Join(made, ",")+`]}}}`)).
		want(t, http.StatusOK)
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

// TestExpandedAnswer shows what is below the system in the answer.
func TestExpandedAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	body := strings.Replace(manifest("Preview", "", composing("One", of("C1b"))), `"None"`, `"All"`, 1)
	r := s.send(t, "POST", composeAction, body).want(t, http.StatusOK)
	if n := at(r.responses(t)[0], "Processors", "Members@odata.count"); n != 2.0 {
		t.Errorf("%v processors are shown", n)
	}
}

// TestAllOrNone: one stanza that cannot be done keeps the others from being done.
func TestAllOrNone(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	system := s.compose(t, "C2a", "Pool")
	before := s.snapshot(t)
	apart := `{"StanzaType":"DecomposeSystem","StanzaId":"0","Request":{"Links":{"ComputerSystems":[{"@odata.id":"` + system + `"}]}}}`
	for _, tt := range []struct {
		name, stanza string
		status       int
		message      string
	}{
		{"the same block", composing("2", of("C1a")), 409, "ResourceBlockInUse"},
		{"no such block", composing("2", of("C9")), 404, "ResourceBlockNotFound"},
		{"nothing that fits", composing("2", wanted(9, 9, "")), 409, "NoResourceMatch"},
		{"no request", `{"StanzaType":"ComposeSystem","StanzaId":"2"}`, 400, "EmptyManifest"},
		{"another type", `{"StanzaType":"ComposeResource","StanzaId":"2","Request":{}}`, 400, "UnableToProcessStanzaRequest"},
		{"no system", `{"StanzaType":"DecomposeSystem","Request":{}}`, 400, "PropertyMissing"},
		{"no such system", strings.ReplaceAll(apart, system, systems+"/Capabilities"), 404, "ResourceMissingAtURI"},
		{"the same system twice", apart, 409, "ResourceInUse"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := s.send(t, "POST", composeAction, manifest("Apply", "", apart, composing("1", of("C1a", "Pool")), tt.stanza)).want(t, tt.status)
			answers := r.responses(t)
			if code, _ := at(answers[2], "error", "code").(string); answers[1] != nil || !strings.HasSuffix(code, "."+tt.message) {
				t.Errorf("answers %v", answers)
			}
			s.send(t, "POST", composeAction, manifest("Preview", "", composing("1", of("C1a")), tt.stanza)).want(t, http.StatusOK)
		})
	}
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("something was done (-before +after):\n%s", diff)
	}
}

// TestPreview says what would come, and does nothing.
func TestPreview(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.compose(t, "C2a", "Pool")
	before := s.snapshot(t)
	r := s.send(t, "POST", composeAction, manifest("Preview", "", composing("One", of("C1b", "Pool")))).want(t, http.StatusOK)
	if n := at(r.responses(t)[0], "ProcessorSummary", "Count"); n != 2.0 || at(r.json(t), "ReservationId") != nil {
		t.Errorf("the preview is %s", r.body)
	}
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the preview did something (-before +after):\n%s", diff)
	}
}

// TestReservation reserves a block, which nobody else can have, and uses the reservation up.
func TestReservation(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	before := s.snapshot(t)
	reserve := func() string {
		r := s.send(t, "POST", composeAction, manifest("PreviewReserve", "", composing("One", of("C1b")))).want(t, http.StatusOK)
		return at(r.json(t), "ReservationId").(string)
	}
	id := reserve()
	body := s.get(t, reservations+"/"+id)
	if !slices.Equal(uris(body["ReservedResourceBlocks"]), []string{blocks + "C1b"}) || at(body, "Manifest", "Expand") != "None" {
		t.Errorf("the reservation is %v", body)
	}
	if status := s.get(t, blocks+"C1b")["CompositionStatus"]; at(status, "Reserved") != true || at(status, "CompositionState") != "Unused" {
		t.Errorf("the block is %v", status)
	}
	s.send(t, "POST", systems, request("a", "C1b")).refused(t, http.StatusConflict, "SpecifiedResourceAlreadyReserved")
	only := strings.Replace(wanted(2, 2, ""), `{`, `{"@Redfish.ZoneAffinity":"1",`, 1)
	s.send(t, "POST", systems, only).refused(t, http.StatusConflict, "ConstrainedResourceAlreadyReserved")
	s.send(t, "POST", composeAction, `{"RequestFormat":"Manifest","RequestType":"Apply","ReservationId":"9"}`).
		refused(t, http.StatusNotFound, "ResourceMissingAtURI")

	r := s.send(t, "POST", composeAction, `{"RequestFormat":"Manifest","RequestType":"Apply","ReservationId":"`+id+`"}`).want(t, http.StatusOK)
	s.send(t, "GET", reservations+"/"+id, "").want(t, http.StatusNotFound)
	if at(s.get(t, blocks+"C1b"), "CompositionStatus", "Reserved") != false {
		t.Error("the block is reserved still")
	}
	s.send(t, "DELETE", at(r.responses(t)[0], "@odata.id").(string), "").want(t, http.StatusNoContent)
	s.send(t, "DELETE", reservations+"/"+reserve(), "").want(t, http.StatusNoContent)
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

// TestReservationEnds: after the time that the service says, a reservation is gone.
func TestReservationEnds(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.send(t, "PATCH", service, `{"ReservationDuration":"3 hours"}`).refused(t, http.StatusBadRequest, "PropertyValueTypeError")
	s.send(t, "PATCH", service, `{"ReservationDuration":"PT0.1S"}`).want(t, http.StatusOK)
	r := s.send(t, "POST", composeAction, manifest("PreviewReserve", "", composing("One", of("C1b")))).want(t, http.StatusOK)
	path := reservations + "/" + at(r.json(t), "ReservationId").(string)
	for deadline := time.Now().Add(5 * time.Second); s.send(t, "GET", path, "").status == http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the reservation is still there")
		}
	}
	s.compose(t, "C1b")
}

func TestRefusedManifests(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	for _, tt := range []struct {
		name, body, message string
	}{
		{"nothing", `{}`, "ActionParameterMissing"},
		{"no such type", manifest("Guess", ""), "PropertyValueNotInList"},
		{"no such format", strings.Replace(manifest("Apply", "", composing("1", of("C1a"))), `"Manifest"`, `"Poem"`, 1), "PropertyValueNotInList"},
		{"no manifest", `{"RequestFormat":"Manifest","RequestType":"Apply"}`, "ActionParameterMissing"},
		{"no stanzas", manifest("Apply", ""), "EmptyManifest"},
		{"stanzas that are none", manifest("Apply", "", "7"), "EmptyManifest"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.send(t, "POST", composeAction, tt.body).refused(t, http.StatusBadRequest, tt.message)
		})
	}
}

// TestReservedForADescription: what was reserved for a description is what it gets, wherever else there is something now.
func TestReservedForADescription(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	other := s.compose(t, "C1a")
	r := s.send(t, "POST", composeAction, manifest("PreviewReserve", "", composing("One", wanted(1, 1, "")))).want(t, http.StatusOK)
	s.send(t, "DELETE", other, "").want(t, http.StatusNoContent)
	id := at(r.json(t), "ReservationId").(string)
	r = s.send(t, "POST", composeAction, `{"RequestType":"Apply","ReservationId":"`+id+`"}`).want(t, http.StatusOK)
	if got := s.has(t, at(r.responses(t)[0], "@odata.id").(string)); got != "C2a" {
		t.Errorf("the system has %s", got)
	}
}
