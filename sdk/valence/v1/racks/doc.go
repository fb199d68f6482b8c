/*
Package racks lists the racks of the pods as the Valence service knows them. It
knows the REST API (docs/api.md) and nothing of pod managers or of Redfish.
What stands in a rack, package systems tells: System.Places.

Example to List Racks

	for rack, err := range racks.All(ctx, client, racks.ListOpts{PodManagerID: "row4"}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(rack.Name, len(rack.Systems), "systems")
	}

Example to See How Current a List Is

	err := racks.List(client, nil).EachPage(ctx, func(ctx context.Context, page pagination.Page) (bool, error) {
		fresh := page.(racks.RackPage).Freshness()
		fmt.Println("read", fresh.Age, "ago;", fresh.Stale)
		return true, nil
	})
	if err != nil {
		panic(err)
	}

Example to Find a Rack

	rack, err := racks.Find(ctx, client, "Rack1")
	var missing *valence.NotFoundError
	if errors.As(err, &missing) {
		fmt.Println("there is no", missing.Kind, missing.Name)
	}
*/
package racks
