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
	begun, err := s.beginEnd(ctx, in, n)
	return begun, err == nil, err
}

func (s *Store) beginCompose(ctx context.Context, in service.Intent, n service.Node) (service.Node, bool, error) {
	registered, err := s.registered(n.PodManagerID)
	if err != nil {
		return n, false, err
	}
	c, err := s.nodes.added(n)
	if err == nil {
		c, err = s.journalled(c, in, n)
	}
	if err != nil {
		return n, false, err
	}
	c.guards = append([]guard{registered}, c.guards...)
	for {
		out, err := s.take(ctx, s.nodeHold(n.UUID), c)
		if err != nil {
			return n, false, fmt.Errorf("beginning to compose node %s: %w", n.UUID, err)
		}
		if out.done {
			return n, true, nil
		}
		first, found, err := firstUse(ctx, s.nodes, n.IdempotencyKey, s.nodeIdempotency(n))
		if found || err != nil {
			return first, false, err
		}
		if out.refused.key != s.nodeIdempotency(n) { // else the first one has just been forgotten
			return n, false, out.refused.refusal
		}
	}
}

// beginEnd begins to delete or to forget a node. What n does not say of the work
// itself is as it is stored: it may have been changed since n was read.
func (s *Store) beginEnd(ctx context.Context, in service.Intent, begun service.Node) (service.Node, error) {
	for {
		old, err := s.nodes.get(ctx, begun.UUID)
		if err != nil {
			return begun, err
		}
		n := old.value
		n.State, n.Step, n.UpdatedAt = begun.State, begun.Step, begun.UpdatedAt
		c, err := s.nodes.replaced(old, n)
		if err == nil {
			c, err = s.journalled(c, in, n)
		}
		if err != nil {
			return n, err
		}
		c.guards = append([]guard{s.settled(n.UUID)}, c.guards...)
		out, err := s.take(ctx, s.nodeHold(n.UUID), c)
		switch {
		case err != nil:
			return n, fmt.Errorf("beginning to delete node %s: %w", n.UUID, err)
		case out.done:
			return n, nil
		case !out.stale():
			return n, out.refused.refusal
		}
	}
}

// journalled adds the intent to the change that writes its node.
func (s *Store) journalled(c change, in service.Intent, n service.Node) (change, error) {
	if in.NodeUUID != n.UUID {
		return c, fmt.Errorf("an intent for node %q comes with node %q", in.NodeUUID, n.UUID)
	}
	value, err := s.intents.encode(in, newStamp())
	return c.and(change{
		then:    []clientv3.Op{clientv3.OpPut(s.intents.key(n.UUID), value)},
		ledgers: []*ledger{&s.intents.ledger},
	}), err
}

// Advance implements service.Journal. It may be repeated after an error.
func (s *Store) Advance(ctx context.Context, in service.Intent, n service.Node) error {
	_, err := s.write(ctx, n.UUID, func(old row[service.Node]) (change, error) {
		c, err := s.nodes.replaced(old, n)
		if err != nil {
			return c, err
		}
		return s.journalled(c, in, n)
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
	h := s.nodeHold(nodeUUID)
	if len(s.fenced(h)) == 0 {
		return h.notOurs()
	}
	found, err := s.write(ctx, nodeUUID, func(old row[service.Node]) (c change, err error) {
		if n == nil {
			c = s.nodes.removed(old)
		} else if c, err = s.nodes.replaced(old, *n); err != nil {
			return c, err
		}
		return c.and(change{
			then: []clientv3.Op{
				clientv3.OpDelete(s.intents.key(nodeUUID)),
				clientv3.OpDelete(s.orderKey(nodeUUID)),
				clientv3.OpDelete(h.key),
			},
			ledgers: []*ledger{&s.intents.ledger},
		}), nil
	})
	if service.CodeOf(err) == service.Conflict && s.ended(ctx, found, nodeUUID, n) {
		err = nil
	}
	if err == nil {
		s.keep(h, 0)
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
	wanted, err := s.nodes.edited(*n, func(*service.Node) error { return nil })
	return err == nil && reflect.DeepEqual(wanted, found.value)
}

// write makes the change that edit gives for the node as it is, while the node
// is held by this process. It returns the node as it was read last.
func (s *Store) write(ctx context.Context, nodeUUID string, edit func(old row[service.Node]) (change, error)) (*row[service.Node], error) {
	h := s.nodeHold(nodeUUID)
	for {
		fence := s.fenced(h)
		old, err := s.nodes.found(ctx, nodeUUID)
		switch {
		case err != nil:
			return nil, err
		case len(fence) == 0 || old == nil:
			return old, h.notOurs()
		}
		c, err := edit(*old)
		if err != nil {
			return old, err
		}
		c.guards = append(fence, c.guards...)
		out, err := s.commit(ctx, c)
		switch {
		case err != nil:
			return old, fmt.Errorf("writing node %s: %w", nodeUUID, err)
		case out.done:
			return old, nil
		case out.refused.key == h.key:
			s.keep(h, 0)
		}
		if !out.stale() {
			return old, out.refused.refusal
		}
	}
}

// Intents implements service.Journal.
func (s *Store) Intents(ctx context.Context) iter.Seq2[service.Intent, error] {
	return s.intents.list(ctx, "", nil)
}

// Claim implements service.Journal.
func (s *Store) Claim(ctx context.Context, nodeUUID string) (in service.Intent, n service.Node, claimed bool, err error) {
	if !canonical(nodeUUID) {
		return in, n, false, nil
	}
	intent, node := s.intents.key(nodeUUID), s.nodes.key(nodeUUID)
	out, err := s.take(ctx, s.nodeHold(nodeUUID), change{guards: []guard{
		{key: intent, cmp: exists(intent)}, {key: node, cmp: exists(node)},
	}})
	if err != nil {
		return in, n, false, fmt.Errorf("claiming node %s: %w", nodeUUID, err)
	}
	if !out.done {
		return in, n, false, nil
	}
	// From here on nobody else writes them.
	i, err := s.intents.get(ctx, nodeUUID)
	if err == nil {
		var r row[service.Node]
		r, err = s.nodes.get(ctx, nodeUUID)
		n = r.value
	}
	if err != nil {
		s.letGo(s.nodeHold(nodeUUID))
	}
	return i.value, n, err == nil, err
}
