/*
Package nodes composes machines with the Valence service, adopts those that are
composed already, and lists, changes, resets and decomposes them. It knows the
REST API (docs/api.md) and nothing of pod managers or of Redfish.

Example to Compose a Node

	node, err := nodes.Create(ctx, client, nodes.CreateOpts{
		Name:         "web-1",
		PodManagerID: podManagerID,
		Properties: &valence.Properties{
			Memory:    valence.Memory{CapacityMiB: 16384},
			Processor: valence.Processor{TotalCores: 8},
		},
	}).Extract()
	if err != nil {
		panic(err)
	}

Example to Compose a Node From a Flavor and Watch

	node, err := nodes.Create(ctx, client, nodes.CreateOpts{
		Name:         "web-1",
		PodManagerID: podManagerID,
		FlavorID:     flavorID,
		Async:        true,
	}).Extract()
	if err != nil {
		panic(err)
	}

	composed, err := nodes.WaitFor(ctx, client, node.UUID, func(n nodes.Node) {
		fmt.Println(n.Name, "is", n.State)
	})
	if err != nil {
		panic(err)
	}

Example to List Nodes

	allPages, err := nodes.List(client, nodes.ListOpts{PodManagerID: podManagerID}).AllPages(ctx)
	if err != nil {
		panic(err)
	}

	allNodes, err := nodes.ExtractNodes(allPages)
	if err != nil {
		panic(err)
	}

	for _, node := range allNodes {
		fmt.Printf("%+v\n", node)
	}

Example to Walk Through Nodes Without Holding Them All

	for node, err := range nodes.All(ctx, client, nodes.ListOpts{Limit: 500}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(node.Name)
	}

Example to Find a Node by Name or UUID

	node, err := nodes.Find(ctx, client, "web-1")
	var several *valence.AmbiguousError
	if errors.As(err, &several) {
		fmt.Println("which of these?", several.UUIDs)
	}

Example to Switch a Node Off

	err := nodes.Reset(ctx, client, node.UUID, nodes.ResetForceOff).ExtractErr()
	if err != nil {
		panic(err)
	}

Example to Switch a Node On and Wait for It

	err := nodes.Reset(ctx, client, node.UUID, nodes.ResetOn).ExtractErr()
	if err != nil {
		panic(err)
	}

	_, err = nodes.WaitForPower(ctx, client, node.UUID, "On", nil)
	if err != nil {
		panic(err)
	}

Example to Boot a Node From the Network Once

	err := nodes.SetBoot(ctx, client, node.UUID, nodes.BootOpts{
		Enabled: nodes.BootOnce,
		Target:  "Pxe",
	}).ExtractErr()
	if err != nil {
		panic(err)
	}

Example to Attach a Storage

	err := nodes.Attach(ctx, client, node.UUID, "scratch").ExtractErr()
	if err != nil {
		panic(err)
	}

Example to Adopt a Machine and Enrol it With Bare Metal

	node, err := nodes.Manage(ctx, client, nodes.ManageOpts{Index: "12"}).Extract()
	if err != nil {
		panic(err)
	}

	_, err = nodes.Register(ctx, client, node.UUID, nodes.RegisterOpts{}).Extract()
	if err != nil {
		panic(err)
	}

Example to Delete a Node

	err := nodes.Delete(ctx, client, node.UUID).ExtractErr()
	if err != nil {
		panic(err)
	}
*/
package nodes
