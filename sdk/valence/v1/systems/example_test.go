package systems_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

func ExampleAll() {
	service := exchange.Serve(get("?podm_id=row4&ram=64", "["+nineBody+"]"))
	defer service.Close()

	opts := systems.ListOpts{PodManagerID: "row4", MinRAM: 64}
	for system, err := range systems.All(context.Background(), service.Client, opts) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(system.UUID, system.Name, *system.CPU.Cores, "cores", *system.RAM, "GiB")
	}
	// Output: 0f4b6c1e-1d2c-11e8-b467-0ed5f89f718b node-9 16 cores 64.5 GiB
}

func ExampleAll_property() {
	service := exchange.Serve(get("?Status%2FHealth=OK", "["+nineBody+"]"))
	defer service.Close()

	opts := systems.ListOpts{Filters: map[string]string{"Status/Health": "OK"}}
	for system, err := range systems.All(context.Background(), service.Client, opts) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(system.Name, system.Health)
	}
	// Output: node-9 OK
}

func ExampleList_freshness() {
	list := get("", "["+nineBody+"]")
	list.Header = old()
	service := exchange.Serve(list)
	defer service.Close()

	err := systems.List(service.Client, nil).EachPage(context.Background(), func(_ context.Context, page pagination.Page) (bool, error) {
		fresh := page.(systems.SystemPage).Freshness()
		fmt.Println("read", fresh.Age, "ago;", fresh.Stale)
		found, err := systems.ExtractSystems(page)
		if err != nil {
			return false, err
		}
		for _, system := range found {
			fmt.Println(system.Name)
		}
		return true, nil
	})
	fmt.Println("error:", err)
	// Output:
	// read 17s ago; row4 as it was at ten: no answer
	// node-9
	// error: <nil>
}

func ExampleFind() {
	missing := get("/node-10", missingBody)
	missing.Status = 404
	service := exchange.Serve(get("/node-9", nineBody), missing)
	defer service.Close()

	for _, name := range []string{"node-9", "node-10"} {
		system, err := systems.Find(context.Background(), service.Client, name)
		var none *valence.NotFoundError
		switch {
		case errors.As(err, &none):
			fmt.Println("there is no", none.Kind, none.Name)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(system.Name, "is", system.UUID, "in", system.Places()[1].ID)
		}
	}
	// Output:
	// node-9 is 0f4b6c1e-1d2c-11e8-b467-0ed5f89f718b in Rack1
	// there is no system node-10
}

func ExampleGetInventory() {
	service := exchange.Serve(get("/9/inventory", inventoryBody))
	defer service.Close()

	inventory, err := systems.GetInventory(context.Background(), service.Client, "9", nil).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, drive := range inventory.Storage {
		fmt.Println(drive.Model, *drive.SizeGiB, "GiB", drive.Health)
	}
	// Output: P4500 480.5 GiB OK
}
