package redfish

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// Parts implements service.Pod. A part that is not there any more is left out,
// one that cannot be read is an error.
func (p Pod) Parts(ctx context.Context, systemRef string) (service.SystemParts, error) {
	made, err := p.contents(ctx, systemRef)
	return made, p.Failed(p.Missing(ctx, err), "reading the parts of system %s", systemRef)
}

func (p Pod) contents(ctx context.Context, systemRef string) (made service.SystemParts, err error) {
	s := p.Client.Inventory()
	doc, err := Read[SystemDocument](ctx, s, systemRef)
	if err != nil {
		return made, err
	}
	all, err := s.Contents(ctx, doc)
	for _, c := range all.Chips {
		made.Processors = append(made.Processors, c.Processor)
	}
	made.Memory, made.Drives, made.Interfaces = all.Memory, all.Drives, all.Interfaces
	return made, err
}

// Contents are what a system consists of.
type Contents struct {
	Chips      []Chip
	Memory     []service.MemoryModule
	Drives     []service.Drive
	Interfaces []service.Interface
}

// Contents reads what a system consists of. What could be read is there beside
// an error.
func (s Survey) Contents(ctx context.Context, doc SystemDocument) (all Contents, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		all.Chips, err = s.chips(ctx, doc)
		return err
	})
	g.Go(func() (err error) {
		all.Drives, err = s.drives(ctx, doc)
		return err
	})
	g.Go(func() (err error) {
		all.Memory, err = AllOf(ctx, s, doc.Memory, "memory", ReadMemory)
		return err
	})
	g.Go(func() (err error) {
		all.Interfaces, err = AllOf(ctx, s, doc.EthernetInterfaces, "interfaces", s.ReadInterface)
		return err
	})
	err = g.Wait()
	return all, err
}

// AllOf makes parts of all members of a collection.
func AllOf[D, P any](ctx context.Context, s Survey, collection Link, what string, part func(context.Context, string, D) (P, error)) ([]P, error) {
	linked, err := s.MembersOf(ctx, collection, what)
	if err != nil {
		return nil, err
	}
	return Parts(ctx, s, linked, part)
}

func (s Survey) chips(ctx context.Context, doc SystemDocument) ([]Chip, error) {
	return AllOf(ctx, s, doc.Processors, "processors", ReadChip)
}

// drives lists the drives of a system. It is nil where the system has nothing
// that could hold drives. SimpleStorage tells less of them, and is asked where
// there is no better.
func (s Survey) drives(ctx context.Context, doc SystemDocument) ([]service.Drive, error) {
	subsystems, err := AllOf(ctx, s, doc.Storage, "storage", func(ctx context.Context, _ string, d storageDocument) ([]Resource, error) {
		return s.Resources(ctx, d.Drives)
	})
	if err != nil {
		return nil, err
	}
	var drives []service.Drive
	for _, found := range subsystems {
		for _, r := range found {
			drives = append(drives, r.Drive())
		}
	}
	if len(drives) > 0 {
		return drives, nil
	}
	return s.simpleDrives(ctx, doc)
}

func (s Survey) simpleDrives(ctx context.Context, doc SystemDocument) ([]service.Drive, error) {
	if doc.SimpleStorage.ID == "" && doc.Storage.ID == "" {
		return nil, nil
	}
	controllers, err := AllOf(ctx, s, doc.SimpleStorage, "simple storage",
		func(_ context.Context, _ string, d simpleStorageDocument) (simpleStorageDocument, error) {
			return d, nil
		})
	drives := []service.Drive{}
	for _, c := range controllers {
		for _, d := range c.Devices {
			drives = append(drives, service.Drive{
				Name: d.Name, Model: d.Model, CapacityBytes: d.CapacityBytes.Value, Health: d.Status.Health,
			})
		}
	}
	return drives, err
}
