package composition_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// TestMockups loads each of DMTF's mockups, with all their defects, composes on it, and takes apart again.
func TestMockups(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		free []string // systems to take apart first, as all hardware is in use
		post string
		want string // blocks of the system that is made
	}{
		{"public-composability", []string{"ComposedSystem"}, request("a", "ComputeBlock1", "DriveBlock4", "DriveBlock7"),
			"ComputeBlock1 DriveBlock4 DriveBlock7"},
		{"public-constrained-composition", []string{"ComposedSystem"}, over(wanted(1, 2, "")), "ComputeBlock1"},
		{"public-compose-action", nil, request("a", "RackServer-1", "NVMe-TargetsAppliance-2"), "RackServer-1 NVMe-TargetsAppliance-2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, composition.Options{Bundle: fixture(t, tt.name+".bundle.json")})
			for _, id := range tt.free {
				s.send(t, "DELETE", systems+"/"+id, "").want(t, http.StatusNoContent)
			}
			before := s.snapshot(t)
			r := s.send(t, "POST", systems, tt.post).want(t, http.StatusCreated)
			system := r.header.Get("Location")
			if got := s.has(t, system); got != tt.want {
				t.Errorf("%s has %s, want %s", system, got, tt.want)
			}
			for _, id := range strings.Fields(tt.want) {
				if state := s.state(t, id); state != "Composed" && state != "ComposedAndAvailable" {
					t.Errorf("%s is %v", id, state)
				}
			}
			if r := s.send(t, "DELETE", system, ""); r.status == http.StatusMethodNotAllowed {
				s.send(t, "POST", system+dropEnd, `{"ResourceBlock":{"@odata.id":"`+blocks+"NVMe-TargetsAppliance-2"+`"}}`).want(t, http.StatusNoContent)
				s.send(t, "POST", system+dropEnd, `{"ResourceBlock":{"@odata.id":"`+blocks+"RackServer-1"+`"}}`).want(t, http.StatusNoContent)
			}
			if diff := cmp.Diff(before, s.snapshot(t), unordered()); diff != "" {
				t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
			}
		})
	}
}

// unordered compares lists of members without their order: the pools of a mockup have one of their own.
func unordered() cmp.Option {
	return cmp.Transformer("sorted", func(list []any) []string {
		texts := []string{}
		for _, one := range list {
			raw, _ := json.Marshal(one)
			texts = append(texts, string(raw))
		}
		slices.Sort(texts)
		return texts
	})
}

// TestMockupIsServedAsItIs compares every document with the bundle. What is added is what blocks need to come and go.
func TestMockupIsServedAsItIs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"public-composability", "public-constrained-composition", "public-compose-action"} {
		raw := fixture(t, name+".bundle.json")
		s := serve(t, composition.Options{Bundle: raw})
		var bundle map[string]object
		if err := json.Unmarshal(raw, &bundle); err != nil {
			t.Fatal(err)
		}
		for uri, want := range bundle {
			got := s.get(t, uri)
			if links, ok := got["Links"].(object); ok && at(want, "Links", "ComputerSystems") == nil && strings.HasPrefix(uri, blocks) {
				delete(links, "ComputerSystems")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s (-bundle +served):\n%s", name, uri, diff)
			}
		}
	}
}

// TestMisspeltTarget: the action is where its document says it is.
func TestMisspeltTarget(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Bundle: fixture(t, "public-compose-action.bundle.json")})
	body := manifest("Apply", "", composing("One", of("RackServer-2", "NVMe-TargetsAppliance-3")))
	s.send(t, "POST", composeAction, body).want(t, http.StatusNotFound)
	target := at(s.get(t, service), "Actions", "#CompositionService.Compose", "target").(string)
	r := s.send(t, "POST", target, body).want(t, http.StatusOK)
	const machine = systems + "/RackServer-2"
	if uri := at(r.responses(t)[0], "@odata.id"); uri != machine || s.has(t, machine) != "RackServer-2 NVMe-TargetsAppliance-3" {
		t.Errorf("%v has %s", uri, s.has(t, machine))
	}
	// A block that the mockup has reserved is kept for its reservation.
	s.send(t, "POST", target, manifest("Apply", "", composing("One", of("RackServer-2")))).want(t, http.StatusConflict)
	// What is physical is taken apart and stays.
	apart := `{"StanzaType":"DecomposeSystem","StanzaId":"1","Request":{"Links":{"ComputerSystems":[{"@odata.id":"` + machine + `"}]}}}`
	s.send(t, "POST", target, manifest("Apply", "", apart)).want(t, http.StatusOK)
	if s.has(t, machine) != "RackServer-2" || s.state(t, "RackServer-2") != "Unused" || s.state(t, "NVMe-TargetsAppliance-3") != "Unused" {
		t.Errorf("afterwards it has %s", s.has(t, machine))
	}
	// The resets of this mockup have names of their own.
	s.send(t, "POST", machine+resetEnd, `{"ResetType":"PowerOffGraceful"}`).want(t, http.StatusNoContent)
	if got := s.get(t, machine)["PowerState"]; got != "Off" {
		t.Errorf("the power is %v", got)
	}
}

// TestExpandedMockup grows a physical system of the mockup whose block says so by another property.
func TestExpandedMockup(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Bundle: fixture(t, "public-composability.bundle.json")})
	const grown, other = systems + "/SystemAfterAddResourceAction", systems + "/SystemAfterResourceBlock"
	drop := `{"ResourceBlock":{"@odata.id":"` + blocks + `DriveBlock10"}}`
	s.send(t, "POST", other+addEnd, drop).refused(t, http.StatusConflict, "ResourceBlockInUse")
	s.send(t, "POST", grown+dropEnd, drop).want(t, http.StatusNoContent)
	s.send(t, "POST", other+addEnd, drop).want(t, http.StatusNoContent)
	if s.has(t, grown) != "SystemBlock12" || s.has(t, other) != "SystemBlock11 DriveBlock10" {
		t.Errorf("they have %s and %s", s.has(t, grown), s.has(t, other))
	}
}

func TestBadBundles(t *testing.T) {
	t.Parallel()
	const root = `"/redfish/v1":{"CompositionService":{"@odata.id":"/redfish/v1/CompositionService"},"Systems":{"@odata.id":"/redfish/v1/Systems"}}`
	for _, tt := range []struct{ name, bundle, says string }{
		{"no JSON", `{`, "expected a JSON object, URI -> body"},
		{"a list", `[]`, "expected a JSON object, URI -> body"},
		{"another key", `{"racks":2}`, `"racks": expected a URI that starts with /redfish`},
		{"no document", `{"/redfish/v1":7}`, "document /redfish/v1: expected a JSON object"},
		{"null", `{"/redfish/v1":null}`, "document /redfish/v1: expected a JSON object"},
		{"too deep", `{"/redfish/v1":` + strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 101), "at most 64 levels"},
		{"no root", `{}`, "links a CompositionService"},
		{"no service", `{"/redfish/v1":{}}`, "links a CompositionService"},
		{"no document behind a link", `{` + root + `,"/redfish/v1/CompositionService":{}}`, "that leads to a document"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := composition.New(composition.Options{Bundle: []byte(tt.bundle)})
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want %q", err, tt.says)
			}
		})
	}
}

// TestTree draws the zones of a pod.
func TestTree(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.compose(t, "C1a")
	var b strings.Builder
	if err := s.WriteTree(&b); err != nil {
		t.Fatal(err)
	}
	if want := "zone Zone 1  (" + service + "/ResourceZones/1)\n    block C  Compute, Network, Composed  (" + blocks + "C1a)\n"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("drew\n%s", b.String())
	}
}

// TestMockupState: what was there from the start and is gone stays gone.
func TestMockupState(t *testing.T) {
	t.Parallel()
	raw := fixture(t, "public-composability.bundle.json")
	first := serve(t, composition.Options{Bundle: raw})
	first.send(t, "DELETE", systems+"/ComposedSystem", "").want(t, http.StatusNoContent)
	second := serve(t, composition.Options{Bundle: raw})
	if err := second.Restore(first.State()); err != nil {
		t.Fatal(err)
	}
	second.send(t, "GET", systems+"/ComposedSystem/Processors", "").want(t, http.StatusNotFound)
	if diff := cmp.Diff(first.snapshot(t), second.snapshot(t)); diff != "" {
		t.Errorf("the pod is another (-before +restored):\n%s", diff)
	}
}
