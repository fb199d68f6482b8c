package nodes_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

func ExampleCreate() {
	service := exchange.Serve(
		exchange.Exchange{Method: "POST", URI: "/v1/nodes", Status: 202, Answer: composingBody,
			Body: `{"name":"web-1","podm_id":"` + podmUUID + `","properties":{"memory":{"capacity_mib":"16384"},"processor":{"total_cores":"8"}}}`},
		getWeb(composingBody),
		getWeb(composedBody),
	)
	defer service.Close()
	ctx, client := context.Background(), service.Client

	node, err := nodes.Create(ctx, client, nodes.CreateOpts{
		Name:         "web-1",
		PodManagerID: "5b1c2f0e-8a3d-4d51-9c0b-3f6c0f2b7a11",
		Properties: &valence.Properties{
			Memory:    valence.Memory{CapacityMiB: 16384},
			Processor: valence.Processor{TotalCores: 8},
		},
		Async: true,
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	composed, err := nodes.WaitFor(ctx, client, node.UUID, func(n nodes.Node) {
		fmt.Println(n.Name, "is", n.State)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("power is", composed.PowerState, "since", composed.CreatedAt)
	// Output:
	// web-1 is composing
	// web-1 is composed
	// power is On since 2026-03-01 10:00:00 +0000 UTC
}

func ExampleWaitFor_failed() {
	service := exchange.Serve(getWeb(failedBody))
	defer service.Close()

	_, err := nodes.WaitFor(context.Background(), service.Client, webUUID, nil)
	var failed *nodes.FailedError
	if errors.As(err, &failed) {
		fmt.Println(failed.Node.Failure.Code)
	}
	fmt.Println(err)
	// Output:
	// no_capacity
	// composing node "web-1" (2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10) failed: no free system has 9999999 MiB of memory
}

func ExampleList() {
	service := exchange.Serve(twoPages()...)
	defer service.Close()

	allPages, err := nodes.List(service.Client, nodes.ListOpts{Limit: 1}).AllPages(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	allNodes, err := nodes.ExtractNodes(allPages)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, node := range allNodes {
		fmt.Println(node.UUID, node.Name)
	}
	// Output:
	// 2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10 web-1
	// 87a1c0de-3c55-4d0b-b8b1-0d5f6f1f7b21 db-1
}

func ExampleAll() {
	service := exchange.Serve(twoPages()...)
	defer service.Close()

	for node, err := range nodes.All(context.Background(), service.Client, nodes.ListOpts{Limit: 1}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(node.Name, node.ResourceURI)
	}
	// Output:
	// web-1 Nodes/12
	// db-1 Nodes/13
}

func ExampleFind() {
	service := exchange.Serve(
		exchange.Exchange{Method: "GET", URI: "/v1/nodes?name=web-1", Answer: "[" + webBrief + "]"},
		getWeb(composedBody),
		exchange.Exchange{Method: "GET", URI: "/v1/nodes?name=web-2", Answer: "[]"},
	)
	defer service.Close()

	for _, name := range []string{"web-1", "web-2"} {
		node, err := nodes.Find(context.Background(), service.Client, name)
		var missing *valence.NotFoundError
		switch {
		case errors.As(err, &missing):
			fmt.Println("nothing is called", missing.Name)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(node.Name, "is", node.UUID, "and", node.HealthStatus)
		}
	}
	// Output:
	// web-1 is 2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10 and OK
	// nothing is called web-2
}

func ExampleReset() {
	service := exchange.Serve(
		exchange.Exchange{Method: "POST", URI: "/v1/nodes/" + webUUID + "/action", Body: `{"Reset":{"Type":"ForceOff"}}`, Status: 204},
	)
	defer service.Close()

	err := nodes.Reset(context.Background(), service.Client, webUUID, nodes.ResetForceOff).ExtractErr()
	fmt.Println("error:", err)
	// Output: error: <nil>
}

func ExampleDelete() {
	gone := exchange.Exchange{Method: "DELETE", URI: "/v1/nodes/" + webUUID, Status: 404, Answer: notFoundBody}
	first := gone
	first.Status, first.Answer = 200, deletedBody
	service := exchange.Serve(first, gone)
	defer service.Close()

	for range 2 {
		err := nodes.Delete(context.Background(), service.Client, webUUID).ExtractErr()
		fmt.Println("error:", err)
	}
	// Output:
	// error: <nil>
	// error: Resource could not be found: no node with that uuid: 2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10
}

func ExampleWaitForPower() {
	starting := strings.Replace(composedBody, `"node_power_state": "On"`, `"node_power_state": "PoweringOn"`, 1)
	service := exchange.Serve(actWeb(`{"Reset":{"Type":"On"}}`), getWeb(starting), getWeb(composedBody))
	defer service.Close()
	ctx, client := context.Background(), service.Client

	if err := nodes.Reset(ctx, client, webUUID, nodes.ResetOn).ExtractErr(); err != nil {
		fmt.Println(err)
		return
	}
	_, err := nodes.WaitForPower(ctx, client, webUUID, "On", func(n nodes.Node) {
		fmt.Println("power is", n.PowerState)
	})
	fmt.Println("error:", err)
	// Output:
	// power is PoweringOn
	// power is On
	// error: <nil>
}

func ExampleUpdate() {
	service := exchange.Serve(exchange.Exchange{
		Method: "PATCH", URI: "/v1/nodes/" + webUUID, Body: `{"name":"web-1"}`, Answer: composedBody,
	})
	defer service.Close()

	name := "web-1"
	node, err := nodes.Update(context.Background(), service.Client, webUUID, nodes.UpdateOpts{Name: &name}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(node.Name, "-", node.Description)
	// Output: web-1 - front end
}

func ExampleSetBoot() {
	service := exchange.Serve(actWeb(`{"Boot":{"Enabled":"Once","Target":"Pxe"}}`))
	defer service.Close()

	err := nodes.SetBoot(context.Background(), service.Client, webUUID, nodes.BootOpts{
		Enabled: nodes.BootOnce,
		Target:  "Pxe",
	}).ExtractErr()
	fmt.Println("error:", err)
	// Output: error: <nil>
}

func ExampleAttach() {
	service := exchange.Serve(actWeb(`{"attach":{"resource_id":"scratch"}}`), actWeb(`{"detach":{"resource_id":"scratch"}}`))
	defer service.Close()
	ctx, client := context.Background(), service.Client

	fmt.Println("attached:", nodes.Attach(ctx, client, webUUID, "scratch").ExtractErr())
	fmt.Println("detached:", nodes.Detach(ctx, client, webUUID, "scratch").ExtractErr())
	// Output:
	// attached: <nil>
	// detached: <nil>
}

func ExampleManage() {
	service := exchange.Serve(exchange.Exchange{
		Method: "POST", URI: "/v1/nodes/manage", Body: `{"node_index":"12","podm_id":"` + podmUUID + `"}`, Answer: composedBody,
	})
	defer service.Close()

	node, err := nodes.Manage(context.Background(), service.Client, nodes.ManageOpts{
		Index:        "12",
		PodManagerID: podmUUID,
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(node.Name, "is", node.ResourceURI)
	// Output: web-1 is Nodes/12
}

func ExampleRegister() {
	service := exchange.Serve(exchange.Exchange{
		Method: "POST", URI: "/v1/nodes/" + webUUID + "/register", Body: `{"resource_class":"baremetal"}`, Answer: composedBody,
	})
	defer service.Close()

	node, err := nodes.Register(context.Background(), service.Client, webUUID, nodes.RegisterOpts{
		ResourceClass: "baremetal",
	}).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("managed by", node.ManagedBy)
	// Output: managed by ironic
}

func ExampleGetAssets() {
	service := exchange.Serve(exchange.Exchange{Method: "GET", URI: "/v1/nodes/" + webUUID + "/assets", Answer: assetsBody})
	defer service.Close()

	assets, err := nodes.GetAssets(context.Background(), service.Client, webUUID).Extract()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, drive := range assets.Storage {
		fmt.Println(drive.ResourceURI, drive.Pooled)
	}
	// Output:
	// Chassis/1/Drives/1 true
	// Chassis/1/Drives/2 false
}
