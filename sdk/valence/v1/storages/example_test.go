package storages_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

func ExampleCreate() {
	service := exchange.Serve(exchange.Exchange{
		Method: "POST", URI: "/v1/storages", Answer: dataBody,
		Body: `{"capacity_gib":10,"erase_on_detach":true,"name":"data","protocol":"NVMeOverFabrics"}`,
	})
	defer service.Close()

	storage, err := storages.Create(context.Background(), service.Client, storages.CreateOpts{
		Name:          "data",
		CapacityGiB:   10,
		Protocol:      "NVMeOverFabrics",
		EraseOnDetach: true,
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(storage.Name, "has", storage.CapacityGiB, "GiB of", storage.Pool)
	// Output: data has 10.5 GiB of StorageServices/1/StoragePools/1
}

func ExampleAll() {
	service := exchange.Serve(list("?state=available", "["+dataBody+","+logsBody+"]"))
	defer service.Close()

	opts := storages.ListOpts{State: storages.StateAvailable}
	for storage, err := range storages.All(context.Background(), service.Client, opts) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(storage.Name, storage.CapacityGiB)
	}
	// Output:
	// data 10.5
	// logs 1
}

func ExampleAttach() {
	service := exchange.Serve(attached("POST", "", `{"volumeId":"`+dataUUID+`"}`, attachmentBody))
	defer service.Close()

	attachment, err := storages.Attach(context.Background(), service.Client, nodeUUID, dataUUID).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(attachment.Device, "is", attachment.State)
	// Output: StorageServices/1/Volumes/1 is attached
}

func ExampleDetach() {
	service := exchange.Serve(attached("DELETE", "/"+logsUUID, "", deletedBody), get(logsIn("erasing")), get(logsIn("available")))
	defer service.Close()
	ctx, client := context.Background(), service.Client

	if err := storages.Detach(ctx, client, nodeUUID, logsUUID).ExtractErr(); err != nil {
		fmt.Println(err)
		return
	}
	_, err := storages.WaitFor(ctx, client, logsUUID, func(s storages.Storage) { fmt.Println(s.Name, "is", s.State) })
	fmt.Println("error:", err)
	// Output:
	// logs is erasing
	// logs is available
	// error: <nil>
}

func ExampleUpdate() {
	service := exchange.Serve(call("PATCH", dataUUID, `{"description":"of the web"}`, dataBody))
	defer service.Close()

	description := "of the web"
	storage, err := storages.Update(context.Background(), service.Client, dataUUID, storages.UpdateOpts{Description: &description}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(storage.Description, storage.UpdatedAt)
	// Output: of the web 2026-03-02 10:00:00 +0000 UTC
}

func ExampleFind() {
	service := exchange.Serve(
		list("?name=data", "["+dataBody+"]"), call("GET", dataUUID, "", dataBody),
		call("DELETE", dataUUID, "", deletedBody), list("?name=data", "[]"),
	)
	defer service.Close()
	ctx, client := context.Background(), service.Client

	storage, err := storages.Find(ctx, client, "data")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("deleting", storage.UUID, storages.Delete(ctx, client, storage.UUID).ExtractErr())

	_, err = storages.Find(ctx, client, "data")
	var missing *valence.NotFoundError
	fmt.Println(errors.As(err, &missing), err)
	// Output:
	// deleting 5d0f8a51-9a77-4c0c-8c1e-2b7c1f0e6a01 <nil>
	// true no storage is named "data"
}
