package composition

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// fake is a service that says what a test wants it to, for what the simulated
// pod does not do: it does nothing. Its documents are by path, its answers by
// method and path.
type fake struct {
	url       string
	documents map[string]string
	answers   map[string]http.HandlerFunc

	mu      sync.Mutex
	changes []string // the changing requests, as "POST /redfish/v1/Systems {…}"
}

func startFake(t *testing.T, documents map[string]string, answers map[string]http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{documents: documents, answers: answers}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	if r.Method != http.MethodGet {
		f.changes = append(f.changes, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+string(body)))
	}
	answer, special := f.answers[r.Method+" "+r.URL.Path]
	document, known := f.documents[r.URL.Path]
	f.mu.Unlock()
	switch {
	case special:
		answer(w, r)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusNoContent)
	case known:
		io.WriteString(w, document)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// sent gives the changing requests since it was last called, one a line.
func (f *fake) sent() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := strings.Join(f.changes, "\n")
	f.changes = nil
	return all
}

// becomes changes documents.
func (f *fake) becomes(documents map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.Copy(f.documents, documents)
}

func reply(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

const (
	v1      = "/redfish/v1"
	systems = v1 + "/Systems"
	blocks  = v1 + "/CompositionService/ResourceBlocks"
	zone1   = v1 + "/CompositionService/ResourceZones/1"
)

// list makes links of refs.
func list(refs ...string) string {
	var all []string
	for _, ref := range refs {
		all = append(all, `{"@odata.id":"`+ref+`"}`)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// oneZone is a service with some blocks in one zone, and what else there is.
func oneZone(bodies map[string]string, more map[string]string) map[string]string {
	var refs []string
	documents := map[string]string{
		v1: `{"CompositionService":{"@odata.id":"` + v1 + `/CompositionService"},"Systems":{"@odata.id":"` + systems + `"}}`,
		v1 + "/CompositionService": `{"ServiceEnabled":true,"ResourceBlocks":{"@odata.id":"` + blocks + `"},
			"ResourceZones":{"@odata.id":"` + v1 + `/CompositionService/ResourceZones"}}`,
		v1 + "/CompositionService/ResourceZones": `{"Members":` + list(zone1) + `}`,
		systems:                                  `{"Members":[]}`,
	}
	for name, body := range bodies {
		refs = append(refs, blocks+"/"+name)
		documents[blocks+"/"+name] = body
	}
	documents[blocks] = `{"Members":` + list(refs...) + `}`
	documents[zone1] = `{"Id":"1","Links":{"ResourceBlocks":` + list(refs...) + `}}`
	maps.Copy(documents, more)
	return documents
}

// parts are documents that every block may link.
func parts() map[string]string {
	return map[string]string{
		v1 + "/cpu8":   `{"ProcessorType":"CPU","Model":"Xeon","TotalCores":8}`,
		v1 + "/cpu4":   `{"ProcessorType":"CPU","Model":"Xeon","TotalCores":4}`,
		v1 + "/gpu":    `{"@odata.type":"#Processor.v1_0_0.Processor","ProcessorType":"GPU","Model":"Vid"}`,
		v1 + "/dimm8":  `{"CapacityMiB":8192,"MemoryType":"DRAM","MemoryDeviceType":"DDR4"}`,
		v1 + "/dimm16": `{"CapacityMiB":16384,"MemoryDeviceType":"DDR5"}`,
		v1 + "/ssd":    `{"@odata.type":"#Drive.v1_0_0.Drive","MediaType":"SSD","CapacityBytes":1099511627776}`,
	}
}

// compute is a free block of some parts; more is what else it says.
func compute(kind, more string, cpus, dimms []string) string {
	links := func(names []string) string {
		var refs []string
		for _, name := range names {
			refs = append(refs, v1+"/"+name)
		}
		return list(refs...)
	}
	return `{"ResourceBlockType":["` + kind + `"],"CompositionStatus":{"CompositionState":"Unused"},"Processors":` + links(cpus) +
		`,"Memory":` + links(dimms) + more + `}`
}
