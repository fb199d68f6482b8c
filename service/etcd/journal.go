package etcd

import (
	"context"
	"fmt"
	"iter"
	"reflect"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// Begin implements service.Journal.
func (s *Store) Begin(ctx context.Context, in service.Intent, n service.Node) (service.Node, bool, error) {
	if in.Kind == service.IntentCompose {
		return s.beginCompose(ctx, in, n)
	}
	return n, true, s.beginDelete(ctx, in, n)
}

func (s *Store) beginCompose(ctx context.Context, in service.Intent, n service.Node) (service.Node, bool, error) {
	if !canonical(n.UUID) {
		return n, false, service.Errorf(service.Invalid, "uuid: %q is not a UUID", n.UUID)
	}
	if !canonical(n.PodManagerID) {
		return n, false, s.podManagers.notFound(n.PodManagerID)
	}
	c, err := s.journalled(nil, in, n)
	if err != nil {
		return n, false, err
	}
	c.ifs = append(c.ifs, exists(s.podManagers.key(n.PodManagerID)))
	for {
		resp, held, err := s.take(ctx, n.UUID, c)
		switch {
		case err != nil:
			return n, false, fmt.Errorf("beginning to compose node %s: %w", n.UUID, err)
		case held:
			return n, false, busy(n.UUID)
		case resp.Succeeded:
			return n, true, nil
		}
		if first, found, err := s.firstUse(ctx, n); found || err != nil {
			return first, false, err
		}
		if _, err := s.podManagers.get(ctx, n.PodManagerID); err != nil {
			return n, false, err
		}
		if _, err := s.nodes.get(ctx, n.UUID); err == nil {
			return n, false, service.Errorf(service.Conflict, "node %s exists already", n.UUID)
		}
		// The idempotency key is judged by firstUse: the node of its first use
		// may just have been forgotten, and then the key is free again.
	}
}

// firstUse finds the node that n's idempotency key was used for.
func (s *Store) firstUse(ctx context.Context, n service.Node) (service.Node, bool, error) {
	if n.IdempotencyKey == "" {
		return service.Node{}, false, nil
	}
	resp, err := s.read(ctx, s.idempotencyKey(n))
	if err != nil || len(resp.Kvs) == 0 {
		return service.Node{}, false, err
	}
	first, err := s.nodes.get(ctx, string(resp.Kvs[0].Value))
	if service.CodeOf(err) == service.NotFound {
		return service.Node{}, false, nil
	}
	return first.value, err == nil, err
}

func (s *Store) beginDelete(ctx context.Context, in service.Intent, n service.Node) error {
	for {
		old, err := s.nodes.get(ctx, n.UUID)
		if err != nil {
			return err
		}
		c, err := s.journalled(&old, in, n)
		if err != nil {
			return err
		}
		c.ifs = append(c.ifs, absent(s.intents.key(n.UUID)))
		resp, held, err := s.take(ctx, n.UUID, c)
		switch {
		case err != nil:
			return fmt.Errorf("beginning to delete node %s: %w", n.UUID, err)
		case held:
			return busy(n.UUID)
		case resp.Succeeded:
			return nil
		}
		if _, err := s.intents.get(ctx, n.UUID); err == nil {
			return busy(n.UUID)
		}
		if err := s.taken(ctx, c); err != nil {
			return err
		}
	}
}

// journalled is the change that writes a node together with its intent.
func (s *Store) journalled(old *row[service.Node], in service.Intent, n service.Node) (change, error) {
	if in.NodeUUID != n.UUID {
		return change{}, fmt.Errorf("an intent for node %q comes with node %q", in.NodeUUID, n.UUID)
	}
	c, err := s.nodes.replace(old, &n)
	if err != nil {
		return c, err
	}
	put, err := s.intents.put(in)
	c.then = append(c.then, put)
	return c, err
}

// Advance implements service.Journal. It may be repeated after an error.
func (s *Store) Advance(ctx context.Context, in service.Intent, n service.Node) error {
	_, err := s.write(ctx, n.UUID, func(old *row[service.Node]) (change, error) {
		if old == nil {
			return change{}, notOurs(n.UUID)
		}
		return s.journalled(old, in, n)
	})
	return err
}

// Finish implements service.Journal. It may be repeated after an error: an
// earlier write of the same node whose answer was lost is recognised.
func (s *Store) Finish(ctx context.Context, n service.Node) error {
	return s.end(ctx, n.UUID, &n)
}

// Forget implements service.Journal. It may be repeated after an error.
func (s *Store) Forget(ctx context.Context, nodeUUID string) error {
	return s.end(ctx, nodeUUID, nil)
}

// end writes the last of a piece of work: a node, or nil for none.
func (s *Store) end(ctx context.Context, nodeUUID string, n *service.Node) error {
	if _, err := s.fence(nodeUUID); err != nil {
		return err
	}
	found, err := s.write(ctx, nodeUUID, func(old *row[service.Node]) (change, error) {
		if old == nil {
			return change{}, notOurs(nodeUUID)
		}
		c, err := s.nodes.replace(old, n)
		c.then = append(c.then, clientv3.OpDelete(s.intents.key(nodeUUID)), clientv3.OpDelete(s.holdKey(nodeUUID)))
		return c, err
	})
	if service.CodeOf(err) == service.Conflict && s.ended(ctx, found, nodeUUID, n) {
		err = nil
	}
	if err == nil {
		s.keep(nodeUUID, 0)
	}
	return err
}

// ended says whether the work on a node is over with the result that was to be
// written. Found is the node as it was read last.
func (s *Store) ended(ctx context.Context, found *row[service.Node], nodeUUID string, n *service.Node) bool {
	if _, err := s.intents.get(ctx, nodeUUID); service.CodeOf(err) != service.NotFound {
		return false
	}
	if found == nil || n == nil {
		return found == nil && n == nil
	}
	wanted, err := s.nodes.clone(*n)
	return err == nil && reflect.DeepEqual(wanted, found.value)
}

// write runs the change that edit gives for the node as it is, while the node
// is held by this process. It returns the node as it was read last.
func (s *Store) write(ctx context.Context, nodeUUID string, edit func(old *row[service.Node]) (change, error)) (*row[service.Node], error) {
	fence, err := s.fence(nodeUUID)
	if err != nil {
		return nil, err
	}
	for {
		old, err := s.found(ctx, nodeUUID)
		if err != nil {
			return nil, err
		}
		c, err := edit(old)
		if err != nil {
			return old, err
		}
		hold := unchanged(s.holdKey(nodeUUID), fence)
		c.ifs = append(c.ifs, hold)
		c.orElse = []clientv3.Op{clientv3.OpTxn([]clientv3.Cmp{hold}, nil, nil)}
		resp, err := s.commit(ctx, c)
		if err != nil {
			return old, fmt.Errorf("writing node %s: %w", nodeUUID, err)
		}
		if resp.Succeeded {
			return old, nil
		}
		if ours := resp.Responses[0].GetResponseTxn().Succeeded; !ours {
			s.keep(nodeUUID, 0)
			return old, notOurs(nodeUUID)
		}
		if err := s.taken(ctx, c); err != nil {
			return old, err
		}
	}
}

// found is the row of a node, or nil.
func (s *Store) found(ctx context.Context, nodeUUID string) (*row[service.Node], error) {
	r, err := s.nodes.get(ctx, nodeUUID)
	if service.CodeOf(err) == service.NotFound {
		return nil, nil
	}
	return &r, err
}

// Intents implements service.Journal.
func (s *Store) Intents(ctx context.Context) iter.Seq2[service.Intent, error] {
	return s.intents.list(ctx)
}

// Claim implements service.Journal.
func (s *Store) Claim(ctx context.Context, nodeUUID string) (in service.Intent, n service.Node, claimed bool, err error) {
	if !canonical(nodeUUID) {
		return in, n, false, nil
	}
	resp, _, err := s.take(ctx, nodeUUID, change{
		ifs:  []clientv3.Cmp{exists(s.intents.key(nodeUUID)), exists(s.nodes.key(nodeUUID))},
		then: []clientv3.Op{clientv3.OpGet(s.intents.key(nodeUUID)), clientv3.OpGet(s.nodes.key(nodeUUID))},
	})
	if err != nil {
		return in, n, false, fmt.Errorf("claiming node %s: %w", nodeUUID, err)
	}
	if !resp.Succeeded {
		return in, n, false, nil
	}
	intent, err := s.intents.decode(resp.Responses[0].GetResponseRange().Kvs[0])
	if err == nil {
		var node row[service.Node]
		node, err = s.nodes.decode(resp.Responses[1].GetResponseRange().Kvs[0])
		n = node.value
	}
	if err != nil {
		s.letGo(nodeUUID)
	}
	return intent.value, n, err == nil, err
}
