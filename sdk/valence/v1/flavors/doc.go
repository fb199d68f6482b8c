/*
Package flavors manages flavors: named sets of requirements, stored by the
Valence service, that nodes are composed from. It knows the REST API
(docs/api.md). Nodes do not remember their flavor: a flavor may be changed and
deleted at any time.

Example to Create a Flavor

	flavor, err := flavors.Create(ctx, client, flavors.CreateOpts{
		Name: "small",
		Properties: valence.Properties{
			Memory:    valence.Memory{CapacityMiB: 16384, Type: "DDR4"},
			Processor: valence.Processor{TotalCores: 8},
		},
	}).Extract()
	if err != nil {
		panic(err)
	}

Example to List Flavors

	allPages, err := flavors.List(client, nil).AllPages(ctx)
	if err != nil {
		panic(err)
	}

	allFlavors, err := flavors.ExtractFlavors(allPages)
	if err != nil {
		panic(err)
	}

	for _, flavor := range allFlavors {
		fmt.Printf("%+v\n", flavor)
	}

Example to Rename a Flavor

	name := "small-xeon"
	flavor, err := flavors.Update(ctx, client, flavorID, flavors.UpdateOpts{Name: &name}).Extract()
	if err != nil {
		panic(err)
	}

Example to Find and Delete a Flavor

	flavor, err := flavors.Find(ctx, client, "small")
	if err != nil {
		panic(err)
	}

	err = flavors.Delete(ctx, client, flavor.UUID).ExtractErr()
	if err != nil {
		panic(err)
	}
*/
package flavors
