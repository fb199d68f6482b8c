package podsim_test

import (
	"strings"
	"testing"

	"github.com/stmcginnis/gofish"
	"github.com/stmcginnis/gofish/schemas"

	"github.com/valence-rsd/valence/podsim"
)

// TestGofishReadsACompositionService has a client library of somebody else read everything that composing is about.
func TestGofishReadsACompositionService(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{Dialect: "dmtf"})
	composed := compose(t, pod, "Compute1", "PooledDrive1", "FPGA1")
	client, err := gofish.Connect(gofish.ClientConfig{Endpoint: pod.URL, Username: "admin", Password: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Logout()
	service, err := client.Service.CompositionService()
	if err != nil || !service.ServiceEnabled || service.ReservationDuration != "PT3H" {
		t.Fatalf("composition service %+v, error %v", service, err)
	}
	blocks, err := service.ResourceBlocks()
	if err != nil {
		t.Fatal(err)
	}
	states := map[schemas.CompositionState]int{}
	for _, block := range blocks {
		states[block.CompositionStatus.CompositionState]++
	}
	if states["Composed"] != 3 || states["Unused"] != len(blocks)-3 || len(blocks) < 20 {
		t.Errorf("%d blocks in states %v", len(blocks), states)
	}
	zones, err := service.ResourceZones()
	if err != nil || len(zones) != 2 {
		t.Errorf("zones %v, error %v; want two", zones, err)
	}
	free, err := service.FreePool()
	if err != nil || len(free) != states["Unused"] {
		t.Errorf("%d blocks in the free pool, error %v", len(free), err)
	}
	systems, err := client.Service.Systems()
	if err != nil || len(systems) != 5 {
		t.Fatalf("%d systems, error %v; want four physical ones and a composed one", len(systems), err)
	}
	for _, system := range systems {
		processors, err := system.Processors()
		if err != nil || len(processors) == 0 {
			t.Errorf("%s: processors %v, error %v", system.ODataID, processors, err)
		}
		if system.ODataID != composed {
			continue
		}
		if system.SystemType != "Composed" || !strings.HasPrefix(processors[0].ODataID, blocksURI) {
			t.Errorf("the composed system is a %s with %s", system.SystemType, processors[0].ODataID)
		}
		storage, err := system.Storage()
		if err != nil || len(storage) != 1 {
			t.Fatalf("storage %v, error %v; want one", storage, err)
		}
		if drives, err := storage[0].Drives(); err != nil || len(drives) != 1 {
			t.Errorf("drives %v, error %v; want one", drives, err)
		}
		if err := system.SetBoot(&schemas.Boot{BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once"}); err != nil {
			t.Errorf("set boot: %v", err)
		}
		if _, err := system.Reset(schemas.OnResetType); err != nil {
			t.Errorf("reset: %v", err)
		}
	}
}
