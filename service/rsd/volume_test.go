package rsd

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// TestFindVolumeIncomplete must not say that a volume is not there where it
// could be on what cannot be read.
func TestFindVolumeIncomplete(t *testing.T) {
	t.Parallel()
	broken := reply(500, "")
	tests := map[string]struct {
		pattern string
		uuid    string
		code    service.Code
	}{
		"found beside a broken service":    {"GET " + services + "/2", volumeUUID, ""},
		"found beside a broken volume":     {"GET " + services + "/2/Volumes/1", volumeUUID, ""},
		"found beside a broken list":       {"GET " + services + "/2/Volumes", volumeUUID, ""},
		"perhaps on a broken service":      {"GET " + services + "/2", "another", service.PodFailed},
		"perhaps on a broken list":         {"GET " + services + "/2/Volumes", "another", service.PodFailed},
		"perhaps the broken volume itself": {"GET " + services + "/2/Volumes/1", "another", service.PodFailed},
		"not there":                        {"GET /unused", "another", service.NotFound},
	}
	for name, test := range tests {
		f := startFake(t, with(stored(), map[string]http.HandlerFunc{test.pattern: broken}))
		ref, err := f.open(t, redfish.Options{}).FindVolume(t.Context(), test.uuid)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if ref != volume1 || err != nil {
			t.Errorf("%s: %q, %v", name, ref, err)
		}
	}
}

func TestVolume(t *testing.T) {
	t.Parallel()
	f := startFake(t, with(stored(), map[string]http.HandlerFunc{"GET " + services + "/2": reply(500, "")}))
	got, err := f.open(t, redfish.Options{}).Volume(t.Context(), volume1)
	if err != nil {
		t.Fatal(err)
	}
	bytes := int64(53248)
	want := service.PodVolume{Ref: volume1, CapacityBytes: &bytes, Protocol: "NVMeOverFabrics", Pool: services + "/1/StoragePools/2", Health: "OK"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestErase waits for the end, where the pod manager says when that is.
func TestErase(t *testing.T) {
	t.Parallel()
	said := func(erased string) http.HandlerFunc { return reply(200, volume(`"Erased":`+erased)) }
	tests := map[string]struct {
		volume http.HandlerFunc
		reads  int
		code   service.Code
	}{
		"when it says so":   {replies(said("null"), said("false"), said("false"), said("true")), 4, ""},
		"at once":           {said("true"), 2, ""},
		"it does not say":   {said("null"), 2, ""},
		"it says something": {said(`"soon"`), 2, ""},
		"it goes":           {replies(said("false"), said("false"), reply(404, "")), 3, service.NotFound},
		"never":             {said("false"), 0, service.Timeout},
	}
	for name, test := range tests {
		f := startFake(t, with(stored(), map[string]http.HandlerFunc{"GET " + volume1: test.volume}))
		var o redfish.Options
		if test.code == service.Timeout {
			o.SlowTimeout = 300 * time.Millisecond
		}
		err := f.open(t, o).EraseVolume(t.Context(), volume1)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := f.count("GET " + volume1); test.reads > 0 && n != test.reads {
			t.Errorf("%s: the volume was read %d times, want %d", name, n, test.reads)
		}
		if n := f.count("POST " + initialize); n != 1 {
			t.Errorf("%s: erasing was started %d times", name, n)
		}
	}
}

// TestAttachedVolume protects the data of a volume that is in use, on a pod
// manager that would not.
func TestAttachedVolume(t *testing.T) {
	t.Parallel()
	const endpoint = "/redfish/v1/Fabrics/N/Endpoints/1"
	linked := strings.Replace(volume(`"Erased":false`), `"Actions"`,
		`"Links":{"Oem":{"Intel_RackScale":{"Endpoints":[{"@odata.id":"`+endpoint+`"}]}}},"Actions"`, 1)
	zoned := reply(200, `{"Links":{"Oem":{"Intel_RackScale":{"Zones":[{"@odata.id":"/redfish/v1/Fabrics/N/Zones/1"}]}}}}`)
	tests := map[string]struct {
		endpoint http.HandlerFunc
		code     service.Code
	}{
		"in a zone":           {zoned, service.Conflict},
		"in no zone":          {reply(200, `{"Links":{"Oem":{"Intel_RackScale":{"Zones":[]}}}}`), ""},
		"endpoint gone":       {reply(404, ""), ""},
		"endpoint unreadable": {reply(500, ""), service.PodFailed},
	}
	for name, test := range tests {
		f := startFake(t, with(stored(), map[string]http.HandlerFunc{
			"GET " + volume1:  replies(reply(200, linked), reply(200, linked), reply(200, strings.Replace(linked, "false", "true", 1))),
			"GET " + endpoint: test.endpoint,
		}))
		pod := f.open(t, redfish.Options{})
		deleted, erased := pod.DeleteVolume(t.Context(), volume1), pod.EraseVolume(t.Context(), volume1)
		sent := f.count("DELETE "+volume1) + f.count("POST "+initialize)
		if test.code == "" {
			if deleted != nil || erased != nil || sent != 2 {
				t.Errorf("%s: %v, %v, %d requests", name, deleted, erased, sent)
			}
			continue
		}
		wantCode(t, name, deleted, test.code)
		wantCode(t, name, erased, test.code)
		if sent > 0 {
			t.Errorf("%s: %d requests changed something", name, sent)
		}
	}
}

// TestMissingVolume takes a volume for gone only while its storage service is
// there.
func TestMissingVolume(t *testing.T) {
	t.Parallel()
	gone := reply(404, "")
	tests := map[string]struct {
		answers map[string]http.HandlerFunc
		code    service.Code // of Volume
	}{
		"its service is there":        {nil, service.NotFound},
		"there beside a broken one":   {map[string]http.HandlerFunc{"GET " + services + "/2": reply(500, "")}, service.NotFound},
		"its service is gone, too":    {map[string]http.HandlerFunc{"GET " + services: reply(200, collectionOf(services+"/2", services+"/11"))}, service.Unavailable},
		"its service answers 404":     {map[string]http.HandlerFunc{"GET " + services + "/1": gone}, service.Unavailable},
		"its service is broken":       {map[string]http.HandlerFunc{"GET " + services + "/1": reply(500, "")}, service.PodFailed},
		"there are no services":       {map[string]http.HandlerFunc{"GET " + services: reply(200, `{"Members":[]}`)}, service.Invalid},
		"the services are not listed": {map[string]http.HandlerFunc{"GET " + services: gone}, service.PodFailed},
	}
	for name, test := range tests {
		f := startFake(t, with(with(stored(), map[string]http.HandlerFunc{"GET " + volume1: gone, "GET " + services + "/11": reply(200, `{}`)}), test.answers))
		pod := f.open(t, redfish.Options{})
		_, err := pod.Volume(t.Context(), volume1)
		wantCode(t, name, err, test.code)
		err = pod.DeleteVolume(t.Context(), volume1)
		if test.code == service.NotFound {
			if err != nil {
				t.Errorf("%s: DeleteVolume: %v", name, err)
			}
			continue
		}
		wantCode(t, name+", DeleteVolume", err, test.code)
	}
}

// TestBeforePools asks a pod manager of RSD 2.1.
func TestBeforePools(t *testing.T) {
	t.Parallel()
	f := startFake(t, map[string]http.HandlerFunc{"GET /redfish/v1": reply(200, `{"Nodes":{"@odata.id":"/redfish/v1/Nodes"},
		"Services":{"@odata.id":"/redfish/v1/Services"},"Oem":{"Intel_RackScale":{"ApiVersion":"2.1.0"}}}`)})
	pod := f.open(t, redfish.Options{})
	if pools, err := pod.Pools(t.Context()); len(pools) > 0 || err != nil {
		t.Errorf("Pools = %v, %v", pools, err)
	}
	if devices, err := pod.Devices(t.Context()); len(devices) > 0 || err != nil {
		t.Errorf("Devices = %v, %v", devices, err)
	}
	_, err := pod.CreateVolume(t.Context(), service.VolumeAllocation{VolumeUUID: volumeUUID, CapacityBytes: 1})
	wantCode(t, "CreateVolume", err, service.Invalid)
	const want = "creating a volume on pod manager pod-1: it has no pooled storage to make volumes of; " +
		"RSD pod managers before 2.3 make them only while they allocate a machine"
	if err != nil && err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	for name, err := range map[string]error{
		"EraseVolume": pod.EraseVolume(t.Context(), volume1), "DeleteVolume": pod.DeleteVolume(t.Context(), volume1),
	} {
		wantCode(t, name, err, service.Invalid)
	}
}
