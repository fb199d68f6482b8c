package podsim

import "fmt"

// masterGiB is how large the images are that logical drives are made from.
const masterGiB = 8

// addMasters puts an image into each group of logical volumes: every new logical drive is made from one.
func (p *pod) addMasters() {
	for _, service := range p.services {
		for _, pool := range service.pools {
			p.addVolume(volumeSpec{
				name: "Master", description: "Simulated image", pool: pool, bootable: true,
				capacity: min(masterGiB*bytesPerGiB, pool.capacity/2),
			})
		}
	}
}

// logicalDrive finds the logical drive behind a target, or makes one together with its target. The caller holds the
// mutex.
func (p *pod) logicalDrive(r remoteRequest) (*volume, error) {
	existing := p.behindTarget(*r.Address)
	if r.Master != nil {
		if existing != nil {
			return nil, refuse(badCreation, "Target with provided address already exists.")
		}
		return p.newLogicalDrive(r)
	}
	switch {
	case existing == nil:
		return nil, refuse(badCreation, fmt.Sprintf("Specified remote target (%s) does not exist.", *r.Address))
	case !existing.free():
		return nil, mismatch(allocationConflict,
			fmt.Sprintf("Specified remote target (%s) is currently in use.", *r.Address))
	}
	return existing, nil
}

func (p *pod) behindTarget(address string) *volume {
	for _, v := range p.volumes {
		if v.address == address {
			return v
		}
	}
	return nil
}

// newLogicalDrive looks for room in the service of the master.
func (p *pod) newLogicalDrive(r remoteRequest) (*volume, error) {
	master, ok := p.volume(r.Master.Resource.URI)
	capacity := int64(*r.CapacityGiB * bytesPerGiB)
	switch {
	case !ok:
		return nil, refuse(badCreation, "Provided master drive does not exist.")
	case master.state.health != healthOK:
		return nil, refuse(badCreation, "Provided master drive should be enabled and healthy.")
	case *r.Master.Type == "Clone" && capacity < master.capacity:
		return nil, refuse(badCreation, "Remote Drive's CapacityGiB should be greater or equal to Master Drive's CapacityGiB.")
	}
	for _, pool := range master.service.pools {
		if pool.capacity-pool.used >= capacity {
			return p.addVolume(volumeSpec{
				name: "Remote drive", description: "Made for a composed node", capacity: capacity, pool: pool,
				replicas: []replica{{*r.Master.Type, master.uri}}, bootable: master.bootable, address: *r.Address,
			}), nil
		}
	}
	return nil, mismatch(allocationConflict, "LVG with sufficient space was not found.")
}
