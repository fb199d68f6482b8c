package podmanagers_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

func ExampleCreate() {
	service := exchange.Serve(exchange.Exchange{
		Method: "POST", URI: "/v1/pod_managers", Answer: rowBody,
		Body: `{"authentication":` + authBody + `,"name":"row4","url":"https://podm4.lab:8443"}`,
	})
	defer service.Close()

	podManager, err := podmanagers.Create(context.Background(), service.Client, podmanagers.CreateOpts{
		Name:           "row4",
		URL:            "https://podm4.lab:8443",
		Authentication: podmanagers.Basic("svc-valence", password),
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(podManager.UUID, podManager.Status, podManager.Authentication)
	// Output: 5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11 Online [{basic {svc-valence ***}}]
}

func ExampleAll() {
	service := exchange.Serve(list("[" + rowBody + "," + labBody + "]"))
	defer service.Close()

	for podManager, err := range podmanagers.All(context.Background(), service.Client, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(podManager.Name, podManager.URL)
	}
	// Output:
	// row4 https://podm4.lab:8443
	// lab http://127.0.0.1:8443
}

func ExampleUpdate() {
	service := exchange.Serve(call("PATCH", `{"authentication":`+authBody+`}`, rowBody))
	defer service.Close()

	_, err := podmanagers.Update(context.Background(), service.Client, rowUUID, podmanagers.UpdateOpts{
		Authentication: podmanagers.Basic("svc-valence", password),
	}).Extract()
	fmt.Println("error:", err)
	// Output: error: <nil>
}

func ExampleFind() {
	service := exchange.Serve(list("["+labBody+","+rowBody+"]"), call("GET", "", rowBody), call("DELETE", "", deletedBody))
	defer service.Close()
	ctx, client := context.Background(), service.Client

	podManager, err := podmanagers.Find(ctx, client, "row4")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("deleting", podManager.UUID, podmanagers.Delete(ctx, client, podManager.UUID, nil).ExtractErr())
	// Output: deleting 5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11 <nil>
}

func ExampleDelete() {
	decompose := call("DELETE", "", deletedBody)
	decompose.URI += "?nodes=decompose"
	kept := call("DELETE", "", keptBody)
	kept.Status = 409
	service := exchange.Serve(kept, decompose)
	defer service.Close()
	ctx, client := context.Background(), service.Client

	err := podmanagers.Delete(ctx, client, rowUUID, nil).ExtractErr()
	fmt.Println(err)
	if gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		opts := podmanagers.DeleteOpts{Nodes: podmanagers.NodesDecompose}
		fmt.Println("error:", podmanagers.Delete(ctx, client, rowUUID, opts).ExtractErr())
	}
	// Output:
	// Conflict: it has 2 nodes
	// error: <nil>
}

func ExampleGetPools() {
	pools := call("GET", "", poolsBody)
	pools.URI += "/pools"
	service := exchange.Serve(pools)
	defer service.Close()

	all, err := podmanagers.GetPools(context.Background(), service.Client, rowUUID).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, pool := range all {
		if pool.FreeGiB != nil {
			fmt.Println(pool.Name, "has", *pool.FreeGiB, "GiB left")
		}
	}
	// Output: pool 1 has 8000.5 GiB left
}
