package rsd

import (
	"context"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Pools implements service.Pod. A storage service or pool that cannot be read
// does not hide the others.
func (p *pod) Pools(ctx context.Context) ([]service.Pool, error) {
	s := p.Client.Survey()
	services, incomplete := p.services(ctx, s)
	pools, unread := p.pools(ctx, s, services)
	if incomplete == nil {
		incomplete = unread
	}
	if ctx.Err() != nil {
		incomplete, pools = p.Client.Ended(ctx), nil
	}
	if len(pools) == 0 {
		return nil, p.Failed(incomplete, "reading the storage pools")
	}
	all := make([]service.Pool, len(pools))
	for i, pool := range pools {
		all[i] = pool.Pool
	}
	return all, nil
}

// storageService is a service that makes volumes, all of one protocol.
type storageService struct {
	ref      string
	doc      serviceDocument
	protocol string // empty where the pod does not say
}

// owns says whether a volume is of the service. A volume is below its service:
// after it has gone there is nothing else that says so.
func (s storageService) owns(volume string) bool { return strings.HasPrefix(volume, s.ref+"/") }

// services reads the storage services. What could be read is there beside an
// error. Before RSD 2.3 there are none.
func (p *pod) services(ctx context.Context, s redfish.Survey) ([]storageService, error) {
	e, err := p.entry(ctx, false)
	if err != nil || e.StorageServices == "" {
		return nil, err
	}
	refs, err := s.Members(ctx, e.StorageServices, "storage services")
	if err != nil {
		return nil, redfish.Expected(err)
	}
	protocols, err := p.protocols(ctx, s, e)
	if err != nil {
		return nil, err
	}
	return redfish.Gather(ctx, s, refs, func(ctx context.Context, ref string) ([]storageService, error) {
		return redfish.Parts(ctx, s, redfish.LinksTo(ref), func(_ context.Context, _ string, d serviceDocument) (storageService, error) {
			at, _ := p.Client.Ref(d.Endpoints.ID) // without endpoints, its protocol is not known
			return storageService{ref, d, protocols[at]}, nil
		})
	})
}

// protocols are the types of the fabrics, by the refs of their endpoints.
func (p *pod) protocols(ctx context.Context, s redfish.Survey, e podEntry) (map[string]string, error) {
	fabrics, err := p.fabrics(ctx, s, e)
	protocols := map[string]string{}
	for _, f := range fabrics {
		if at, err := p.Client.Ref(f.doc.Endpoints.ID); err == nil {
			protocols[at] = f.doc.Type
		}
	}
	return protocols, err
}

// pool is a pool and where its volumes are made.
type pool struct {
	service.Pool
	volumes string
	block   int64 // a volume takes whole blocks of so many bytes; 1 where the pod does not say
}

// pools reads all pools. What could be read is there beside an error.
func (p *pod) pools(ctx context.Context, s redfish.Survey, services []storageService) ([]pool, error) {
	return redfish.Gather(ctx, s, services, func(ctx context.Context, of storageService) ([]pool, error) {
		linked, err := s.MembersOf(ctx, of.doc.StoragePools, "storage pools")
		if err != nil {
			return nil, err
		}
		return redfish.Gather(ctx, s, linked, func(ctx context.Context, l redfish.Link) ([]pool, error) {
			return redfish.Parts(ctx, s, redfish.LinksTo(l.ID), func(_ context.Context, ref string, d poolDocument) (pool, error) {
				return of.pool(ref, d), nil
			})
		})
	})
}

func (s storageService) pool(ref string, d poolDocument) pool {
	made := pool{volumes: s.doc.Volumes.ID, block: 1, Pool: service.Pool{
		Ref:      ref,
		Name:     d.Name,
		Protocol: s.protocol,
		Health:   d.Status.Health,
		Bytes:    d.Capacity.Data.AllocatedBytes.Value,
	}}
	if used := d.Capacity.Data.ConsumedBytes.Value; used != nil && made.Bytes != nil {
		free := max(*made.Bytes-*used, 0)
		made.FreeBytes = &free
	}
	if b := d.BlockSizeBytes.Value; b != nil && *b > 0 {
		made.block = *b
	}
	return made
}

// noStorage is the error for a pod without pooled storage.
func noStorage() error {
	return service.Errorf(service.Invalid, "it has no pooled storage to make volumes of; "+
		"RSD pod managers before 2.3 make them only while they allocate a machine")
}

// theirs finds the storage service of a volume.
func theirs(services []storageService, volume string) (storageService, bool) {
	i := slices.IndexFunc(services, func(s storageService) bool { return s.owns(volume) })
	if i < 0 {
		return storageService{}, false
	}
	return services[i], true
}
