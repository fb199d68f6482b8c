package podsim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// start serves a pod for one test.
func start(t *testing.T, opts podsim.Options) *podsim.Server {
	t.Helper()
	pod, err := podsim.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pod.Close(); err != nil {
			t.Errorf("closing the pod: %v", err)
		}
	})
	return pod
}

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// json decodes the body, which must be a JSON object.
func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("the body is no JSON object: %v\n%s", err, r.body)
	}
	return v
}

// send does a request as admin/admin. The path may be a whole URL.
func send(t *testing.T, pod *podsim.Server, method, path, body string) reply {
	t.Helper()
	return sendWith(t, pod, method, path, body, asAdmin)
}

func asAdmin(r *http.Request) { r.SetBasicAuth("admin", "admin") }

func sendWith(t *testing.T, pod *podsim.Server, method, path, body string, prepare func(*http.Request)) reply {
	t.Helper()
	r, err := trySend(pod, method, path, body, prepare)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func trySend(pod *podsim.Server, method, path, body string, prepare func(*http.Request)) (reply, error) {
	url := path
	if strings.HasPrefix(path, "/") {
		url = pod.URL + path
	}
	req, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return reply{}, err
	}
	prepare(req)
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

// allocate composes a node and returns its path.
func allocate(t *testing.T, pod *podsim.Server, body string) string {
	t.Helper()
	r := send(t, pod, "POST", "/redfish/v1/Nodes/Actions/Allocate", body).want(t, http.StatusCreated)
	return r.location(t, pod)
}

// location is the path of what was made; up to RSD 2.3 it is absolute.
func (r reply) location(t *testing.T, pod *podsim.Server) string {
	t.Helper()
	where, absolute := r.header.Get("Location"), pod.Dialect() != "2.4"
	path := strings.TrimPrefix(where, pod.URL)
	if (path != where) != absolute || !strings.HasPrefix(path, "/redfish/v1/") {
		t.Fatalf("Location is %q, want it absolute: %v", where, absolute)
	}
	return path
}

// assembled composes a node and waits for the end of its assembly.
func assembled(t *testing.T, pod *podsim.Server) string {
	t.Helper()
	path := allocate(t, pod, `{}`)
	assemble(t, pod, path)
	return path
}

func assemble(t *testing.T, pod *podsim.Server, path string) {
	t.Helper()
	send(t, pod, "POST", path+"/Actions/ComposedNode.Assemble", "").want(t, http.StatusNoContent)
	want := "Assembled"
	if pod.Dialect() == "1.2" {
		want = "PoweredOff"
	}
	eventually(t, path, "ComposedNodeState", want, pod)
}

// onEach runs a test over some dialects, each with a pod of its own.
func onEach(t *testing.T, dialects []string, opts podsim.Options, do func(t *testing.T, pod *podsim.Server)) {
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			opts := opts
			opts.Dialect = dialect
			do(t, start(t, opts))
		})
	}
}

// rsdDialects are the versions of RSD, oldest first.
func rsdDialects() []string { return []string{"1.2", "2.1", "2.2", "2.3", "2.4"} }

// eventually waits until a property of a resource has a value.
func eventually(t *testing.T, path, property string, want any, pod *podsim.Server) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		got := send(t, pod, "GET", path, "").want(t, http.StatusOK).json(t)[property]
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s of %s is %v, want %v", property, path, got, want)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// get reads one property of a resource.
func get(t *testing.T, pod *podsim.Server, path, property string) any {
	t.Helper()
	return send(t, pod, "GET", path, "").want(t, http.StatusOK).json(t)[property]
}

const gib = 1 << 30

// createVolume makes a volume of 1 GiB in the first pool of a storage service and returns its path. more are further
// properties of the request.
func createVolume(t *testing.T, pod *podsim.Server, service int, more string) string {
	t.Helper()
	r := finished(t, pod, postVolume(t, pod, service, gib, more)).want(t, http.StatusCreated)
	if r.body != "" {
		t.Fatalf("body %q, want none", r.body)
	}
	return r.location(t, pod)
}

// finished waits for the final answer where the pod answered with a task.
func finished(t *testing.T, pod *podsim.Server, r reply) reply {
	t.Helper()
	if pod.Dialect() != "2.4" {
		return r
	}
	monitor := r.want(t, http.StatusAccepted).header.Get("Location")
	for deadline := time.Now().Add(5 * time.Second); ; {
		r = send(t, pod, "GET", monitor, "")
		if r.status != http.StatusAccepted {
			return r
		}
		if time.Now().After(deadline) {
			t.Fatalf("the task of %s does not end", monitor)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func postVolume(t *testing.T, pod *podsim.Server, service int, bytes int64, more string) reply {
	t.Helper()
	uri := members(t, pod, "/redfish/v1/StorageServices")[service-1]
	if more != "" {
		more = "," + more
	}
	return send(t, pod, "POST", uri+"/Volumes", fmt.Sprintf(
		`{"CapacityBytes":%d,"CapacitySources":[{"ProvidingPools":[{"@odata.id":"%s/StoragePools/1"}]}]%s}`, bytes, uri, more))
}

// attach attaches a resource to a node and expects that it works.
func attach(t *testing.T, pod *podsim.Server, node, resource string) {
	t.Helper()
	postResource(t, pod, node, "Attach", resource, "").want(t, http.StatusNoContent)
}

// detach detaches a resource from a node and expects that it works.
func detach(t *testing.T, pod *podsim.Server, node, resource string) {
	t.Helper()
	postResource(t, pod, node, "Detach", resource, "").want(t, http.StatusNoContent)
}

func postResource(t *testing.T, pod *podsim.Server, node, verb, resource, more string) reply {
	t.Helper()
	return send(t, pod, "POST", node+"/Actions/ComposedNode."+verb+"Resource",
		`{"Resource":{"@odata.id":"`+resource+`"}`+more+`}`)
}

// links reads a list of links below a property, as "Links.Storage".
func links(t *testing.T, pod *podsim.Server, path, property string) []string {
	t.Helper()
	var value any = send(t, pod, "GET", path, "").want(t, http.StatusOK).json(t)
	for name := range strings.SplitSeq(property, ".") {
		value = value.(map[string]any)[name]
	}
	uris := []string{}
	for _, l := range value.([]any) {
		uris = append(uris, l.(map[string]any)["@odata.id"].(string))
	}
	return uris
}
