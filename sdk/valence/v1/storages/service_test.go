package storages_test

import (
	"errors"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
	"github.com/valence-rsd/valence/test/stack"
)

// TestLife takes a storage through its life on a real service and pod.
func TestLife(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	pod := s.AddPod("pod", podsim.Options{EraseDelay: 200 * time.Millisecond})
	client, err := valence.NewClient(s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	node, err := nodes.Create(ctx, client, nodes.CreateOpts{Name: "web"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	opts := storages.CreateOpts{Name: "data", CapacityGiB: 3, Protocol: "NVMeOverFabrics", IdempotencyKey: "k"}
	made, err := storages.Create(ctx, client, opts).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := storages.Create(ctx, client, opts).Extract(); err != nil || again.UUID != made.UUID {
		t.Errorf("a repeated Create: %+v, %v", again, err)
	}
	if renamed, err := storages.Update(ctx, client, made.UUID, storages.UpdateOpts{Name: new("db"), EraseOnDetach: new(true)}).Extract(); err != nil || renamed.Name != "db" || !renamed.EraseOnDetach {
		t.Errorf("update: %+v, %v", renamed, err)
	}
	if put, err := storages.Attach(ctx, client, node.UUID, made.UUID).Extract(); err != nil || put.State != storages.StateAttached {
		t.Errorf("attach: %+v, %v", put, err)
	}
	if shown, err := storages.GetAttachment(ctx, client, node.UUID, made.UUID).Extract(); err != nil || shown.NodeID != node.UUID {
		t.Errorf("show the attachment: %+v, %v", shown, err)
	}
	filter := storages.ListOpts{NodeID: node.UUID, Filters: map[string]string{"capacity_gib": "3"}}
	for found, err := range storages.All(ctx, client, filter) {
		if err != nil || found.UUID != made.UUID || found.State != storages.StateAttached {
			t.Errorf("list: %+v, %v", found, err)
		}
	}
	if err := storages.Detach(ctx, client, node.UUID, made.UUID).ExtractErr(); err != nil {
		t.Errorf("detach: %v", err)
	}
	free, err := storages.WaitFor(ctx, client, made.UUID, nil)
	if err != nil || free.State != storages.StateAvailable || free.Erased == nil || !*free.Erased || free.Health != "OK" {
		t.Errorf("after the erasure: %+v, %v", free, err)
	}
	if err := storages.Erase(ctx, client, made.UUID).ExtractErr(); err != nil {
		t.Errorf("erase: %v", err)
	}
	if err := storages.Delete(ctx, client, made.UUID).ExtractErr(); err != nil || len(pod.Volumes()) != 0 {
		t.Errorf("delete: %v, the pod has %v", err, pod.Volumes())
	}
	_, err = storages.Find(ctx, client, "db")
	if _, ok := errors.AsType[*valence.NotFoundError](err); !ok {
		t.Errorf("find what is gone: %v", err)
	}
}
