/*
Package podmanagers registers pod managers, which own the hardware that nodes
are composed of, with the Valence service. It knows the REST API (docs/api.md)
and never talks to a pod manager itself.

Example to Register a Pod Manager

	podManager, err := podmanagers.Create(ctx, client, podmanagers.CreateOpts{
		Name:           "row4",
		URL:            "https://podm4.lab:8443",
		Authentication: podmanagers.Basic("svc-valence", password),
	}).Extract()
	if err != nil {
		panic(err)
	}

Example to List Pod Managers

	allPages, err := podmanagers.List(client, nil).AllPages(ctx)
	if err != nil {
		panic(err)
	}

	allPodManagers, err := podmanagers.ExtractPodManagers(allPages)
	if err != nil {
		panic(err)
	}

	for _, podManager := range allPodManagers {
		fmt.Printf("%+v\n", podManager)
	}

Example to Change the Password

	_, err := podmanagers.Update(ctx, client, podManagerID, podmanagers.UpdateOpts{
		Authentication: podmanagers.Basic("svc-valence", newPassword),
	}).Extract()
	if err != nil {
		panic(err)
	}

Example to Find and Delete a Pod Manager

	podManager, err := podmanagers.Find(ctx, client, "row4")
	if err != nil {
		panic(err)
	}

	err = podmanagers.Delete(ctx, client, podManager.UUID, nil).ExtractErr()
	if err != nil {
		panic(err)
	}

Example to Delete a Pod Manager and Decompose its Nodes

	err := podmanagers.Delete(ctx, client, podManagerID, podmanagers.DeleteOpts{
		Nodes: podmanagers.NodesDecompose,
	}).ExtractErr()
	if err != nil {
		panic(err)
	}

Example to See How Much Storage is Left

	pools, err := podmanagers.GetPools(ctx, client, podManagerID).Extract()
	if err != nil {
		panic(err)
	}

	for _, pool := range pools {
		if pool.FreeGiB != nil {
			fmt.Println(pool.Name, *pool.FreeGiB)
		}
	}
*/
package podmanagers
