package podsim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// TestPatchZone moves drives into and out of the zone of a node, as RSD 2.1 and later can.
func TestPatchZone(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"2.1", "2.2", "2.3"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			pod := start(t, podsim.Options{Dialect: dialect})
			node := allocate(t, pod, `{"LocalDrives":[{"FabricSwitch":true}]}`)
			other := allocate(t, pod, `{"LocalDrives":[{"FabricSwitch":true}]}`)
			fabrics := links(t, pod, "/redfish/v1/Fabrics", "Members")
			pcie := fabrics[len(fabrics)-1]
			zone := pcie + "/Zones/1"
			patch := func(endpoints ...string) reply {
				var list []string
				for _, e := range endpoints {
					list = append(list, fmt.Sprintf(`{"@odata.id":"%s/Endpoints/%s"}`, pcie, e))
				}
				return send(t, pod, "PATCH", zone, `{"Links":{"Endpoints":[`+strings.Join(list, ",")+`]}}`)
			}
			attached := func(id int) []string { return pod.Nodes()[id-1].Attached }
			first, foreign := attached(1), attached(2)

			patch("I1", "T1", "T3").want(t, 200)
			if got := attached(1); len(got) != 2 || got[0] != first[0] {
				t.Errorf("attached: %v, want %v and one more", got, first)
			}
			if got := links(t, pod, zone, "Links.Endpoints"); len(got) != 3 {
				t.Errorf("endpoints of the zone: %v", got)
			}
			patch("I1", "T3").want(t, 200)
			if got := attached(1); len(got) != 1 || slices.Contains(got, first[0]) {
				t.Errorf("attached: %v, want another than %v", got, first)
			}
			kept := attached(1)
			for status, endpoints := range map[int][]string{409: {"I1", "T2"}, 400: {"I1", "T99"}} {
				patch(endpoints...).want(t, status)
			}
			patch("T1").want(t, 400)
			send(t, pod, "PATCH", zone, `{}`).want(t, 400)
			send(t, pod, "PATCH", pcie+"/Zones/9", `{"Links":{"Endpoints":[]}}`).want(t, 404)
			if !slices.Equal(attached(1), kept) || !slices.Equal(attached(2), foreign) {
				t.Errorf("a refused change changed something: %v and %v", attached(1), attached(2))
			}
			send(t, pod, "DELETE", node, "").want(t, 204)
			send(t, pod, "DELETE", other, "").want(t, 204)
		})
	}
}

// TestPatchZoneByTask is RSD 2.4.
func TestPatchZoneByTask(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "2.4"})
	allocateIn(t, pod, `{"LocalDrives":[{"FabricSwitch":true}]}`)
	fabrics := links(t, pod, "/redfish/v1/Fabrics", "Members")
	pcie := fabrics[len(fabrics)-1]
	body := fmt.Sprintf(`{"Links":{"Endpoints":[{"@odata.id":"%[1]s/Endpoints/I1"},{"@odata.id":"%[1]s/Endpoints/T1"},{"@odata.id":"%[1]s/Endpoints/T2"}]}}`, pcie)
	made := send(t, pod, "PATCH", pcie+"/Zones/1", body).want(t, 202)
	for range 500 {
		if r := send(t, pod, "GET", made.header.Get("Location"), ""); r.status != 202 {
			r.want(t, 200)
			break
		}
	}
	if got := pod.Nodes()[0].Attached; len(got) != 2 {
		t.Errorf("attached: %v, want two drives", got)
	}
}
