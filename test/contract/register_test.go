package contract_test

import (
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/ironic"
)

// Nodes are registered with a real Ironic; what becomes of them there is
// tested in service/ironic.
func TestRegister(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() {
		if t.Skipped() {
			recorded.lack()
		}
	})
	server := ironic.Shared(t)
	w, _ := withPod(t, podsim.Options{}, "IRONIC_CLIENT_ENDPOINT="+server.URL)
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "to-register"}`))
	w.run(t, []exchange{
		{name: "register", request: "POST /v1/nodes/{node}/register", status: 200, says: `"managed_by":"ironic"`},
		{name: "twice is once", request: "POST /v1/nodes/{node}/register", body: `{}`, status: 200, says: `"managed_by":"ironic"`},
		{name: "with properties", request: "POST /v1/nodes/to-register/register", body: `{"resource_class": "baremetal"}`, status: 200},
		{name: "an array", request: "POST /v1/nodes/{node}/register", body: `[]`, status: 400},
		{name: "among the managed", request: "GET /v1/nodes?managed_by=ironic", status: 200, says: "{node}"},
		{name: "an unknown one", request: "POST /v1/nodes/{nowhere}/register", status: 404},
		{name: "deregister", request: "DELETE /v1/nodes/{node}/register", body: "{}", status: 200, says: "{node}"},
		{name: "twice", request: "DELETE /v1/nodes/to-register/register", status: 200},
		{name: "among nobody's", request: "GET /v1/nodes?managed_by=ironic", status: 200, says: "[]"},
		{name: "deregister an unknown one", request: "DELETE /v1/nodes/{nowhere}/register", status: 404},
	})
}

// Without Ironic that cannot be done, and the answer says so.
func TestRegisterWithoutIronic(t *testing.T) {
	t.Parallel()
	w, _ := withPod(t, podsim.Options{})
	w.keep(t, "node", w.call(t, "POST /v1/nodes", `{"name": "web"}`))
	w.run(t, []exchange{
		{name: "register", request: "POST /v1/nodes/{node}/register", status: 400, says: "no provisioner is configured"},
		{name: "deregister", request: "DELETE /v1/nodes/{node}/register", status: 400, says: "no provisioner is configured"},
	})
}
