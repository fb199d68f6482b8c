package redfish

import (
	"cmp"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/valence-rsd/valence/service"
)

// Systems implements service.Pod. A system that cannot be read is there with
// its ref and nothing else; only where that is so of all of them, it is an
// error.
func (p Pod) Systems(ctx context.Context) ([]service.System, error) {
	all, err := p.systems(ctx)
	return all, p.Failed(err, "reading the systems")
}

func (p Pod) systems(ctx context.Context) ([]service.System, error) {
	s := p.Client.Inventory()
	return p.systemsIn(ctx, s, func() tree { return p.tree(ctx, s) })
}

// SystemsAndChassis reads both for little more than the systems alone cost: the
// systems' places are in the documents of the chassis. One error hides both. It
// is what a driver's service.PodTogether comes down to, unless its systems are
// others than those.
func (p Pod) SystemsAndChassis(ctx context.Context) ([]service.System, []service.Chassis, error) {
	s := p.Client.Inventory()
	var chassis []service.Chassis
	var unread error
	systems, err := p.systemsIn(ctx, s, func() tree {
		chassis, unread = p.chassis(ctx, s)
		return newTree(chassis)
	})
	return systems, chassis, cmp.Or(p.Failed(err, "reading the systems"), p.Failed(unread, "reading the chassis"))
}

// systemsIn reads the systems while places reads where they are.
func (p Pod) systemsIn(ctx context.Context, s Survey, places func() tree) ([]service.System, error) {
	var rack tree
	var wg sync.WaitGroup
	wg.Go(func() { rack = places() })
	defer wg.Wait()
	refs, err := p.SystemRefs(ctx, s)
	if err != nil {
		return nil, err
	}
	all, incomplete := Gather(ctx, s, refs, func(ctx context.Context, ref string) ([]service.System, error) {
		sys, err := p.system(ctx, s, ref)
		return []service.System{sys}, err
	})
	wg.Wait()
	if ctx.Err() != nil {
		return nil, p.Client.Ended(ctx)
	}
	if !slices.ContainsFunc(all, func(s service.System) bool { return s.Document != nil }) {
		return nil, Expected(incomplete)
	}
	for i := range all {
		rack.place(&all[i])
	}
	return all, nil
}

// SystemAt reads a system without its place, which is in the documents of all
// chassis. It is what a driver's service.PodGlance comes down to, unless its
// systems are others than those.
func (p Pod) SystemAt(ctx context.Context, ref string) (service.System, error) {
	sys, err := p.system(ctx, p.Client.Inventory(), ref)
	return sys, p.Failed(p.Missing(ctx, err), "reading system %s", ref)
}

// SystemRefs lists the refs of all systems.
func (p Pod) SystemRefs(ctx context.Context, s Survey) ([]string, error) {
	e, err := p.Client.Entry(ctx, false)
	if err != nil {
		return nil, err
	}
	refs, err := s.MembersToRead(ctx, e.Systems, "systems")
	return refs, Expected(err)
}

// System implements service.Pod.
func (p Pod) System(ctx context.Context, id string) (service.System, error) {
	s := p.Client.Inventory()
	ref, err := p.findSystem(ctx, s, id)
	if err != nil {
		return service.System{}, p.Failed(err, "looking for system %s", id)
	}
	sys, err := p.system(ctx, s, ref)
	if err == nil {
		rack := p.tree(ctx, s)
		rack.place(&sys)
	}
	if err == nil && ctx.Err() != nil {
		err = p.Client.Ended(ctx)
	}
	return sys, p.Failed(p.Missing(ctx, err), "reading system %s", id)
}

// findSystem gives the ref of a system. Where the id is not the end of one, the
// systems have to be asked for their ids.
func (p Pod) findSystem(ctx context.Context, s Survey, id string) (string, error) {
	refs, err := p.SystemRefs(ctx, s)
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(refs, func(ref string) bool { return LastOf(ref) == id }); i >= 0 {
		return refs[i], nil
	}
	found, err := s.Search(ctx, refs, func(ctx context.Context, ref string) (bool, error) {
		doc, err := Read[SystemDocument](ctx, s, ref)
		if service.CodeOf(err) == service.NotFound {
			return false, nil
		}
		return err == nil && (same(doc.ID, id) || same(strings.ToLower(doc.UUID), strings.ToLower(id))), err
	})
	if err == nil && found == "" {
		err = service.Errorf(service.NotFound, "no system has that id or UUID")
	}
	return found, err
}

// same compares what a system says of itself. Saying nothing is like nothing.
func same(said, wanted string) bool { return said != "" && said == wanted }

// system reads a system. What it consists of is left empty where it cannot be
// read.
func (p Pod) system(ctx context.Context, s Survey, ref string) (service.System, error) {
	doc, whole, err := ReadWhole[SystemDocument](ctx, s, ref)
	if err != nil {
		return service.System{PodManagerID: p.ID, Ref: ref, ID: LastOf(ref)}, err
	}
	sys := service.System{
		PodManagerID: p.ID, Ref: ref, ID: cmp.Or(doc.ID, LastOf(ref)),
		UUID: doc.UUID, Name: doc.Name, Description: doc.Description, AssetTag: doc.AssetTag,
		Health: doc.Status.Health, PowerState: doc.PowerState,
		MemoryGiB: doc.MemorySummary.TotalSystemMemoryGiB.Value,
		Document:  whole,
	}
	if refs := p.Client.RefsOf(doc.Links.Chassis); len(refs) > 0 {
		sys.Chassis = refs[0]
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.count(ctx, doc, &sys) })
	wg.Go(func() { sys.StorageBytes = s.storageBytes(ctx, doc) })
	wg.Go(func() {
		if nics, err := ifAny(ctx, doc.EthernetInterfaces, "interfaces", s.Members); err == nil && nics != nil {
			n := len(nics)
			sys.Interfaces = &n
		}
	})
	wg.Wait()
	return sys, nil
}

// count sums the cores of a system. An accelerator is not a processor of the
// system's own.
func (s Survey) count(ctx context.Context, doc SystemDocument, sys *service.System) {
	chips, err := s.chips(ctx, doc)
	if err != nil {
		return
	}
	for _, c := range chips {
		if c.Kind != "" && c.Kind != "CPU" {
			continue
		}
		sys.Architecture = cmp.Or(sys.Architecture, c.InstructionSet)
		sys.Model = cmp.Or(sys.Model, c.Model)
		if c.TotalCores != nil {
			sum := *c.TotalCores
			if sys.Cores != nil {
				sum += *sys.Cores
			}
			sys.Cores = &sum
		}
	}
}

// storageBytes sums the drives that are built into a system. Where there are
// drives and none has a capacity, the pod did not say.
func (s Survey) storageBytes(ctx context.Context, doc SystemDocument) *int64 {
	drives, err := s.drives(ctx, doc)
	if err != nil || drives == nil {
		return nil
	}
	sum, known := int64(0), len(drives) == 0
	for _, d := range drives {
		if d.CapacityBytes != nil && !d.Pooled {
			sum, known = sum+*d.CapacityBytes, true
		}
	}
	if !known {
		return nil
	}
	return &sum
}

// LastOf is what the last segment of a ref says, which is the id of most
// things.
func LastOf(ref string) string {
	last := path.Base(ref)
	if plain, err := url.PathUnescape(last); err == nil {
		return plain
	}
	return last
}
