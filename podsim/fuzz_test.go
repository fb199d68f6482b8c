package podsim

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzFilter holds an expression to be refused or understood, and asks a document for it.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"Name eq 'x'", "A/B ge 1.5 and C ne null or D eq true", "", " or ", "Name eq '''", "A eq 1e999"} {
		f.Add(seed, `{"Name":"x","A":{"B":2}}`)
	}
	f.Fuzz(func(t *testing.T, expression, document string) {
		wanted, err := parseFilter(expression)
		if err != nil {
			var ref *refusal
			if !errors.As(err, &ref) || ref.problem != badPayload {
				t.Errorf("%q is refused with %v", expression, err)
			}
			return
		}
		var doc map[string]any
		if json.Unmarshal([]byte(document), &doc) == nil {
			wanted.met(doc)
		}
	})
}

// FuzzAllocate sends anything to a pod of every version: it is taken or refused, and never a mistake of the simulator's.
func FuzzAllocate(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"Name":null}`, `{"Processors":[{"Oem":{"Intel_RackScale":{"Brand":"Silver"}}}]}`, `{"RemoteDrives":[{"CapacityGiB":-1}]}`,
		`{"RemoteDrives":[{"CapacityGiB":10,"iSCSIAddress":"a","Master":{"Type":"Clone","Resource":{"@odata.id":"/redfish/v1/Services/1/LogicalDrives/2"}}}]}`,
		`{"LocalDrives":[{"FabricSwitch":true,"Chassis":{"@odata.id":"/x"}}]}`, `{"EthernetInterfaces":[{"VLANs":[{"VLANId":5}]}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for name, rules := range dialects() {
			if rules().composition != nil {
				continue
			}
			sim, err := New(Options{Dialect: name})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("POST", allocateURI, strings.NewReader(body))
			r.SetBasicAuth("admin", "admin")
			w := httptest.NewRecorder()
			sim.ServeHTTP(w, r)
			if w.Code != 201 && w.Code != 400 && w.Code != 409 {
				t.Errorf("%s: %q is answered with %d %s", name, body, w.Code, w.Body)
			}
			sim.Close()
		}
	})
}
