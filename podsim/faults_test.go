package podsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/podsim/faults"
)

const faultsURI = "/podsim/v1/faults"

func TestFaultsByControlEndpoint(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	const systems = "/redfish/v1/Systems"

	made := send(t, pod, "POST", faultsURI, `{"path":"/redfish/v1/Systems","effect":"status","status":503}`).want(t, 201)
	send(t, pod, "POST", faultsURI, `{"path":"/**","effect":"status","status":500}`).want(t, 201)
	refused := send(t, pod, "GET", systems, "").want(t, 503)
	if code := refused.json(t)["error"].(map[string]any)["code"]; code != "Base.1.0.ServiceUnavailable" {
		t.Errorf("code %v, want the dialect's words for 503", code)
	}
	send(t, pod, "GET", "/redfish/v1", "").want(t, 500)
	if list := send(t, pod, "GET", faultsURI, "").want(t, 200); strings.Count(list.body, `"path"`) != 2 {
		t.Errorf("want two faults: %s", list.body)
	}
	send(t, pod, "GET", made.header.Get("Location"), "").want(t, 200)
	send(t, pod, "DELETE", made.header.Get("Location"), "").want(t, 204)
	send(t, pod, "DELETE", made.header.Get("Location"), "").want(t, 404)
	send(t, pod, "GET", systems, "").want(t, 500)
	send(t, pod, "DELETE", faultsURI, "").want(t, 204)
	send(t, pod, "GET", systems, "").want(t, 200)
}

func TestControlEndpointRefuses(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	bad := send(t, pod, "POST", faultsURI, `{"path":"/**","effect":"explode"}`).want(t, 400)
	if message := bad.json(t)["error"].(map[string]any)["message"]; !strings.HasPrefix(message.(string), `effect is "explode"`) {
		t.Errorf("message %q", message)
	}
	send(t, pod, "GET", "/podsim/v1/nothing", "").want(t, 404)
	sendWith(t, pod, "GET", faultsURI, "", func(*http.Request) {}).want(t, 401)
	sendWith(t, pod, "POST", faultsURI, `{"path":"/**","effect":"hang"}`, func(*http.Request) {}).want(t, 401)
}

func TestAssemblyByRule(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Faults: []faults.Rule{
		{Method: "POST", Path: "/redfish/v1/Nodes/1/**", Effect: faults.Stick},
		{Method: "POST", Path: "/redfish/v1/Nodes/*/Actions/ComposedNode.Assemble", Effect: faults.Fail, Count: 1},
	}})
	for _, want := range []string{"Assembling", "Failed", "Assembled"} {
		node := allocate(t, pod, `{}`)
		send(t, pod, "POST", node+"/Actions/ComposedNode.Assemble", "").want(t, 204)
		if state := get(t, pod, node, "ComposedNodeState"); state != want {
			t.Errorf("%s is %v, want %s", node, state, want)
		}
	}
	send(t, pod, "DELETE", "/redfish/v1/Nodes/1", "").want(t, 204)
}

func TestNewRefusesFaults(t *testing.T) {
	t.Parallel()
	_, err := podsim.New(podsim.Options{Faults: []faults.Rule{{Path: "/a", Effect: "explode"}}})
	if err == nil || !strings.Contains(err.Error(), `fault: effect is "explode"`) {
		t.Errorf("error %v", err)
	}
}
