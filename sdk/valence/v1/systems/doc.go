/*
Package systems lists the computer systems of the pods as the Valence service
knows them, and what they are made of. It knows the REST API (docs/api.md) and
nothing of pod managers or of Redfish.

Example to List Systems

	for system, err := range systems.All(ctx, client, systems.ListOpts{PodManagerID: "row4", MinRAM: 64}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(system.UUID, system.Name)
	}

Example to List Systems by a Property of Redfish

	opts := systems.ListOpts{Filters: map[string]string{"Status/Health": "OK"}}
	for system, err := range systems.All(ctx, client, opts) {
		if err != nil {
			panic(err)
		}
		fmt.Println(system.Name, system.Health)
	}

Example to See How Current a List Is

	err := systems.List(client, nil).EachPage(ctx, func(ctx context.Context, page pagination.Page) (bool, error) {
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
	if err != nil {
		panic(err)
	}

Example to Find a System by Name or UUID

	system, err := systems.Find(ctx, client, "Rack1-Drawer1-Sled1-System1")
	var missing *valence.NotFoundError
	if errors.As(err, &missing) {
		fmt.Println("there is no", missing.Kind, missing.Name)
	}

Example to See What a System Is Made of

	inventory, err := systems.GetInventory(ctx, client, system.UUID, nil).Extract()
	if err != nil {
		panic(err)
	}
	for _, drive := range inventory.Storage {
		fmt.Println(drive.Model, drive.Health)
	}
*/
package systems
