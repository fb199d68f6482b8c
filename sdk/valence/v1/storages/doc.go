/*
Package storages makes storages out of the pools of pod managers with the
Valence service, attaches them to nodes, and lists, changes, erases and deletes
them. It knows the REST API and nothing of pod managers or of Redfish.

Example to Create a Storage

	storage, err := storages.Create(ctx, client, storages.CreateOpts{
		Name:        "data",
		CapacityGiB: 100,
		Protocol:    "NVMeOverFabrics",
	}).Extract()
	if err != nil {
		panic(err)
	}

Example to List Storages

	allPages, err := storages.List(client, storages.ListOpts{State: storages.StateAvailable}).AllPages(ctx)
	if err != nil {
		panic(err)
	}

	allStorages, err := storages.ExtractStorages(allPages)
	if err != nil {
		panic(err)
	}

	for _, storage := range allStorages {
		fmt.Printf("%+v\n", storage)
	}

Example to Attach a Storage to a Node

	attachment, err := storages.Attach(ctx, client, nodeID, storage.UUID).Extract()
	if err != nil {
		panic(err)
	}

Example to List What Is Attached to a Node

	for attachment, err := range storages.AllAttachments(ctx, client, nodeID, nil) {
		if err != nil {
			panic(err)
		}
		fmt.Println(attachment.StorageID, attachment.State)
	}

Example to Detach a Storage and Wait Until It Is Erased

	err := storages.Detach(ctx, client, nodeID, storage.UUID).ExtractErr()
	if err != nil {
		panic(err)
	}

	free, err := storages.WaitFor(ctx, client, storage.UUID, nil)
	if err != nil {
		panic(err)
	}

Example to Rename a Storage

	name := "archive"
	storage, err := storages.Update(ctx, client, storageID, storages.UpdateOpts{Name: &name}).Extract()
	if err != nil {
		panic(err)
	}

Example to Find and Delete a Storage

	storage, err := storages.Find(ctx, client, "data")
	if err != nil {
		panic(err)
	}

	err = storages.Delete(ctx, client, storage.UUID).ExtractErr()
	if err != nil {
		panic(err)
	}
*/
package storages
