package rsd

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// CreateVolume implements service.Pod.
func (p *pod) CreateVolume(ctx context.Context, a service.VolumeAllocation) (string, error) {
	ref, err := p.createVolume(ctx, a)
	return ref, p.Failed(err, "creating a volume")
}

// createVolume asks one pool after the other: what was free when it was read
// may be taken.
func (p *pod) createVolume(ctx context.Context, a service.VolumeAllocation) (string, error) {
	if a.CapacityBytes <= 0 {
		return "", service.Errorf(service.Invalid, "capacity: %d bytes is not a capacity", a.CapacityBytes)
	}
	s := p.Client.Survey()
	services, incomplete := p.services(ctx, s)
	if len(services) == 0 {
		return "", cmp.Or(incomplete, noStorage())
	}
	pools, unread := p.pools(ctx, s, services)
	suitable, err := suit(pools, a)
	if err != nil {
		// Perhaps one of those that could not be read would do.
		return "", cmp.Or(incomplete, unread, err)
	}
	for _, pool := range suitable {
		var ref string
		ref, err = p.createIn(ctx, pool, a)
		if service.CodeOf(err) != service.NoCapacity {
			return ref, err
		}
	}
	return "", err
}

func (p *pod) createIn(ctx context.Context, in pool, a service.VolumeAllocation) (string, error) {
	made, err := p.Client.Do(ctx, redfish.Request{
		Method: http.MethodPost,
		Link:   in.volumes,
		Body:   volumeOf(in, a),
		Slow:   true,
		Means: map[int]service.Code{
			http.StatusConflict:            service.NoCapacity,
			http.StatusInsufficientStorage: service.NoCapacity,
		},
	})
	if err != nil {
		return "", err
	}
	if location := p.Client.Location(made.Header); location != "" {
		return p.Client.Ref(location)
	}
	return p.findVolume(ctx, a.VolumeUUID)
}

// FindVolume implements service.Pod.
func (p *pod) FindVolume(ctx context.Context, volumeUUID string) (string, error) {
	ref, err := p.findVolume(ctx, volumeUUID)
	if service.CodeOf(err) == service.NotFound {
		// It may be being made, by a request whose answer was lost.
		if err := p.settle(ctx); err != nil {
			return "", p.Failed(err, "looking for volume %s", volumeUUID)
		}
		ref, err = p.findVolume(ctx, volumeUUID)
	}
	return ref, p.Failed(err, "looking for volume %s", volumeUUID)
}

func (p *pod) findVolume(ctx context.Context, volumeUUID string) (string, error) {
	s := p.Client.Survey()
	services, incomplete := p.services(ctx, s)
	if len(services) == 0 {
		return "", cmp.Or(incomplete, noStorage())
	}
	refs, unread := redfish.Gather(ctx, s, services, func(ctx context.Context, of storageService) ([]string, error) {
		refs, err := s.MembersOf(ctx, of.doc.Volumes, "volumes")
		return p.Client.RefsOf(refs), err
	})
	found, err := s.Search(ctx, refs, func(ctx context.Context, ref string) (bool, error) {
		return p.carries(ctx, ref, volumeUUID)
	})
	if found != "" {
		return found, nil
	}
	return "", cmp.Or(incomplete, unread, err, error(service.Errorf(service.NotFound, "no volume carries its mark")))
}

// volumeBody is what creating a volume takes (RSD 2.3, 2.4).
type volumeBody struct {
	Name            string `json:"Name,omitzero"`
	Description     string
	CapacityBytes   int64
	CapacitySources []capacitySource
	Oem             struct {
		Intel struct{ EraseOnDetach bool } `json:"Intel_RackScale"`
	}
}

type capacitySource struct{ ProvidingPools redfish.Links }

func volumeOf(in pool, a service.VolumeAllocation) volumeBody {
	b := volumeBody{
		Name:            a.Name,
		Description:     redfish.AddMark(a.Description, a.VolumeUUID),
		CapacityBytes:   in.needs(a.CapacityBytes),
		CapacitySources: []capacitySource{{redfish.LinksTo(in.Ref)}},
	}
	b.Oem.Intel.EraseOnDetach = a.EraseOnDetach
	return b
}

// needs is what a volume takes of the pool: whole blocks.
func (p pool) needs(capacity int64) int64 {
	over := capacity % p.block
	if over == 0 || capacity > math.MaxInt64-p.block {
		return capacity
	}
	return capacity + p.block - over
}

// suit selects the pools that may have room for a volume, the best first.
// Where none may, the error says why.
func suit(pools []pool, a service.VolumeAllocation) ([]pool, error) {
	if a.Pool != "" {
		pools = keep(pools, func(p pool) bool { return p.Ref == strings.TrimRight(a.Pool, "/") })
		if len(pools) == 0 {
			return nil, service.Errorf(service.NotFound, "pool: there is no pool %s", a.Pool)
		}
	}
	speaking := keep(pools, func(p pool) bool {
		return a.Protocol == "" || p.Protocol == "" || strings.EqualFold(p.Protocol, a.Protocol)
	})
	if len(speaking) == 0 {
		return nil, service.Errorf(service.Invalid, "protocol: %s is not offered; the pools offer %s", a.Protocol, protocolsOf(pools))
	}
	roomy := keep(speaking, func(p pool) bool {
		return p.Health != "Critical" && (p.FreeBytes == nil || *p.FreeBytes >= p.needs(a.CapacityBytes))
	})
	if len(roomy) == 0 {
		return nil, service.Errorf(service.NoCapacity, "no healthy pool has %d bytes left", a.CapacityBytes)
	}
	slices.SortStableFunc(roomy, preferred)
	return roomy, nil
}

// preferred puts pools first whose volumes can be attached to a machine that
// is assembled already, and then those with the most room. RSD attaches iSCSI
// volumes only while it allocates a machine.
func preferred(a, b pool) int {
	late := func(p pool) int {
		if p.Protocol == "iSCSI" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(late(a), late(b)), -cmp.Compare(room(a), room(b)))
}

func room(p pool) int64 {
	if p.FreeBytes == nil {
		return 0
	}
	return *p.FreeBytes
}

func keep(pools []pool, good func(pool) bool) []pool {
	return slices.DeleteFunc(slices.Clone(pools), func(p pool) bool { return !good(p) })
}

func protocolsOf(pools []pool) string {
	var all []string
	for _, p := range pools {
		if !slices.Contains(all, p.Protocol) {
			all = append(all, p.Protocol)
		}
	}
	return cmp.Or(strings.Join(all, ", "), "none")
}
