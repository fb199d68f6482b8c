package podsim

import (
	"path"
	"slices"
)

// separatePooled sets what is to come from behind the PCIe switch apart from what a system has: drives and processors
// that say so, and those that name one.
func (inv *inventory) separatePooled(r *allocateRequest) {
	var drives []driveRequest
	for _, d := range r.LocalDrives {
		named := d.Resource != nil && inv.isPooledDrive(d.Resource.URI)
		if named || d.FabricSwitch != nil && *d.FabricSwitch {
			r.pooledDrives = append(r.pooledDrives, d)
		} else {
			drives = append(drives, d)
		}
	}
	r.LocalDrives = drives
	var processors []processorRequest
	for _, p := range r.Processors {
		if p.remote() {
			r.pooledProcessors = append(r.pooledProcessors, p)
		} else {
			processors = append(processors, p)
		}
	}
	r.Processors = processors
}

// remote tells whether a processor is not to be one of the system's own. Only RSD 2.4 can be asked for that.
func (r processorRequest) remote() bool {
	return len(r.Connectivity) > 0 && !slices.Contains(r.Connectivity, "Local")
}

// picked are free devices behind the PCIe switch for a request, and whether there were enough of each kind.
type picked struct {
	assets             []*asset
	drives, processors bool
}

// pick finds devices for a request. The caller holds the mutex.
func (p *pod) pick(r *allocateRequest) picked {
	drives, enough := pickSome(len(r.pooledDrives), p.pooledDrives, (*drive).pooledAsset, func(want int, d *drive) bool {
		request := r.pooledDrives[want]
		return request.fits(d) && (request.Chassis == nil || d.chassis.within(request.Chassis.URI))
	})
	var accelerators []*accelerator
	for _, c := range p.chassis {
		accelerators = append(accelerators, c.accelerators...)
	}
	processors, all := pickSome(len(r.pooledProcessors), accelerators, (*accelerator).pooledAsset, func(want int, a *accelerator) bool {
		request, c := r.pooledProcessors[want], p.chassisByURI(path.Dir(path.Dir(a.uri)))
		return request.fitsAccelerator(a) && (request.Chassis == nil || c.within(request.Chassis.URI))
	})
	return picked{append(drives, processors...), enough, all}
}

func (d *drive) pooledAsset() *asset       { return d.asset }
func (a *accelerator) pooledAsset() *asset { return a.asset }

// pickSome gives each wish a free device of its own; false when that cannot be done.
func pickSome[T any](wanted int, have []T, assetOf func(T) *asset, fits func(want int, device T) bool) ([]*asset, bool) {
	free := slices.DeleteFunc(slices.Clone(have), func(d T) bool { return !assetOf(d).free() })
	takenBy := assign(wanted, len(free), func(want, i int) bool { return fits(want, free[i]) })
	var assets []*asset
	for i, want := range takenBy {
		if want >= 0 {
			assets = append(assets, assetOf(free[i]))
		}
	}
	return assets, takenBy != nil
}

// fitsAccelerator compares with what a device behind the PCIe switch says of itself: it has neither cores nor a speed.
func (r processorRequest) fitsAccelerator(a *accelerator) bool {
	traits := r.traits()
	return slices.Contains(r.Connectivity, "RemotePCIe") &&
		r.isFor(a.uri) &&
		equal(a.kind, r.ProcessorType) &&
		equal(a.model, r.Model) &&
		equal("OEM", r.InstructionSet) &&
		atLeast(0, r.TotalCores) &&
		atLeast(0, r.AchievableSpeedMHz) &&
		(traits == nil || equal("Unknown", traits.Brand) && len(traits.Capabilities) == 0)
}
