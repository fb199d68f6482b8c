package composition_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// withNetworks adds a network block to each zone.
func withNetworks() composition.Layout {
	l := small()
	for _, zone := range []string{"1", "2"} {
		l.Blocks = append(l.Blocks, composition.Block{
			ID: "Template" + zone, Name: "Template " + zone, Types: []string{"Network"}, Chassis: "1", Zones: []string{zone},
			Parts: computing(0),
		})
	}
	return l
}

// TestHPE composes as the OneView toolkit has it, with the words of its own fixture.
func TestHPE(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: withNetworks(), Flavour: composition.HPE()})
	before := s.snapshot(t)
	body := func(id string, ids ...string) string {
		return strings.Replace(request("a", ids...), `{`, `{"Id":"`+id+`",`, 1)
	}
	for name, refused := range map[string]string{
		"no Id":             request("a", "C1a", "Template1"),
		"another zone's Id": body("Template2", "C1a", "Template1"),
		"no network":        body("Template1", "C1a"),
		"no system":         body("Template1", "D1", "Template1"),
		"two systems":       body("Template1", "C1a", "C1b", "Template1"),
		"no such block":     body("Template1", "C9", "Template1"),
		"a description":     strings.Replace(wanted(1, 1, ""), `{`, `{"Id":"Template1",`, 1),
	} {
		if r := s.send(t, "POST", systems, refused); r.status != http.StatusBadRequest {
			t.Errorf("%s: status %d %s", name, r.status, r.body)
		}
	}
	first := s.send(t, "POST", systems, body("Template1", "C1a", "Template1", "D1")).want(t, http.StatusCreated)
	second := s.send(t, "POST", systems, body("Template1", "S1", "Template1")).want(t, http.StatusCreated)
	if r := s.send(t, "POST", systems, body("Template1", "C1a", "Template1")); r.status != http.StatusBadRequest {
		t.Errorf("a used block is answered with %d", r.status)
	}
	system := first.header.Get("Location")
	if strings.HasSuffix(system, "Template1") || !strings.HasPrefix(first.header.Get("ETag"), `W/"`) {
		t.Errorf("headers %v", first.header)
	}
	if got := uris(s.get(t, system+"/Processors")["Members"]); !slices.Equal(got, []string{blocks + "C1a/Systems/1/Processors/1"}) {
		t.Errorf("processors %v", got)
	}
	if got := uris(s.get(t, system+"/Storage")["Members"]); !slices.Equal(got, []string{blocks + "D1/Storage/1"}) {
		t.Errorf("storage %v", got)
	}
	reset := s.send(t, "POST", system+resetEnd, `{"ResetType":"On"}`).want(t, http.StatusOK)
	if at(reset.json(t), "ResetType") != "On" {
		t.Errorf("a reset is answered with %s", reset.body)
	}
	for _, made := range []string{system, second.header.Get("Location")} {
		s.send(t, "DELETE", made, "").want(t, http.StatusNoContent)
	}
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

// TestODIM expands a physical system, and takes back what it was expanded by.
func TestODIM(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), Flavour: composition.ODIM()})
	before := s.snapshot(t)
	s.send(t, "POST", systems, request("a", "C1a", "D1")).want(t, http.StatusMethodNotAllowed)
	target := at(s.get(t, service), "Actions", "#CompositionService.Compose", "target").(string)
	if target == composeAction {
		t.Error("the target is not misspelt")
	}
	do := func(stanza string) reply { return s.send(t, "POST", target, manifest("Preview", "", stanza)) }
	r := do(composing("One", of("C1a", "D1"))).want(t, http.StatusOK)
	const machine = systems + "/C1a"
	if at(r.responses(t)[0], "@odata.id") != machine || s.has(t, machine) != "C1a D1" {
		t.Errorf("the system has %s", s.has(t, machine))
	}
	for name, stanza := range map[string]string{
		"one block only": composing("One", of("C1b")), "a used block": composing("One", of("C1b", "D1")),
		"no such block": composing("One", of("C1b", "D9")), "no system": composing("One", of("D2", "Pool")),
		"two systems": composing("One", of("C1a", "C1b")), "a description": composing("One", wanted(1, 1, "")),
	} {
		r := do(stanza).want(t, http.StatusBadRequest)
		if text, _ := r.json(t)["Error"].(string); text == "" || len(r.json(t)) != 1 {
			t.Errorf("%s: the answer is %s", name, r.body)
		}
	}
	do(composing("Two", of("C1a", "Pool"))).want(t, http.StatusOK) // it grows further
	if got := s.has(t, machine); got != "C1a D1 Pool" {
		t.Errorf("the system has %s", got)
	}
	do(`{"StanzaType":"DecomposeSystem","StanzaId":"1","Request":{"Links":{"ComputerSystems":[{"@odata.id":"`+machine+`"}]}}}`).want(t, http.StatusOK)
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}
