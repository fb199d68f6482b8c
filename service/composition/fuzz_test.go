package composition

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/redfishtest"
)

// seed adds the documents of DMTF's mockups whose URI contains something, and
// the single ones.
func seed(f *testing.F, contains string) {
	files, err := filepath.Glob(filepath.Join(redfishtest.Dir(), "dmtf", "*.bundle.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		var bodies map[string]json.RawMessage
		if err != nil || json.Unmarshal(b, &bodies) != nil {
			f.Fatalf("%s: %v", file, err)
		}
		for uri, body := range bodies {
			if strings.Contains(uri, contains) {
				f.Add([]byte(body))
			}
		}
	}
	redfishtest.Seed(f, "hpe-oneview-toolkit/*.json", "dmtf/examples/*.json")
}

// fuzz holds a document to what Decode promises.
func fuzz[T any](f *testing.F, contains string, check func(*testing.T, T)) {
	seed(f, contains)
	redfishtest.Fuzz(f, redfish.Decode[T], check)
}

// FuzzRoot takes no entry point for a CompositionService that links none.
func FuzzRoot(f *testing.F) {
	seed(f, "/redfish/v1")
	f.Fuzz(func(t *testing.T, body []byte) {
		link, err := linksService(body)
		if err == nil && link == "" || err != nil && service.CodeOf(err) != service.PodFailed {
			t.Errorf("%q, %v", link, err)
		}
	})
}

func FuzzService(f *testing.F) {
	fuzz(f, "CompositionService", func(*testing.T, serviceDocument) {})
}

// FuzzBlock signs whatever the block is and takes the mark off.
func FuzzBlock(f *testing.F) {
	p := offline(f)
	fuzz(f, "ResourceBlock", func(t *testing.T, d blockDocument) {
		b := p.newBlock("/b", d)
		if b.free() && d.State.Is != stateUnused || b.bears() && b.expandable() || b.mark() != "" && !b.signable() {
			t.Errorf("the block is %+v", b)
		}
		signed := redfish.AddMark(b.client(), nodeUUID)
		again := block{doc: blockDocument{Client: &signed}}
		if again.mark() != nodeUUID || again.client() != b.client() {
			t.Errorf("%q became %q and %q", b.client(), again.client(), again.mark())
		}
	})
}

func FuzzZone(f *testing.F) {
	p := offline(f)
	fuzz(f, "Zone", func(t *testing.T, d zoneDocument) {
		for _, ref := range p.Client.RefsOf(d.Links.ResourceBlocks) {
			if !strings.HasPrefix(ref, "/") {
				t.Errorf("%q is no ref", ref)
			}
		}
	})
}

func FuzzOffers(f *testing.F) {
	fuzz(f, "Systems", func(*testing.T, offersDocument) {})
}

// FuzzTemplate asks for a machine under whatever rules there are.
func FuzzTemplate(f *testing.F) {
	fuzz(f, "Capabilities", func(t *testing.T, rules template) {
		b, s := made("A", 8, 1024, "Compute")
		pl := plan{way: offer{template: rules}, bearers: []block{b}, size: s}
		sent := pl.body(service.Allocation{NodeUUID: nodeUUID, Description: "x"}, false, true)
		if _, err := json.Marshal(sent); err != nil || sent["Links"] == nil {
			t.Errorf("%v: %v", sent, err)
		}
		if sent["Name"] != nil && !rules.takes("Name") && rules.allowed("Name") == "" {
			t.Errorf("a name is sent that is not taken: %v", sent)
		}
	})
}

// FuzzSystem makes a machine of whatever the system is.
func FuzzSystem(f *testing.F) {
	fuzz(f, "Systems/", func(t *testing.T, d systemDocument) {
		name := d.Name
		d.Name = redfish.AddMark(name, nodeUUID)
		if m := describe(d); !d.carries(nodeUUID) || m.Name != name || m.State == "" {
			t.Errorf("%q became %+v", name, m)
		}
	})
}

// FuzzParts measures whatever the parts are.
func FuzzParts(f *testing.F) {
	seed(f, "/Processors/")
	seed(f, "/Memory/")
	f.Fuzz(func(t *testing.T, body []byte) {
		processor, _ := redfish.Decode[processorDocument](body)
		memory, _ := redfish.Decode[memoryDocument](body)
		s := size{processors: []processorDocument{processor}, memory: []memoryDocument{memory}}
		if s.cores() < 0 || s.mib() < 0 || !s.isModel("") || !s.isMemory("") {
			t.Errorf("the size is %+v", s)
		}
		sent := map[string]any{}
		plan{size: s}.describe(sent)
		if _, err := json.Marshal(sent); err != nil {
			t.Errorf("%v: %v", sent, err)
		}
	})
}

func FuzzStorage(f *testing.F) {
	fuzz(f, "/Storage/", func(*testing.T, storageDocument) {})
}

func FuzzSimpleStorage(f *testing.F) {
	fuzz(f, "/SimpleStorage/", func(t *testing.T, d simpleStorageDocument) {
		parts, err := tray(t.Context(), "/s", d)
		if err != nil || len(parts) != len(d.Devices) {
			t.Errorf("the parts are %+v, %v", parts, err)
		}
	})
}

// FuzzAnswer reads whatever a request to compose is answered with.
func FuzzAnswer(f *testing.F) {
	p := offline(f)
	seed(f, "Compose")
	f.Fuzz(func(t *testing.T, body []byte) {
		err := p.failedInside(redfish.Answer{Status: http.StatusOK, Body: body})
		if code := service.CodeOf(err); err != nil && code != service.PodFailed && code != service.NoCapacity {
			t.Errorf("the code is %s", code)
		}
	})
}
