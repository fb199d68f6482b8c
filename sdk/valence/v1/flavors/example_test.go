package flavors_test

import (
	"context"
	"fmt"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

func ExampleCreate() {
	service := exchange.Serve(exchange.Exchange{
		Method: "POST", URI: "/v1/flavors", Answer: smallBody,
		Body: `{"name":"small","properties":{"memory":{"capacity_mib":"16384","type":"DDR4"},"processor":{"total_cores":"8"}}}`,
	})
	defer service.Close()

	flavor, err := flavors.Create(context.Background(), service.Client, flavors.CreateOpts{
		Name: "small",
		Properties: valence.Properties{
			Memory:    valence.Memory{CapacityMiB: 16384, Type: "DDR4"},
			Processor: valence.Processor{TotalCores: 8},
		},
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(flavor.UUID, flavor.Name, flavor.Properties.Memory.CapacityMiB, "MiB")
	// Output: c0a9c7f2-64d0-4b1e-8f25-0b1a4d2e7c33 small 16384 MiB
}

func ExampleAll() {
	service := exchange.Serve(list("[" + smallBody + "," + anyBody + "]"))
	defer service.Close()

	for flavor, err := range flavors.All(context.Background(), service.Client, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(flavor.Name, flavor.Properties.Processor.TotalCores)
	}
	// Output:
	// small 8
	// any 0
}

func ExampleUpdate() {
	service := exchange.Serve(call("PATCH", `{"description":"for the web"}`, smallBody))
	defer service.Close()

	description := "for the web"
	flavor, err := flavors.Update(context.Background(), service.Client, smallUUID, flavors.UpdateOpts{
		Description: &description,
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(flavor.Description, flavor.UpdatedAt)
	// Output: for the web 2026-03-02 10:00:00 +0000 UTC
}

func ExampleFind() {
	both := list("[" + smallBody + "," + anyBody + "]")
	service := exchange.Serve(both, call("GET", "", smallBody), call("DELETE", "", deletedBody), both)
	defer service.Close()
	ctx, client := context.Background(), service.Client

	flavor, err := flavors.Find(ctx, client, "small")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("deleting", flavor.UUID, flavors.Delete(ctx, client, flavor.UUID).ExtractErr())

	_, err = flavors.Find(ctx, client, "large")
	fmt.Println(err)
	// Output:
	// deleting c0a9c7f2-64d0-4b1e-8f25-0b1a4d2e7c33 <nil>
	// no flavor is named "large"
}
