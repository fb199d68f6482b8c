package rsd

import (
	"net/http"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

const node1 = "/redfish/v1/Nodes/1"

func TestEntryPoint(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		root string
		code service.Code // empty: it works
	}{
		"2.1 as in the code": {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"2.0.0"}}}`, ""},
		"2.4":                {`{"Oem":{"Intel_RackScale":{"ApiVersion":"2.4.0","Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`, ""},
		"no version":         {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":null}`, ""},
		"the OEM link goes first": {`{"Nodes":{"@odata.id":"/redfish/v1/x"},
			"Oem":{"Intel_RackScale":{"Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`, ""},
		"1.2":      {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"1.2.5"}}}`, ""},
		"1.1":      {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"1.1.0"}}}`, service.PodFailed},
		"3.0":      {`{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},"Oem":{"Intel_RackScale":{"ApiVersion":"3.0.0"}}}`, service.PodFailed},
		"no nodes": {`{"Systems":{"@odata.id":"/redfish/v1/Systems"}}`, service.PodFailed},
	}
	for name, test := range tests {
		f := startFake(t, map[string]http.HandlerFunc{"GET /redfish/v1": reply(200, test.root)})
		err := f.open(t, redfish.Options{}).Probe(t.Context())
		if test.code == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if test.code != "" {
			wantCode(t, name, err, test.code)
		}
	}
}

// TestStateIsOneRequest counts what polling a machine costs.
func TestStateIsOneRequest(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil)
	pod := f.open(t, redfish.Options{})
	for range 3 {
		if _, err := pod.State(t.Context(), node1); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(f.log); got != 4 {
		t.Errorf("three reads took %d requests, want the entry point and three: %v", got, f.log)
	}
}
