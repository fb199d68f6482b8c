package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/ironic"
	"github.com/valence-rsd/valence/test/stack"
)

// provisioned is a real Ironic beside a real service with a pod, and a shell.
type provisioned struct {
	*testing.T
	ironic, service string
	home            string
	pod             *podsim.Server
}

// TestIronic registers a composed node with a real Ironic, whose own redfish
// driver then powers it through the pod; the shell sees that it did.
func TestIronic(t *testing.T) {
	t.Parallel()
	server := ironic.Start(t, ironic.Options{})
	back := stack.New(t, "IRONIC_CLIENT_ENDPOINT="+server.URL)
	b := &provisioned{T: t, ironic: server.URL, service: back.URL, home: t.TempDir()}
	b.pod = back.AddPod("pod", podsim.Options{})
	b.writeCloud()

	b.valence("node", "create", "web-1")
	node := b.call("GET", b.service+"/v1/nodes/web-1", "", 200)
	id := node["uuid"].(string)

	for range 2 { // twice is once
		b.valence("node", "register", "--resource-class", "baremetal", "--property", `extra={"row": 4}`, "web-1")
	}
	if got := b.valence("node", "list", "--managed-by", "ironic", "-f", "value", "-c", "name"); got != "web-1\n" {
		t.Errorf("managed by Ironic: %q", got)
	}
	b.checkEnrolled(id, node)
	b.power(id)

	b.valence("node", "deregister", "web-1")
	b.call("GET", b.ironic+"/v1/nodes/"+id, "", 404)
	if got := b.call("GET", b.service+"/v1/nodes/web-1", "", 200); got["managed_by"] != nil {
		t.Errorf("it is still managed by %v", got["managed_by"])
	}
	b.valence("node", "deregister", "web-1") // again
}

// checkEnrolled looks at what Ironic knows of the node.
func (b *provisioned) checkEnrolled(id string, node map[string]any) {
	b.Helper()
	nodes := b.call("GET", b.ironic+"/v1/nodes?fields=uuid,name,driver,driver_info,resource_class,extra", "", 200)["nodes"].([]any)
	if len(nodes) != 1 {
		b.Fatalf("Ironic has %d nodes", len(nodes))
	}
	enrolled := nodes[0].(map[string]any)
	system := node["computer_system"].(map[string]any)["@odata.id"]
	if enrolled["uuid"] != id || enrolled["name"] != "web-1" || enrolled["driver"] != "redfish" ||
		enrolled["driver_info"].(map[string]any)["redfish_system_id"] != system {
		b.Errorf("Ironic has %v, want node %s at %v", enrolled, id, system)
	}
	if row := enrolled["extra"].(map[string]any)["row"]; enrolled["resource_class"] != "baremetal" || row != 4.0 {
		b.Errorf("Ironic has not what the shell was told: %v", enrolled)
	}
	var want, got []string
	for _, nic := range node["metadata"].(map[string]any)["network"].([]any) {
		want = append(want, strings.ToLower(nic.(map[string]any)["mac"].(string)))
	}
	for _, port := range b.call("GET", b.ironic+"/v1/ports?node="+id, "", 200)["ports"].([]any) {
		got = append(got, port.(map[string]any)["address"].(string))
	}
	if len(want) == 0 || strings.Join(want, " ") != strings.Join(got, " ") {
		b.Errorf("Ironic has the ports %v, want %v", got, want)
	}
}

// power lets Ironic power the node off and on.
func (b *provisioned) power(id string) {
	b.Helper()
	b.provision(id, "manage", "manageable")
	for _, state := range []string{"off", "on"} {
		b.put(b.ironic+"/v1/nodes/"+id+"/states/power", fmt.Sprintf(`{"target":"power %s"}`, state))
		b.until("Ironic sees power "+state, func() bool {
			return b.call("GET", b.ironic+"/v1/nodes/"+id+"?fields=power_state", "", 200)["power_state"] == "power "+state
		})
		b.until("the shell sees power "+state, func() bool {
			return strings.EqualFold(strings.TrimSpace(b.valence("power", "show", "web-1", "-f", "value", "-c", "power_state")), state)
		})
	}
}

func (b *provisioned) provision(id, verb, state string) {
	b.Helper()
	b.put(b.ironic+"/v1/nodes/"+id+"/states/provision", fmt.Sprintf(`{"target":%q}`, verb))
	b.until("Ironic has it "+state, func() bool {
		return b.call("GET", b.ironic+"/v1/nodes/"+id+"?fields=provision_state", "", 200)["provision_state"] == state
	})
}

func (b *provisioned) until(what string, true func() bool) {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); !true(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("waited too long until %s", what)
		}
	}
}

// put changes a state of a node in Ironic, which refuses that with 409 while it
// works on the node by itself.
func (b *provisioned) put(url, body string) {
	b.Helper()
	b.until("Ironic takes "+body, func() bool {
		status, text := b.send("PUT", url, body)
		if status != http.StatusAccepted && status != http.StatusConflict {
			b.Fatalf("PUT %s: %d %s", url, status, text)
		}
		return status == http.StatusAccepted
	})
}

// call sends a request to either service and gives the document of the answer.
func (b *provisioned) call(method, url, body string, want int) map[string]any {
	b.Helper()
	status, text := b.send(method, url, body)
	if status != want {
		b.Fatalf("%s %s: %d, want %d: %s", method, url, status, want, text)
	}
	var document map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &document); err != nil {
			b.Fatalf("%s %s: %v", method, url, err)
		}
	}
	return document
}

func (b *provisioned) send(method, url, body string) (status int, text []byte) {
	b.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-OpenStack-Ironic-API-Version", "1.72")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, err = io.ReadAll(resp.Body); err != nil {
		b.Fatal(err)
	}
	return resp.StatusCode, text
}

func (b *provisioned) writeCloud() {
	b.Helper()
	text := fmt.Sprintf("clouds:\n  rsd:\n    auth_type: none\n    auth:\n      endpoint: %s\n", b.service)
	if err := os.WriteFile(filepath.Join(b.home, "clouds.yaml"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// valence runs the shell, which must succeed, and gives what it printed.
func (b *provisioned) valence(args ...string) string {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), filepath.Join(binaries, "valence"), args...)
	cmd.Dir = b.home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + b.home,
		"OS_CLIENT_CONFIG_FILE=" + filepath.Join(b.home, "clouds.yaml"), "OS_CLOUD=rsd",
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("valence %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}
