package racks_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/racks"
)

func ExampleAll() {
	service := exchange.Serve(get("?podm_id=row4", "["+fullBody+"]"))
	defer service.Close()

	for rack, err := range racks.All(context.Background(), service.Client, racks.ListOpts{PodManagerID: "row4"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(rack.Name, len(rack.Systems), "systems")
	}
	// Output: Rack 1 1 systems
}

func ExampleList_freshness() {
	list := get("", "["+fullBody+"]")
	list.Header = old()
	service := exchange.Serve(list)
	defer service.Close()

	err := racks.List(service.Client, nil).EachPage(context.Background(), func(_ context.Context, page pagination.Page) (bool, error) {
		fresh := page.(racks.RackPage).Freshness()
		fmt.Println("read", fresh.Age, "ago;", fresh.Stale)
		return true, nil
	})
	fmt.Println("error:", err)
	// Output:
	// read 17s ago; row4 as it was at ten: no answer
	// error: <nil>
}

func ExampleFind() {
	missing := get("/Rack2", missingBody)
	missing.Status = 404
	service := exchange.Serve(get("/Rack1", fullBody), missing)
	defer service.Close()

	for _, name := range []string{"Rack1", "Rack2"} {
		rack, err := racks.Find(context.Background(), service.Client, name)
		var none *valence.NotFoundError
		switch {
		case errors.As(err, &none):
			fmt.Println("there is no", none.Kind, none.Name)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(rack.Name, "of", rack.Manufacturer)
		}
	}
	// Output:
	// Rack 1 of Acme
	// there is no rack Rack2
}
