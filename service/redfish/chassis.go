package redfish

import (
	"cmp"
	"context"
	"slices"

	"github.com/valence-rsd/valence/service"
)

// Chassis implements service.Pod. As with systems, one that cannot be read is
// there with its ref and nothing else.
func (p Pod) Chassis(ctx context.Context) ([]service.Chassis, error) {
	all, err := p.chassis(ctx, p.Client.Inventory())
	return all, p.Failed(err, "reading the chassis")
}

func (p Pod) chassis(ctx context.Context, s Survey) ([]service.Chassis, error) {
	e, err := p.Client.Entry(ctx, false)
	if err != nil {
		return nil, err
	}
	refs, err := s.MembersToRead(ctx, e.Chassis, "chassis")
	if err != nil {
		return nil, Expected(err)
	}
	all, incomplete := Gather(ctx, s, refs, func(ctx context.Context, ref string) ([]placed, error) {
		c, err := p.readChassis(ctx, s, ref)
		return []placed{c}, err
	})
	if ctx.Err() != nil {
		return nil, p.Client.Ended(ctx)
	}
	if !slices.ContainsFunc(all, func(c placed) bool { return c.Document != nil }) {
		return nil, Expected(incomplete)
	}
	return settle(all), nil
}

// placed is a chassis and where it says that it is.
type placed struct {
	service.Chassis
	within []string
}

func (p Pod) readChassis(ctx context.Context, s Survey, ref string) (placed, error) {
	doc, whole, err := ReadWhole[chassisDocument](ctx, s, ref)
	if err != nil {
		return placed{Chassis: service.Chassis{PodManagerID: p.ID, Ref: ref, ID: LastOf(ref)}}, err
	}
	return placed{within: p.Client.RefsOf(doc.Links.ContainedBy), Chassis: service.Chassis{
		PodManagerID: p.ID, Ref: ref, ID: cmp.Or(doc.ID, LastOf(ref)),
		Type: doc.Type, Name: doc.Name, Description: doc.Description,
		Manufacturer: doc.Manufacturer, Model: doc.Model, SerialNumber: doc.SerialNumber,
		Health:   doc.Status.Health,
		Contains: p.Client.RefsOf(doc.Links.Contains),
		Systems:  p.Client.RefsOf(doc.Links.ComputerSystems),
		Document: whole,
	}}, nil
}

// settle puts every chassis into the one that it says it is in, where that one
// does not know. None is in itself, whatever it says.
func settle(all []placed) []service.Chassis {
	settled := make([]service.Chassis, len(all))
	at := map[string]int{}
	for i, c := range all {
		settled[i], at[c.Ref] = c.Chassis, i
		settled[i].Contains = slices.DeleteFunc(c.Contains, func(ref string) bool { return ref == c.Ref })
	}
	for _, inner := range all {
		for _, outer := range inner.within {
			i, known := at[outer]
			if known && outer != inner.Ref && !slices.Contains(settled[i].Contains, inner.Ref) {
				settled[i].Contains = append(settled[i].Contains, inner.Ref)
			}
		}
	}
	return settled
}

// tree knows which chassis is in which.
type tree struct {
	chassis map[string]service.Chassis
	parent  map[string]string // the ref of the chassis around it, by ref
	holder  map[string]string // the ref of the chassis around a system, by ref
}

// tree reads all chassis. Where they cannot be read, nothing has a place.
func (p Pod) tree(ctx context.Context, s Survey) tree {
	all, _ := p.chassis(ctx, s)
	return newTree(all)
}

func newTree(all []service.Chassis) tree {
	t := tree{map[string]service.Chassis{}, map[string]string{}, map[string]string{}}
	for _, c := range all {
		t.chassis[c.Ref] = c
		for _, inner := range c.Contains {
			t.parent[inner] = c.Ref
		}
	}
	for _, c := range all {
		for _, sys := range c.Systems {
			// A rack may count the systems of its drawers, too.
			if len(t.location(c.Ref)) > len(t.location(t.holder[sys])) {
				t.holder[sys] = c.Ref
			}
		}
	}
	return t
}

// place says where a system is.
func (t tree) place(sys *service.System) {
	if _, known := t.chassis[sys.Chassis]; !known {
		sys.Chassis = cmp.Or(t.holder[sys.Ref], sys.Chassis)
	}
	sys.Location = t.location(sys.Chassis)
}

// location is the way from a chassis outwards.
func (t tree) location(ref string) []string {
	var way []string
	seen := map[string]bool{} // others' links may go round in a circle
	for c, known := t.chassis[ref]; known && !seen[c.Ref]; c, known = t.chassis[t.parent[c.Ref]] {
		seen[c.Ref] = true
		way = append(way, cmp.Or(c.Type, "Chassis")+":"+c.ID)
	}
	return way
}
