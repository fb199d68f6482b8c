package rsd

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

const (
	volumeUUID = "7c2f1d9a-4a3c-4c0e-9f52-7b0f3c1f8b01"
	services   = "/redfish/v1/StorageServices"
	volume1    = services + "/1/Volumes/1"
	initialize = volume1 + "/Actions/Volume.Initialize"
)

// stored is a pod manager with two storage services: one over NVMe with two
// pools, and one over iSCSI with a pool of which it says nothing.
func stored() map[string]http.HandlerFunc {
	members := func(refs ...string) http.HandlerFunc { return reply(200, collectionOf(refs...)) }
	storage := func(id, fabric string) http.HandlerFunc {
		return reply(200, `{"StoragePools":{"@odata.id":"`+services+`/`+id+`/StoragePools"},
			"Volumes":{"@odata.id":"`+services+`/`+id+`/Volumes"},"Endpoints":{"@odata.id":"/redfish/v1/Fabrics/`+fabric+`/Endpoints"}}`)
	}
	fabric := func(id, kind string) http.HandlerFunc {
		return reply(200, `{"FabricType":"`+kind+`","Endpoints":{"@odata.id":"/redfish/v1/Fabrics/`+id+`/Endpoints/"}}`)
	}
	pool := func(free string) http.HandlerFunc {
		return reply(200, `{"BlockSizeBytes":4096,"Status":{"Health":"OK"},"Capacity":{"Data":{"AllocatedBytes":100000,"ConsumedBytes":`+free+`}}}`)
	}
	return map[string]http.HandlerFunc{
		"GET /redfish/v1": reply(200, `{"StorageServices":{"@odata.id":"`+services+`"},"Fabrics":{"@odata.id":"/redfish/v1/Fabrics"},
			"Oem":{"Intel_RackScale":{"ApiVersion":"2.4.0","Nodes":{"@odata.id":"/redfish/v1/Nodes"}}}}`),
		"GET " + services:                         members(services+"/1", services+"/2"),
		"GET " + services + "/1":                  storage("1", "N"),
		"GET " + services + "/2":                  storage("2", "I"),
		"GET /redfish/v1/Fabrics":                 members("/redfish/v1/Fabrics/N", "/redfish/v1/Fabrics/I"),
		"GET /redfish/v1/Fabrics/N":               fabric("N", "NVMeOverFabrics"),
		"GET /redfish/v1/Fabrics/I":               fabric("I", "iSCSI"),
		"GET " + services + "/1/StoragePools":     members(services+"/1/StoragePools/1", services+"/1/StoragePools/2"),
		"GET " + services + "/1/StoragePools/1":   pool("50000"),
		"GET " + services + "/1/StoragePools/2":   pool("40000"),
		"GET " + services + "/2/StoragePools":     members(services + "/2/StoragePools/3"),
		"GET " + services + "/2/StoragePools/3":   reply(200, `{}`),
		"GET " + services + "/1/Volumes":          members(volume1),
		"GET " + services + "/2/Volumes":          members(services + "/2/Volumes/1"),
		"GET " + volume1:                          reply(200, volume(`"Erased":null`)),
		"GET " + services + "/2/Volumes/1":        reply(200, `{"Description":"[valence:other]"}`),
		"POST " + services + "/{service}/Volumes": reply(201, "", "Location", volume1),
		"POST " + initialize:                      reply(204, ""),
		"DELETE " + volume1:                       reply(204, ""),
	}
}

func volume(oem string) string {
	return `{"Description":"[valence:` + volumeUUID + `]","Capacity":{"Data":{"AllocatedBytes":53248}},
		"CapacitySources":[{},{"ProvidingPools":[{"@odata.id":"` + services + `/1/StoragePools/2"}]}],
		"Status":{"Health":"OK"},"Oem":{"Intel_RackScale":{` + oem + `}},
		"Actions":{"#Volume.Initialize":{"target":"` + initialize + `"}}}`
}

func with(answers map[string]http.HandlerFunc, changes map[string]http.HandlerFunc) map[string]http.HandlerFunc {
	maps.Copy(answers, changes)
	return answers
}

// TestCreateVolumeBody pins what is sent, and to which pool.
func TestCreateVolumeBody(t *testing.T) {
	t.Parallel()
	body := func(pool string, bytes float64, name any, erase bool) map[string]any {
		b := map[string]any{
			"Description": "[valence:" + volumeUUID + "]", "CapacityBytes": bytes,
			"CapacitySources": []any{map[string]any{"ProvidingPools": []any{map[string]any{"@odata.id": services + pool}}}},
			"Oem":             map[string]any{"Intel_RackScale": map[string]any{"EraseOnDetach": erase}},
		}
		if name != nil {
			b["Name"] = name
		}
		return b
	}
	tests := map[string]struct {
		a    service.VolumeAllocation
		want map[string]any
	}{
		"the most room":      {service.VolumeAllocation{CapacityBytes: 8192}, body("/1/StoragePools/2", 8192, nil, false)},
		"whole blocks":       {service.VolumeAllocation{CapacityBytes: 8193, Name: "data"}, body("/1/StoragePools/2", 12288, "data", false)},
		"erased on detach":   {service.VolumeAllocation{CapacityBytes: 1, EraseOnDetach: true}, body("/1/StoragePools/2", 4096, nil, true)},
		"the pool":           {service.VolumeAllocation{CapacityBytes: 1, Pool: services + "/1/StoragePools/1/"}, body("/1/StoragePools/1", 4096, nil, false)},
		"the protocol":       {service.VolumeAllocation{CapacityBytes: 1, Protocol: "ISCSI"}, body("/2/StoragePools/3", 1, nil, false)},
		"the only with room": {service.VolumeAllocation{CapacityBytes: 90001}, body("/2/StoragePools/3", 90001, nil, false)},
	}
	for name, test := range tests {
		var got map[string]any
		f := startFake(t, with(stored(), map[string]http.HandlerFunc{
			"POST " + services + "/{service}/Volumes": func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				if err := json.Unmarshal(b, &got); err != nil {
					t.Errorf("%s: the body is no JSON: %s", name, b)
				}
				reply(201, "", "Location", "http://podm.internal"+volume1+"/")(w, r)
			},
		}))
		test.a.VolumeUUID = volumeUUID
		if ref, err := f.open(t, redfish.Options{}).CreateVolume(t.Context(), test.a); ref != volume1 || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestCreateVolumeTrouble has pools refuse, be unreadable and answer oddly.
func TestCreateVolumeTrouble(t *testing.T) {
	t.Parallel()
	const made = "POST " + services + "/{service}/Volumes"
	full, broken := reply(409, ""), reply(500, "")
	fine := reply(201, "", "Location", volume1)
	monitor := reply(202, "{}", "Location", "/redfish/v1/TaskService/Tasks/1/Monitor", "Retry-After", "0")
	tests := map[string]struct {
		answers map[string]http.HandlerFunc
		a       service.VolumeAllocation
		posts   int
		code    service.Code
	}{
		"the next pool":          {map[string]http.HandlerFunc{made: replies(full, reply(507, ""), fine)}, service.VolumeAllocation{}, 3, ""},
		"all full":               {map[string]http.HandlerFunc{made: full}, service.VolumeAllocation{}, 3, service.NoCapacity},
		"no second try":          {map[string]http.HandlerFunc{made: reply(503, "")}, service.VolumeAllocation{}, 1, service.Unavailable},
		"refused":                {map[string]http.HandlerFunc{made: reply(400, "")}, service.VolumeAllocation{}, 1, service.Invalid},
		"no location":            {map[string]http.HandlerFunc{made: reply(201, "")}, service.VolumeAllocation{}, 1, ""},
		"a task":                 {map[string]http.HandlerFunc{made: monitor, "GET /redfish/v1/TaskService/Tasks/1/Monitor": replies(monitor, fine)}, service.VolumeAllocation{}, 1, ""},
		"a task that fails":      {map[string]http.HandlerFunc{made: monitor, "GET /redfish/v1/TaskService/Tasks/1/Monitor": broken}, service.VolumeAllocation{}, 1, service.PodFailed},
		"one service is broken":  {map[string]http.HandlerFunc{"GET " + services + "/1": broken}, service.VolumeAllocation{}, 1, ""},
		"one pool is broken":     {map[string]http.HandlerFunc{"GET " + services + "/1/StoragePools/2": broken}, service.VolumeAllocation{}, 1, ""},
		"perhaps the broken one": {map[string]http.HandlerFunc{"GET " + services + "/2": broken}, service.VolumeAllocation{Protocol: "iSCSI"}, 0, service.PodFailed},
		"no fabrics":             {map[string]http.HandlerFunc{"GET /redfish/v1/Fabrics": broken}, service.VolumeAllocation{}, 0, service.PodFailed},
		"no services":            {map[string]http.HandlerFunc{"GET " + services: reply(200, `{"Members":[]}`)}, service.VolumeAllocation{}, 0, service.Invalid},
		"ailing": {map[string]http.HandlerFunc{"GET " + services + "/1/StoragePools/2": reply(200, `{"Status":{"Health":"Critical"}}`)},
			service.VolumeAllocation{Pool: services + "/1/StoragePools/2"}, 0, service.NoCapacity},
		"another protocol": {nil, service.VolumeAllocation{Pool: services + "/1/StoragePools/2", Protocol: "iSCSI"}, 0, service.Invalid},
	}
	for name, test := range tests {
		f := startFake(t, with(stored(), test.answers))
		test.a.VolumeUUID, test.a.CapacityBytes = volumeUUID, 4096
		ref, err := f.open(t, redfish.Options{}).CreateVolume(t.Context(), test.a)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if ref != volume1 || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
		if n := f.count("POST "+services+"/1/Volumes") + f.count("POST "+services+"/2/Volumes"); n != test.posts {
			t.Errorf("%s: %d requests for a volume, want %d", name, n, test.posts)
		}
	}
}

func TestPools(t *testing.T) {
	t.Parallel()
	f := startFake(t, with(stored(), map[string]http.HandlerFunc{"GET " + services + "/1/StoragePools/1": reply(500, "")}))
	got, err := f.open(t, redfish.Options{}).Pools(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, free := int64(100000), int64(60000)
	want := []service.Pool{
		{Ref: services + "/1/StoragePools/2", Protocol: "NVMeOverFabrics", Health: "OK", Bytes: &all, FreeBytes: &free},
		{Ref: services + "/2/StoragePools/3", Protocol: "iSCSI"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with a broken pool (-want +got):\n%s", diff)
	}
	f = startFake(t, with(stored(), map[string]http.HandlerFunc{
		"GET " + services + "/1": reply(500, ""), "GET " + services + "/2": reply(500, ""),
	}))
	_, err = f.open(t, redfish.Options{}).Pools(t.Context())
	wantCode(t, "Pools with all services broken", err, service.PodFailed)
}
