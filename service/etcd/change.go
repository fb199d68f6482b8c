package etcd

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// change is a transaction in the making. It must not be able to happen twice:
// at least one of its guards stops holding once it has happened.
type change struct {
	guards  []guard
	then    []clientv3.Op
	ledgers []*ledger // of the tables that it writes
	// happened says whether the change was made by a try whose answer was
	// lost, and at which revision. Nil where refused says enough.
	happened func(ctx context.Context) (rev int64, yes bool, err error)
}

// guard is a condition of a change.
type guard struct {
	key string
	cmp clientv3.Cmp
	// refusal is what to tell the caller where the condition does not hold.
	// Nil means that somebody else wrote first, and the change has to be made
	// again from what is there now.
	refusal error
}

// outcome is what became of a change.
type outcome struct {
	done    bool
	rev     int64  // where it is done: the revision it was made at
	refused *guard // where it is not: the first guard that does not hold
}

// stale says whether the change is to be made again from what is there now.
func (o outcome) stale() bool { return !o.done && o.refused.refusal == nil }

// commit makes a change, once, however often its answer is lost on the way.
// An error leaves it open whether it was made.
func (s *Store) commit(ctx context.Context, c change) (outcome, error) {
	ifs, then, otherwise := c.ops()
	if s.shared { // nobody else has to be told otherwise
		for _, l := range c.ledgers {
			then = append(then, clientv3.OpPut(l.key, ""))
		}
	}
	var resp *clientv3.TxnResponse
	tries := 0
	err := s.try(ctx, func(ctx context.Context) (err error) {
		tries++
		resp, err = s.client.Txn(ctx).If(ifs...).Then(then...).Else(otherwise...).Commit()
		return err
	})
	if err != nil {
		return outcome{}, err
	}
	out := outcome{done: resp.Succeeded, rev: resp.Header.Revision}
	if !out.done && tries > 1 && c.happened != nil {
		out.rev, out.done, err = c.happened(ctx)
	}
	if err != nil {
		return outcome{}, err
	}
	if !out.done {
		out.refused = c.firstBroken(resp.Responses)
		return out, nil
	}
	for _, l := range c.ledgers {
		l.require(out.rev)
	}
	return out, nil
}

// ops is the change in etcd's words. Where it is not made, the answer says of
// each guard but the last whether it holds.
func (c change) ops() (ifs []clientv3.Cmp, then, otherwise []clientv3.Op) {
	for i, g := range c.guards {
		ifs = append(ifs, g.cmp)
		if i < len(c.guards)-1 {
			otherwise = append(otherwise, clientv3.OpTxn([]clientv3.Cmp{g.cmp}, nil, nil))
		}
	}
	return ifs, slices.Clip(c.then), otherwise
}

func (c change) firstBroken(answers []*pb.ResponseOp) *guard {
	for i, a := range answers {
		if !a.GetResponseTxn().GetSucceeded() {
			return &c.guards[i]
		}
	}
	return &c.guards[len(answers)] // the last one, or it would have been made
}

// and adds another change to a change.
func (c change) and(d change) change {
	c.guards = append(slices.Clip(c.guards), d.guards...)
	c.then = append(slices.Clip(c.then), d.then...)
	for _, l := range d.ledgers {
		if !slices.Contains(c.ledgers, l) {
			c.ledgers = append(slices.Clip(c.ledgers), l)
		}
	}
	return c
}

// newStamp is a mark by which a write is recognised.
func newStamp() string { return strconv.FormatUint(rand.Uint64(), 36) }

// exists is true while there is a value at key.
func exists(key string) clientv3.Cmp { return clientv3.Compare(clientv3.ModRevision(key), ">", 0) }

// absent is true while there is no value at key.
func absent(key string) clientv3.Cmp { return unchanged(key, 0) }

// noneUnder is true while no key begins with prefix.
func noneUnder(prefix string) clientv3.Cmp { return absent(prefix).WithPrefix() }

// unchanged is true while nobody has written key since revision rev; 0 is the
// revision of a key without a value.
func unchanged(key string, rev int64) clientv3.Cmp {
	return clientv3.Compare(clientv3.ModRevision(key), "=", rev)
}
