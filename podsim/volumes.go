package podsim

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/valence-rsd/valence/podsim/events"
)

// volume is a volume of a storage service. Bootable and the asset's state belong to the pod's mutex, the rest does not
// change; handlers get copies.
type volume struct {
	*asset
	service     *storageService
	pool        *storagePool
	name        string
	description string
	capacity    int64 // bytes
	access      []string
	replicas    []replica
	bootable    bool
	address     string // IQN of the target of a logical drive
	number      int
}

// replica says what a volume was made from.
type replica struct {
	kind   string // Snapshot or Clone
	source string // URI of a volume
}

// volumeSpec is what a new volume shall be.
type volumeSpec struct {
	name, description string
	capacity          int64
	pool              *storagePool
	access            []string
	replicas          []replica
	bootable          bool
	eraseOnDetach     bool
	address           string
}

// createVolume takes capacity from a pool.
func (p *pod) createVolume(spec volumeSpec) (volume, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range spec.replicas {
		if _, ok := p.volume(r.source); !ok {
			return volume{}, refuse(badPayload, fmt.Sprintf("There is no volume %q to make a replica of", r.source))
		}
	}
	if left := spec.pool.capacity - spec.pool.used; spec.capacity > left {
		return volume{}, mismatch("", fmt.Sprintf("%s has %d bytes left, %d are needed", spec.pool.uri, left, spec.capacity))
	}
	return *p.addVolume(spec), nil
}

// addVolume makes a volume in a pool that has room for it. The caller holds the mutex.
func (p *pod) addVolume(spec volumeSpec) *volume {
	p.lastVolume++
	id := strconv.Itoa(p.lastVolume)
	service := spec.pool.service
	v := &volume{
		asset: &asset{
			part:       part{id, service.volumesURI() + "/" + id},
			fabric:     service.fabric,
			endpointID: "T" + id,
			uuid:       p.identity("Volumes/" + id).String(),
			remote:     true,
			state:      assetState{health: healthOK, eraseOnDetach: spec.eraseOnDetach},
		},
		service:     service,
		pool:        spec.pool,
		name:        spec.name,
		description: spec.description,
		capacity:    spec.capacity,
		access:      spec.access,
		replicas:    spec.replicas,
		bootable:    spec.bootable,
		address:     spec.address,
		number:      p.lastVolume,
	}
	if spec.address != "" {
		v.targetURI = service.uri + "/Targets/" + id
	}
	spec.pool.used += spec.capacity
	p.volumes = append(p.volumes, v)
	p.volumeByURI[v.uri] = v
	p.assets[v.uri] = v.asset
	p.publish(events.ResourceAdded, v.uri, "The volume was created")
	return v
}

// volume finds a volume by its URI. The caller holds the mutex.
func (p *pod) volume(uri string) (*volume, bool) {
	v, ok := p.volumeByURI[uri]
	return v, ok
}

// volumeOf returns copies of a volume and of what changes about it.
func (p *pod) volumeOf(uri string) (volume, assetState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.volume(uri)
	if !ok {
		return volume{}, assetState{}, refuse(unknownEndpoint)
	}
	return *v, v.state, nil
}

// volumesWhere returns copies of the volumes that belong, oldest first.
func (p *pod) volumesWhere(belongs func(*volume) bool) []volume {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []volume
	for _, v := range p.volumes {
		if belongs(v) {
			all = append(all, *v)
		}
	}
	return all
}

// patchVolume changes what is not nil.
func (p *pod) patchVolume(uri string, bootable, eraseOnDetach *bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.volume(uri)
	if !ok {
		return refuse(unknownEndpoint)
	}
	set(&v.bootable, bootable)
	set(&v.state.eraseOnDetach, eraseOnDetach)
	return nil
}

// deleteVolume gives the capacity back to the pool.
func (p *pod) deleteVolume(uri string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, err := p.unusedVolume(uri)
	if err != nil {
		return err
	}
	v.pool.used -= v.capacity
	p.volumes = slices.DeleteFunc(p.volumes, func(other *volume) bool { return other == v })
	delete(p.volumeByURI, uri)
	delete(p.assets, uri)
	p.publish(events.ResourceRemoved, uri, "The volume was deleted")
	return nil
}

// initializeVolume erases a volume.
func (p *pod) initializeVolume(uri string) error {
	v, err := p.startInitializing(uri)
	if err != nil {
		return err
	}
	p.finishErasing(v.asset)
	return nil
}

func (p *pod) startInitializing(uri string) (*volume, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, err := p.unusedVolume(uri)
	if err != nil {
		return nil, err
	}
	if v.state.erasing {
		return nil, mismatch("", uri+" is being erased")
	}
	v.startErasing()
	return v, nil
}

// unusedVolume refuses a volume that a node has. The caller holds the mutex.
func (p *pod) unusedVolume(uri string) (*volume, error) {
	v, ok := p.volume(uri)
	if !ok {
		return nil, refuse(unknownEndpoint)
	}
	if v.state.node != nil {
		return nil, mismatch("", "The volume is attached to "+v.state.node.uri())
	}
	return v, nil
}

// remoteVolume finds the volume for a remote drive of an Allocate request, or makes it. The caller holds the mutex.
func (p *pod) remoteVolume(r remoteRequest) (*volume, error) {
	if p.dialect.hardware.logicalDrives {
		return p.logicalDrive(r)
	}
	if r.Resource != nil {
		return p.existingVolume(r)
	}
	spec := volumeSpec{name: "Remote drive", description: "Made for a composed node", access: []string{"Read", "Write"}}
	protocol := ""
	set(&protocol, r.Protocol)
	if r.CapacityGiB != nil {
		spec.capacity = int64(*r.CapacityGiB * bytesPerGiB)
	}
	if r.Master != nil {
		master, err := p.master(r.Master)
		if err != nil {
			return nil, err
		}
		if r.CapacityGiB != nil && spec.capacity < master.capacity {
			return nil, refuse(badCreation, "A replica must be at least as large as its master.")
		}
		protocol = protocolISCSI
		spec.capacity = max(spec.capacity, master.capacity)
		spec.bootable = master.bootable
		spec.replicas = []replica{{kind: *r.Master.Type, source: master.uri}}
	}
	for _, service := range p.services {
		for _, pool := range service.pools {
			if service.fabric.kind == protocol && pool.capacity-pool.used >= spec.capacity {
				spec.pool = pool
				return p.addVolume(spec), nil
			}
		}
	}
	return nil, mismatch(allocationConflict, "There are no storage services available for this allocation request.")
}

// existingVolume finds the volume that a remote drive names. The caller holds the mutex.
func (p *pod) existingVolume(r remoteRequest) (*volume, error) {
	v, ok := p.volume(r.Resource.URI)
	switch {
	case !ok:
		return nil, refuse(missingResource, fmt.Sprintf("Requested resource %q does not exist.", r.Resource.URI))
	case !equal(v.fabric.kind, r.Protocol):
		return nil, refuse(badCreation, fmt.Sprintf("The protocol of %s is %s.", v.uri, v.fabric.kind))
	case !v.free():
		return nil, mismatch(allocationConflict, fmt.Sprintf("Requested resource %q is in use.", v.uri))
	}
	return v, nil
}

// master finds the volume that a new one shall be a replica of; only iSCSI has masters. The caller holds the mutex.
func (p *pod) master(r *masterRequest) (*volume, error) {
	if r.Type == nil || r.Resource == nil {
		return nil, refuse(badCreation, "A Master needs Type and Resource.")
	}
	v, ok := p.volume(r.Resource.URI)
	if !ok || v.fabric.kind != protocolISCSI {
		return nil, refuse(badCreation, fmt.Sprintf("There is no master %q of protocol %s.", r.Resource.URI, protocolISCSI))
	}
	return v, nil
}
