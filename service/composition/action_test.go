package composition

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

const composeURI = v1 + "/CompostionService/Actions/CompositionService.Compose" // as in DMTF's mockup

// actionOnly is a service like ODIM: it composes by its action, its systems are
// in use from the start, and all its errors are {"Error": "text"}.
func actionOnly(system string) map[string]string {
	own := `{"ResourceBlockType":["ComputerSystem"],"CompositionStatus":{"CompositionState":"Composed"},"Client":"",
		"ComputerSystems":` + list(rack) + `,"Links":{"ComputerSystems":` + list(rack) + `}}`
	documents := oneZone(map[string]string{"A": own, "Drive": `{"ResourceBlockType":["Storage"],"CompositionStatus":{"CompositionState":"Unused"}}`},
		merged(parts(), map[string]string{
			systems: `{"Members":` + list(rack) + `}`, rack: system,
			rack + "/P": `{"Members":` + list(v1+"/cpu8") + `}`, rack + "/M": `{"Members":` + list(v1+"/dimm8") + `}`,
		}))
	documents[v1+"/CompositionService"] = strings.TrimSuffix(documents[v1+"/CompositionService"], "}") +
		`,"Actions":{"#CompositionService.Compose":{"target":"` + composeURI + `"}}}`
	return documents
}

func rackWith(blocks ...string) string {
	return `{"Name":"Rack","SystemType":"Physical","Processors":{"@odata.id":"` + rack + `/P"},"Memory":{"@odata.id":"` + rack + `/M"},
		"Links":{"ResourceBlocks":` + list(blocks...) + `}}`
}

// TestComposeAction takes a machine of a service that has nothing but the
// action from nothing to nothing.
func TestComposeAction(t *testing.T) {
	t.Parallel()
	f := startFake(t, actionOnly(rackWith(blockA)), nil)
	f.answers = map[string]http.HandlerFunc{"POST " + composeURI: func(w http.ResponseWriter, r *http.Request) {
		f.becomes(map[string]string{
			rack:              rackWith(blockA, blocks+"/Drive"),
			blocks + "/Drive": `{"ResourceBlockType":["Storage"],"CompositionStatus":{"CompositionState":"Composed"},"Links":{"ComputerSystems":` + list(rack) + `}}`,
		})
		reply(200, `{"RequestFormat":"Manifest"}`)(w, r)
	}}
	pod := openAt(t, f.url, Options{})
	if got := machines(t, pod); len(got) > 0 {
		t.Errorf("before anything was composed there are %v", got)
	}
	ref, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID, Name: "web-1"})
	if ref != rack || err != nil {
		t.Fatalf("%q, %v", ref, err)
	}
	request := `{"Links":{"ResourceBlocks":` + list(blockA, blocks+"/Drive") + `},"Name":"web-1 ` + mark + `"}`
	want := `PATCH ` + blockA + ` {"Client":"` + mark + `","CompositionStatus":{"Reserved":true}}
POST ` + composeURI + ` {"Manifest":{"Expand":"None","Stanzas":[{"Request":` + request + `,"StanzaId":"` + nodeUUID +
		`","StanzaType":"ComposeSystem"}]},"RequestFormat":"Manifest","RequestType":"Apply"}
PATCH ` + blockA + ` {"Client":"` + mark + `","CompositionStatus":{"Reserved":false}}`
	if diff := cmp.Diff(want, f.sent()); diff != "" {
		t.Errorf("composing (-want +got):\n%s", diff)
	}
	if got := machines(t, pod); len(got) != 1 || got[0] != rack {
		t.Errorf("the machines are %v", got)
	}
	if err := pod.Delete(t.Context(), ref); err != nil {
		t.Errorf("Delete: %v", err)
	}
	want = `POST ` + composeURI + ` {"Manifest":{"Expand":"None","Stanzas":[{"Request":{"Links":{"ComputerSystems":` + list(rack) + `}},"StanzaId":"Rack",` +
		`"StanzaType":"DecomposeSystem"}]},"RequestFormat":"Manifest","RequestType":"Apply"}`
	if diff := cmp.Diff(want, f.sent()); diff != "" {
		t.Errorf("taking apart (-want +got):\n%s", diff)
	}
}

// TestActionNeedsTwo has no second block for the system to grow by.
func TestActionNeedsTwo(t *testing.T) {
	t.Parallel()
	documents := actionOnly(rackWith(blockA))
	documents[blocks+"/Drive"] = strings.Replace(documents[blocks+"/Drive"], "Unused", "Failed", 1)
	f := startFake(t, documents, nil)
	_, err := openAt(t, f.url, Options{}).Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID})
	wantCode(t, "Allocate", err, service.NoCapacity)
	if sent := f.sent(); sent != "" {
		t.Errorf("it sent %s", sent)
	}
}
