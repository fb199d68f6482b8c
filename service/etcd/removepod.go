package etcd

import (
	"context"
	"fmt"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// deviceBatch is how many devices are removed at once: each has three keys,
// and etcd by default allows 128 operations in a transaction.
const deviceBatch = 40

// DeletePodManager implements service.PodManagers. A Begin at the same time
// either comes first, and its node is seen here, or finds no pod manager.
func (s *Store) DeletePodManager(ctx context.Context, uuid string) error {
	if _, err := s.podManagers.get(ctx, uuid); err != nil {
		return err
	}
	empty := []guard{
		{s.nodesOn(uuid), noneUnder(s.nodesOn(uuid)), service.Errorf(service.Conflict, "pod manager %s still has nodes: delete them first", uuid)},
		{s.volumesOn(uuid), noneUnder(s.volumesOn(uuid)), service.Errorf(service.Conflict, "pod manager %s still has volumes: delete them first", uuid)},
	}
	noDevices := guard{s.devicesOn(uuid), noneUnder(s.devicesOn(uuid)), service.Errorf(service.Conflict, "pod manager %s has got new devices", uuid)}
	for {
		err := s.removeDevices(ctx, uuid, empty)
		if err != nil {
			return err
		}
		err = s.removePodManager(ctx, uuid, append(empty, noDevices)...)
		if err != noDevices.refusal { //nolint:errorlint // this very refusal means: once more
			return err
		}
	}
}

// removePodManager removes the record and what is kept of the hardware, while
// the conditions hold.
func (s *Store) removePodManager(ctx context.Context, uuid string, while ...guard) error {
	for {
		old, err := s.podManagers.get(ctx, uuid)
		if err != nil {
			return err
		}
		c := s.podManagers.removed(old)
		gone, err := s.snapshotRemoved(ctx, uuid)
		if err != nil {
			return err
		}
		c = c.and(gone)
		c.guards = append(c.guards, while...)
		out, err := s.commit(ctx, c)
		switch {
		case err != nil:
			return fmt.Errorf("deleting pod manager %s: %w", uuid, err)
		case out.done:
			s.forgetPieces(ctx, uuid)
			return nil
		case !out.stale():
			return out.refused.refusal
		}
	}
}

// removeDevices removes the devices of a pod manager, in batches, while the
// conditions hold.
func (s *Store) removeDevices(ctx context.Context, podManagerUUID string, while []guard) error {
	for {
		keys, err := s.read(ctx, s.devicesOn(podManagerUUID), clientv3.WithPrefix(), clientv3.WithLimit(deviceBatch))
		if err != nil {
			return fmt.Errorf("listing the devices of pod manager %s: %w", podManagerUUID, err)
		}
		if len(keys.Kvs) == 0 {
			return nil
		}
		devices, err := s.devicesAt(ctx, keys.Kvs)
		if err != nil {
			return fmt.Errorf("reading the devices of pod manager %s: %w", podManagerUUID, err)
		}
		batch := change{guards: while}
		for _, d := range devices {
			batch = batch.and(s.devices.removed(d))
		}
		out, err := s.commit(ctx, batch)
		if err != nil {
			return fmt.Errorf("deleting the devices of pod manager %s: %w", podManagerUUID, err)
		}
		if !out.done && !out.stale() {
			return out.refused.refusal
		}
	}
}

// devicesAt reads the devices that some index keys belong to.
func (s *Store) devicesAt(ctx context.Context, indexes []*mvccpb.KeyValue) ([]row[service.Device], error) {
	var gets []clientv3.Op
	for _, kv := range indexes {
		gets = append(gets, clientv3.OpGet(s.devices.key(string(kv.Value))))
	}
	var resp *clientv3.TxnResponse
	err := s.try(ctx, func(ctx context.Context) (err error) {
		resp, err = s.client.Txn(ctx).Then(gets...).Commit()
		return err
	})
	if err != nil {
		return nil, err
	}
	var rows []row[service.Device]
	for _, answer := range resp.Responses {
		for _, kv := range answer.GetResponseRange().Kvs {
			r, err := s.devices.decode(kv)
			if err != nil {
				return nil, err
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}
