package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/stack"
)

// fleet is a running service with simulated pods.
type fleet struct {
	url     string
	process process
	client  *http.Client
}

func newFleet(b *testing.B) *fleet {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 100} // so that no request has to connect first
	b.Cleanup(transport.CloseIdleConnections)
	api := startService(b, b.TempDir())
	return &fleet{url: api.url, process: api, client: &http.Client{Transport: transport}}
}

// add starts a pod and registers it.
func (f *fleet) add(b *testing.B, name string, o podsim.Options) *podsim.Server {
	b.Helper()
	pod, err := podsim.Start(o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pod.Close() })
	if _, err := f.do(http.MethodPost, "/v1/pod_managers", stack.Registration(name, pod.URL, o), http.StatusOK); err != nil {
		b.Fatal(err)
	}
	return pod
}

// compose makes a node and gives its path.
func (f *fleet) compose(name, podManager string) (path string, err error) {
	answer, err := f.do(http.MethodPost, "/v1/nodes", fmt.Sprintf(`{"name": %q, "podm_id": %q}`, name, podManager), http.StatusOK)
	if err != nil {
		return "", err
	}
	var node struct {
		UUID string `json:"uuid"`
	}
	err = json.Unmarshal(answer, &node)
	return "/v1/nodes/" + node.UUID, err
}

// do sends a request, reads the answer to its end, and wants a status.
func (f *fleet) do(method, path, body string, status int) ([]byte, error) {
	req, err := http.NewRequest(method, f.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != status {
		err = fmt.Errorf("%s %s: %s, want %d: %s", method, path, resp.Status, status, answer)
	}
	return answer, err
}
