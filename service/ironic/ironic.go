package ironic

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"

	"github.com/valence-rsd/valence/service"
)

// How often something is tried while Ironic works on the node, and how long it
// is waited in between: together with Ironic's own patience about 20 s. Its own
// clients do the same.
const (
	lockedTries = 5
	lockedWait  = 2 * time.Second
)

// undoTimeout bounds the removal of a node that could not be registered. The
// caller may have given up already.
const undoTimeout = 10 * time.Second

// Provisioner is a service.Provisioner over one Ironic. It may be used by many
// goroutines at once.
type Provisioner struct {
	o    Options
	http http.Client
	wait time.Duration // lockedWait

	gate   chan struct{}              // a lock that can be waited for with a context
	client *gophercloud.ServiceClient // nil before the first sign-in
}

// New makes a Provisioner. It connects to nothing yet; its errors are about the
// options and the files that they name.
func New(o Options) (*Provisioner, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	client, err := o.httpClient()
	if err != nil {
		return nil, err
	}
	return &Provisioner{o: o, http: client, wait: lockedWait, gate: make(chan struct{}, 1)}, nil
}

// Name is "ironic".
func (p *Provisioner) Name() string { return "ironic" }

// Register enrols a node, in Ironic's state enroll, with its ports. The node's
// name there is its own; where Ironic refuses that, because another has it or
// because of its letters, it is followed by the beginning of the UUID. Of a node
// that is there already only what Valence knows is changed: what others added
// to its driver_info, properties and extra stays, ports of interfaces that the
// machine does not have go. A node that cannot be given its ports is removed
// again, if this call made it.
func (p *Provisioner) Register(ctx context.Context, e service.Enrolment) error {
	doc, err := describe(e, p.o.VerifyCA)
	if err != nil {
		return err
	}
	c, err := p.begin(ctx, doc.secrets())
	if err != nil {
		return err
	}
	there, err := c.node(ctx, e.Node.UUID)
	if err != nil {
		return c.trouble(ctx, "looking for the node in Ironic", err)
	}
	if there == nil {
		err = c.create(ctx, doc, names(e.Node))
	} else {
		err = c.update(ctx, *there, doc, names(e.Node))
	}
	if err != nil {
		return err
	}
	if err := c.matchPorts(ctx, e.Node.UUID, addresses(e.Machine)); err != nil {
		if there == nil {
			c.undo(ctx, e.Node.UUID)
		}
		return err
	}
	c.log.InfoContext(ctx, "registered a node with Ironic", "node", e.Node.UUID, "new", there == nil)
	return nil
}

// Deregister removes a node; Ironic removes its ports with it. Ironic refuses to
// while the node is in use.
func (p *Provisioner) Deregister(ctx context.Context, nodeUUID string) error {
	c, err := p.begin(ctx, nil)
	if err != nil {
		return err
	}
	err = c.patiently(ctx, func() error { return nodes.Delete(ctx, c.client, nodeUUID).ExtractErr() })
	if notFound(err) {
		return nil
	}
	if err != nil {
		return c.trouble(ctx, "removing the node from Ironic", err)
	}
	c.log.InfoContext(ctx, "removed a node from Ironic", "node", nodeUUID)
	return nil
}

// call is one call of a Provisioner.
type call struct {
	client  *gophercloud.ServiceClient
	secrets secrets
	wait    time.Duration
	log     *slog.Logger
}

// begin signs in. secrets are what no error of the call may contain.
func (p *Provisioner) begin(ctx context.Context, hidden secrets) (*call, error) {
	c := &call{wait: p.wait, log: p.o.Logger, secrets: append(hidden, p.o.Password, basic(p.o.Username, p.o.Password))}
	client, err := p.connected(ctx)
	if err != nil {
		return nil, c.trouble(ctx, "connecting to Ironic", err)
	}
	c.client = client
	return c, nil
}

// patiently tries again while the node is locked, which it is as long as Ironic
// works on it.
func (c *call) patiently(ctx context.Context, try func() error) error {
	for tries := 1; ; tries++ {
		err := try()
		if !locked(err) || tries == lockedTries {
			return err
		}
		c.log.DebugContext(ctx, "a node is locked in Ironic", "tries", tries)
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for a locked node: %w", ctx.Err())
		case <-time.After(c.wait):
		}
	}
}
