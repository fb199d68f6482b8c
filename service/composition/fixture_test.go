package composition

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/redfishtest"
)

func document[T any](t *testing.T, name string) T {
	t.Helper()
	doc, err := redfish.Decode[T](redfishtest.Shared(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return doc
}

// TestCollectedBlocks reads the blocks of DMTF's mockups and of HPE's toolkit.
func TestCollectedBlocks(t *testing.T) {
	t.Parallel()
	p := offline(t)
	for name, want := range map[string]struct {
		kinds, home, mark string
		bears, free       bool
	}{
		"dmtf/examples/ResourceBlock-v1-example.json":                 {"Compute+Network", "", "", true, false},
		"hpe-oneview-toolkit/ServerHardwareResourceBlock.json":        {"ComputerSystem", "", "", true, false},
		"hpe-oneview-toolkit/ServerProfileTemplateResourceBlock.json": {"Network", "", "", false, true},
		"hpe-oneview-toolkit/StorageResourceBlock.json":               {"Storage", "", "", false, true},
		"hpe-oneview-toolkit/StorageResourceBlockComposed.json":       {"Storage", "", "", false, false},
	} {
		b := p.newBlock("/redfish/v1/CompositionService/ResourceBlocks/30303437-3034-4D32-3230-313133364752", document[blockDocument](t, name))
		if got := strings.Join(b.doc.Kinds, "+"); got != want.kinds || b.home != want.home || b.bears() != want.bears || b.free() != want.free {
			t.Errorf("%s: the block is %+v", name, b)
		}
	}
}

// TestCollectedCapabilities reads what services say of composing.
func TestCollectedCapabilities(t *testing.T) {
	t.Parallel()
	zone := document[zoneDocument](t, "hpe-oneview-toolkit/Zone.json")
	if c := zone.Annotation.Capabilities; len(c) != 1 || c[0].UseCase != useSpecific || c[0].Links.TargetCollection.ID != systems || len(zone.Links.ResourceBlocks) != 10 {
		t.Errorf("the zone is %+v", zone)
	}
	rules := document[template](t, "hpe-oneview-toolkit/CapabilitiesObject.json")
	if !rules.requires("Id") || rules.allowed("Id") != "1f0ca9ef-7f81-45e3-9d64-341b46cf87e0" || strings.Join(rules.required(), " ") != "Id Links Name" {
		t.Errorf("the template requires %v", rules.required())
	}
	if s := document[serviceDocument](t, "hpe-oneview-toolkit/CompositionService.json"); s.ResourceBlocks.ID == "" || s.Actions.Compose.Target != "" {
		t.Errorf("the service is %+v", s)
	}
	bundle := document[map[string]json.RawMessage](t, "dmtf/public-composability.bundle.json")
	rules, err := redfish.Decode[template](bundle[systems+"/Capabilities"])
	most, limited := rules.limit("MaxStorage")
	if _, least := rules.limit("MinStorage"); err != nil || !rules.takes("Description") || rules.takes("AssetTag") || most != 8 || !limited || least {
		t.Errorf("the template is %v, %v", rules, err)
	}
}

// TestCollectedAnswers reads answers to the Compose action.
func TestCollectedAnswers(t *testing.T) {
	t.Parallel()
	good := document[composedDocument](t, "dmtf/examples/CompositionService-v1-Compose-response-example.json")
	if s := good.Manifest.Stanzas; len(s) != 1 || s[0].Response.ID != "/redfish/v1/Systems/ComposedCompute1" || s[0].Response.Error != nil {
		t.Errorf("the answer is %+v", good)
	}
	bad := redfish.Answer{Body: redfishtest.Shared(t, "dmtf/examples/ComposeManifestReservationResponse.json")}
	err := offline(t).failedInside(bad)
	wantCode(t, "a manifest that failed", err, "no_capacity")
	if err != nil && !strings.Contains(err.Error(), "Resource block '26011' is not found.") {
		t.Errorf("%v does not say what was wrong", err)
	}
}

// offline is a pod that nobody talks to.
func offline(t testing.TB) *pod {
	t.Helper()
	opened, err := Open(managerAt("https://podm.example"))
	if err != nil {
		t.Fatal(err)
	}
	return opened.(*pod)
}
