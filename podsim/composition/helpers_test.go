package composition_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim/clock"
	"github.com/valence-rsd/valence/podsim/composition"
)

type object = map[string]any

// server is a pod that is served over a socket.
type server struct {
	*composition.Pod
	url string
}

// serve makes a pod for one test.
func serve(t *testing.T, opts composition.Options) *server {
	t.Helper()
	opts.Clock = clock.New()
	pod, err := composition.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(pod)
	t.Cleanup(func() {
		opts.Clock.Close()
		listener.Close()
	})
	return &server{pod, listener.URL}
}

// fixture reads a file of DMTF, or skips the test.
func fixture(t *testing.T, path ...string) []byte {
	t.Helper()
	folder := cmp.Or(os.Getenv("VALENCE_SHARED"), filepath.Join("..", "..", "..", "shared"))
	data, err := os.ReadFile(filepath.Join(append([]string{folder, "data", "redfish", "dmtf"}, path...)...))
	if err != nil {
		t.Skipf("no fixtures: %v", err)
	}
	return data
}

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// send does a request; header are names and values in turn.
func (s *server) send(t *testing.T, method, path, body string, header ...string) reply {
	t.Helper()
	r, err := s.trySend(method, path, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (s *server) trySend(method, path, body string, header ...string) (reply, error) {
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return reply{}, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(data)}, err
}

// want fails the test when the status is another.
func (r reply) want(t *testing.T, status int) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d\n%s", r.status, status, r.body)
	}
	return r
}

// refused fails the test when the status or the id of the first message is another.
func (r reply) refused(t *testing.T, status int, message string) {
	t.Helper()
	r.want(t, status)
	failure, _ := r.json(t)["error"].(object)
	if code, _ := failure["code"].(string); !strings.HasSuffix(code, "."+message) {
		t.Errorf("code %q, want %s", code, message)
	}
}

func (r reply) json(t *testing.T) object {
	t.Helper()
	var v object
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("the body is no JSON object: %v\n%s", err, r.body)
	}
	return v
}

// get reads a document.
func (s *server) get(t *testing.T, path string) object {
	t.Helper()
	return s.send(t, "GET", path, "").want(t, http.StatusOK).json(t)
}

// at follows names into a document.
func at(value any, path ...string) any {
	for _, name := range path {
		o, _ := value.(object)
		value = o[name]
	}
	return value
}

// uris reads a list of links.
func uris(value any) []string {
	found := []string{}
	list, _ := value.([]any)
	for _, one := range list {
		found = append(found, at(one, "@odata.id").(string))
	}
	return found
}

const (
	systems  = "/redfish/v1/Systems"
	service  = "/redfish/v1/CompositionService"
	blocks   = service + "/ResourceBlocks/"
	resetEnd = "/Actions/ComputerSystem.Reset"
	addEnd   = "/Actions/ComputerSystem.AddResourceBlock"
	dropEnd  = "/Actions/ComputerSystem.RemoveResourceBlock"
)

// linked is a JSON list of links to blocks.
func linked(ids ...string) string {
	list := []string{}
	for _, id := range ids {
		list = append(list, `{"@odata.id":"`+blocks+id+`"}`)
	}
	return "[" + strings.Join(list, ",") + "]"
}

// request is the body of a specific composition.
func request(name string, ids ...string) string {
	return `{"Name":"` + name + `","Links":{"ResourceBlocks":` + linked(ids...) + `}}`
}

// compose composes a system and returns its path.
func (s *server) compose(t *testing.T, ids ...string) string {
	t.Helper()
	r := s.send(t, "POST", systems, request("web-1", ids...)).want(t, http.StatusCreated)
	return r.header.Get("Location")
}

// state is the composition state of a block.
func (s *server) state(t *testing.T, id string) any {
	t.Helper()
	return at(s.get(t, blocks+id), "CompositionStatus", "CompositionState")
}

// small is a pod of two racks. In each are two blocks that compute, with one and two processors of eight cores, a drive, and
// a physical system; a pool that two systems may share is in reach of both.
func small() composition.Layout {
	l := composition.Layout{UUID: "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a01", Chassis: []composition.Chassis{{ID: "1", Name: "Pod1", Type: "Pod"}}}
	for _, rack := range []string{"1", "2"} {
		holder, zone := "Rack"+rack, []string{rack}
		l.Chassis = append(l.Chassis, composition.Chassis{ID: holder, Name: holder, Type: "Rack", In: "1"})
		l.Zones = append(l.Zones, composition.Zone{ID: rack, Name: "Zone " + rack})
		l.Machines = append(l.Machines, composition.Machine{
			ID: "M" + rack, Name: "Machine " + rack, Chassis: holder, Parts: append(computing(1), drive("1", 100)),
		})
		l.Blocks = append(l.Blocks,
			composition.Block{ID: "C" + rack + "a", Name: "C", Types: []string{"Compute", "Network"}, Chassis: holder, Zones: zone, Parts: computing(1)},
			composition.Block{ID: "C" + rack + "b", Name: "C", Types: []string{"Compute", "Network"}, Chassis: holder, Zones: zone, Parts: computing(2)},
			composition.Block{ID: "D" + rack, Name: "D", Types: []string{"Storage"}, Chassis: holder, Zones: zone, Parts: []composition.Part{drive("1", 200)}},
			composition.Block{ID: "S" + rack, Name: "S", Types: []string{"ComputerSystem"}, Chassis: holder, Zones: zone, Machine: "M" + rack},
		)
	}
	l.Blocks = append(l.Blocks, composition.Block{
		ID: "Pool", Name: "Pool", Types: []string{"Storage"}, Chassis: "1", Zones: []string{"1", "2"}, Systems: 2,
		Parts: []composition.Part{drive("1", 1000), drive("2", 1000)},
	})
	return l
}

func computing(processors int) []composition.Part {
	var parts []composition.Part
	for i := range processors {
		id := string(rune('1' + i))
		parts = append(parts,
			composition.Part{Kind: composition.Processors, ID: id, Body: says(object{
				"Name": "CPU", "ProcessorType": "CPU", "Model": "Xeon", "InstructionSet": "x86-64", "TotalCores": 8, "MaxSpeedMHz": 3000,
			})},
			composition.Part{Kind: composition.Memory, ID: id, Body: says(object{
				"Name": "DIMM", "MemoryType": "DRAM", "MemoryDeviceType": "DDR4", "CapacityMiB": 8192,
			})})
	}
	return append(parts, composition.Part{Kind: composition.EthernetInterfaces, ID: "1", Body: says(object{
		"Name": "NIC", "MACAddress": "02:00:00:00:00:01", "SpeedMbps": 10_000,
	})})
}

func drive(id string, gib int) composition.Part {
	return composition.Part{Kind: composition.Drives, ID: id, Body: says(object{
		"Name": "Drive", "CapacityBytes": gib << 30, "Protocol": "NVMe", "MediaType": "SSD",
	})}
}

// says is the body of a part.
func says(body object) func() object { return func() object { return maps.Clone(body) } }
