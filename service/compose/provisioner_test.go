package compose_test

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/valence-rsd/valence/service"
)

// provisioner is one that outlives the processes of a test. The one for the
// Bare Metal API is tested before the real service, in its own package.
type provisioner struct {
	gate chan struct{} // a Register waits until it is closed, if there

	mu       sync.Mutex
	enrolled map[string]service.Enrolment // by node
	fails    []error                      // of the next calls
}

func newProvisioner() *provisioner { return &provisioner{enrolled: map[string]service.Enrolment{}} }

func (*provisioner) Name() string { return "tests" }

// Register fails half way through, as when a port is refused.
func (p *provisioner) Register(_ context.Context, e service.Enrolment) error {
	if p.gate != nil {
		<-p.gate
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.enrolled[e.Node.UUID] = e
	return p.next()
}

func (p *provisioner) Deregister(_ context.Context, nodeUUID string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.next(); err != nil {
		return err
	}
	delete(p.enrolled, nodeUUID)
	return nil
}

func (p *provisioner) failNext(errs ...error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails = append(p.fails, errs...)
}

func (p *provisioner) next() error {
	if len(p.fails) == 0 {
		return nil
	}
	err := p.fails[0]
	p.fails = p.fails[1:]
	return err
}

// nodes are those that are enrolled.
func (p *provisioner) nodes() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.enrolled))
}

func (p *provisioner) enrolment(nodeUUID string) service.Enrolment {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.enrolled[nodeUUID]
}
