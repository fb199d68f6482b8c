package composition

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// size is what a block contributes to a system.
type size struct {
	processors []processorDocument
	memory     []memoryDocument
}

// known is a size and how long it is believed. Hardware is not changed often,
// but it is changed.
type known struct {
	size
	parts string // what the block linked
	until time.Time
}

// believed is how long a size is.
const believed = 10 * time.Minute

// ordinary says whether a processor runs the system. Some do not say.
func (d processorDocument) ordinary() bool { return d.Kind == "" || d.Kind == "CPU" }

// cores is the sum of the cores of the ordinary processors.
func (s size) cores() (n int) {
	for _, p := range s.processors {
		if p.ordinary() && p.TotalCores.Value != nil {
			n += *p.TotalCores.Value
		}
	}
	return n
}

func (s size) mib() (n int) {
	for _, m := range s.memory {
		if m.CapacityMiB.Value != nil {
			n += *m.CapacityMiB.Value
		}
	}
	return n
}

// isModel says whether all its ordinary processors are of a model, and there
// are any. An empty model is any.
func (s size) isModel(model string) bool {
	other := func(p processorDocument) bool { return p.ordinary() && !strings.EqualFold(p.Model, model) }
	return model == "" || s.cores() > 0 && !slices.ContainsFunc(s.processors, other)
}

func (s size) isMemory(kind string) bool {
	other := func(m memoryDocument) bool { return !strings.EqualFold(m.Type, kind) }
	return kind == "" || s.mib() > 0 && !slices.ContainsFunc(s.memory, other)
}

func (s size) plus(o size) size {
	return size{slices.Concat(s.processors, o.processors), slices.Concat(s.memory, o.memory)}
}

// sizeOf reads how large a block is, unless that is known.
func (p *pod) sizeOf(ctx context.Context, s redfish.Survey, b block) (size, error) {
	parts := strings.Join(p.Client.RefsOf(b.doc.Processors, b.doc.Memory, b.doc.ComputerSystems), " ")
	if k, ok := p.sizes.Load(b.ref); ok && k.(known).parts == parts && time.Now().Before(k.(known).until) {
		return k.(known).size, nil
	}
	made, err := p.measure(ctx, s, b)
	if err == nil {
		p.sizes.Store(b.ref, known{made, parts, time.Now().Add(believed)})
	}
	return made, err
}

func (p *pod) measure(ctx context.Context, s redfish.Survey, b block) (size, error) {
	if b.is("ComputerSystem") && b.system != "" {
		return measureSystem(ctx, s, b.system)
	}
	return measureParts(ctx, s, b.doc.Processors, b.doc.Memory)
}

func measureParts(ctx context.Context, s redfish.Survey, processors, memory redfish.Links) (made size, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		made.processors, err = redfish.Parts(ctx, s, processors, itself[processorDocument])
		return err
	})
	g.Go(func() (err error) {
		made.memory, err = redfish.Parts(ctx, s, memory, itself[memoryDocument])
		return err
	})
	err = g.Wait()
	return made, err
}

// measureSystem measures the block that stands for a system. One that is gone
// has no size.
func measureSystem(ctx context.Context, s redfish.Survey, ref string) (size, error) {
	doc, err := redfish.Read[systemDocument](ctx, s, ref)
	if service.CodeOf(err) == service.NotFound {
		return size{}, nil
	}
	if err != nil {
		return size{}, err
	}
	processors, err := s.MembersOf(ctx, doc.Processors, "processors")
	if err != nil {
		return size{}, err
	}
	memory, err := s.MembersOf(ctx, doc.Memory, "memory")
	if err != nil {
		return size{}, err
	}
	return measureParts(ctx, s, processors, memory)
}

// itself is a document for redfish.Parts.
func itself[D any](_ context.Context, _ string, doc D) (D, error) { return doc, nil }
