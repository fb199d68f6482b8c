package devices_test

import (
	"context"
	"fmt"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
)

func ExampleAll() {
	service := exchange.Serve(list("?podm_id=5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11", "["+ssdBody+","+fpgaBody+"]"))
	defer service.Close()

	opts := devices.ListOpts{PodManagerID: "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11"}
	for device, err := range devices.All(context.Background(), service.Client, opts) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(device.ResourceURI, device.State)
	}
	// Output:
	// Chassis/3-c-1/Drives/1 allocated
	// Chassis/3-c-1/Processors/1 free
}

func ExampleFind() {
	service := exchange.Serve(list("?resource_uri=Chassis%2F3-c-1%2FDrives%2F1", "["+ssdBody+"]"), getSSD())
	defer service.Close()

	device, err := devices.Find(context.Background(), service.Client, "Chassis/3-c-1/Drives/1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(device.UUID, device.Type, device.Properties["model"])
	// Output: 9d1e6c0a-70b1-4f0e-9a44-51f7b5f0c2d8 SSD P4500
}

func ExampleSync() {
	service := exchange.Serve(sync(`{}`))
	defer service.Close()

	results, err := devices.Sync(context.Background(), service.Client, devices.SyncOpts{}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		fmt.Printf("%s: %s %q\n", r.PodManagerID, r.Status, r.Detail)
	}
	// Output:
	// 5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11: SUCCESS ""
	// other: FAILED "it cannot be reached"
}
