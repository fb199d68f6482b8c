package podsim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What all simulated components have in common, and a request may ask for.
const (
	processorType  = "CPU"
	instructionSet = "x86-64"
	dimmMaker      = "Contoso"
	dimmDataBits   = 64
	memoryType     = "DRAM"
	bytesPerGiB    = 1 << 30
)

// allocationConflict is the message of every Allocate that found too little.
const allocationConflict = "Conflict during allocation"

func processorCapabilities() []string { return []string{"sse4_2", "aes", "avx", "avx2"} }

// filter is one step of the way from the free systems to those that meet a request.
type filter struct {
	name string
	keep func(*system) bool
}

// filters are applied in this order, and counted, as the reference pod manager does.
func (p *pod) filters(r *allocateRequest) []filter {
	pooled := p.pick(r)
	steps := []filter{}
	if p.dialect.requests.onlineFirst {
		steps = append(steps, filter{"online systems", func(*system) bool { return true }})
	}
	steps = append(steps, []filter{
		{"status", func(s *system) bool { return s.state.health == healthOK }},
		{"resource", func(s *system) bool { return p.ownsAll(s, r.resources()) }},
		{"chassis", func(s *system) bool { return s.withinAll(r.chassis()) }},
		{"processors", func(s *system) bool { return pooled.processors && p.dialect.meetsProcessors(s, r) }},
		{"memory", func(s *system) bool { return s.meetsMemory(r, p.dialect.requests.memoryByModule) }},
		{"local drives", func(s *system) bool { return pooled.drives && s.meetsDrives(r) }},
		{"ethernet interfaces", func(s *system) bool { return s.meetsNICs(r) }},
	}...)
	if p.dialect.requests.onlineFirst {
		// No simulated system has any of the performance configurations.
		steps = append(steps, filter{"computer system attributes", func(*system) bool { return len(r.Performance) == 0 }})
	}
	if r.Security != nil || p.dialect.requests.onlineFirst {
		steps = append(steps, filter{"security", func(s *system) bool { return s.meetsSecurity(r.Security) }})
	}
	return steps
}

// match finds the system for a request: the first free one that passes all filters, there is no best fit. The caller
// holds the pod's mutex.
func (p *pod) match(r *allocateRequest) (*system, error) {
	candidates := p.free()
	counts := []string{fmt.Sprintf("available: %d", len(candidates))}
	for _, f := range p.filters(r) {
		candidates = slices.DeleteFunc(candidates, func(s *system) bool { return !f.keep(s) })
		counts = append(counts, fmt.Sprintf("%s: %d", f.name, len(candidates)))
	}
	if len(candidates) == 0 {
		return nil, mismatch(allocationConflict,
			"There are no computer systems available for this allocation request.",
			"Available assets count after applying filters: ["+strings.Join(counts, " -> ")+"]")
	}
	return candidates[0], nil
}

func (p *pod) ownsAll(s *system, uris []string) bool {
	return !slices.ContainsFunc(uris, func(uri string) bool { return p.ownerOf[uri] != s })
}

func (s *system) withinAll(chassis []string) bool {
	return !slices.ContainsFunc(chassis, func(uri string) bool { return !s.sled.within(uri) })
}

func (d dialect) meetsProcessors(s *system, r *allocateRequest) bool {
	if !atLeast(s.totalCores(), r.TotalSystemCoreCount) {
		return false
	}
	return distinct(len(r.Processors), len(s.processors), func(want, have int) bool {
		p := s.processors[have]
		return r.Processors[want].fits(p, d.brand(p.Brand))
	})
}

// brand is how the dialect calls a brand of processors.
func (d dialect) brand(brand string) string {
	if slices.Contains(d.hardware.processorBrand, brand) {
		return brand
	}
	return "Unknown"
}

func (r processorRequest) fits(p *processor, brand string) bool {
	traits := r.traits()
	return r.isFor(p.uri) &&
		equal(p.Model, r.Model) &&
		atLeast(p.Cores, r.TotalCores) &&
		atLeast(p.SpeedMHz, r.AchievableSpeedMHz) &&
		equal(instructionSet, r.InstructionSet) &&
		equal(processorType, r.ProcessorType) &&
		(traits == nil || equal(brand, traits.Brand) && subset(traits.Capabilities, processorCapabilities()))
}

// meetsMemory gives each entry one module that is large enough, or else, for each entry in turn, the smallest set of
// unused modules that reaches its capacity. Entries that name a module go first, so that no other entry takes it.
func (s *system) meetsMemory(r *allocateRequest, byModule bool) bool {
	if !atLeast(s.totalMemoryMiB(), r.TotalSystemMemoryMiB) {
		return false
	}
	if byModule {
		return distinct(len(r.Memory), len(s.dimms), func(want, have int) bool {
			return r.Memory[want].fits(s.dimms[have]) && atLeast(s.dimms[have].CapacityMiB, r.Memory[want].CapacityMiB)
		})
	}
	wanted := slices.Clone(r.Memory)
	slices.SortStableFunc(wanted, func(a, b memoryRequest) int { return cmp.Compare(b.named(), a.named()) })
	unused := slices.Clone(s.dimms)
	for _, want := range wanted {
		taken := want.smallestSet(unused)
		if taken == nil {
			return false
		}
		unused = slices.DeleteFunc(unused, func(d *dimm) bool { return slices.Contains(taken, d) })
	}
	return true
}

func (r memoryRequest) fits(d *dimm) bool {
	return r.isFor(d.uri) &&
		equal(d.Type, r.MemoryDeviceType) &&
		atLeast(d.SpeedMHz, r.SpeedMHz) &&
		equal(dimmMaker, r.Manufacturer) &&
		equal(dimmDataBits, r.DataWidthBits) &&
		equal(memoryType, r.MemoryType)
}

// smallestSet returns nil when the modules do not suffice. An entry without a capacity takes one module. The modules of
// a system are all alike, so the first ones that suffice are as few as any.
func (r memoryRequest) smallestSet(modules []*dimm) []*dimm {
	var taken []*dimm
	sum := 0
	for _, d := range modules {
		if !r.fits(d) {
			continue
		}
		taken = append(taken, d)
		sum += d.CapacityMiB
		if atLeast(sum, r.CapacityMiB) {
			return taken
		}
	}
	return nil
}

func (s *system) meetsDrives(r *allocateRequest) bool {
	if len(r.LocalDrives) == 0 {
		return true // the usual case, for each of 10,000 systems
	}
	drives := slices.DeleteFunc(s.drives(), func(d *drive) bool { return d.gone })
	return distinct(len(r.LocalDrives), len(drives), func(want, have int) bool {
		return r.LocalDrives[want].fits(drives[have])
	})
}

func (r driveRequest) fits(d *drive) bool {
	return r.isFor(d.uri) &&
		atLeast(float64(d.CapacityGiB), r.CapacityGiB) &&
		equal(d.Type, r.Type) &&
		atLeast(d.RPM, r.MinRPM) &&
		equal(d.serial, r.SerialNumber) &&
		equal(d.Interface, r.Interface) &&
		equal(d.asset != nil, r.FabricSwitch)
}

func (s *system) meetsNICs(r *allocateRequest) bool {
	return distinct(len(r.EthernetInterfaces), len(s.nics), func(want, have int) bool {
		request, nic := r.EthernetInterfaces[want], s.nics[have]
		return request.isFor(nic.uri) && atLeast(nic.speedMbps, request.SpeedMbps) && equal(nic.mac, request.MACAddress)
	})
}

func (s *system) meetsSecurity(r *securityRequest) bool {
	return r == nil || equal(s.hw.TPM != "", r.TpmPresent) &&
		equal(s.hw.TPM, r.TpmInterfaceType) &&
		equal(false, r.TxtEnabled)
}

// isFor tells whether the request may be met by the component with that URI.
func (p place) isFor(uri string) bool { return p.Resource == nil || p.Resource.URI == uri }

// named is 1 for an entry that names one component.
func (p place) named() int {
	if p.Resource != nil {
		return 1
	}
	return 0
}

func equal[T comparable](have T, want *T) bool    { return want == nil || have == *want }
func atLeast[T cmp.Ordered](have T, want *T) bool { return want == nil || have >= *want }

func subset(wanted, have []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(have, w) })
}

// distinct tells whether each of the wanted things can have a component of its own.
func distinct(wanted, components int, fits func(want, have int) bool) bool {
	if wanted == 0 {
		return true
	}
	return assign(wanted, components, fits) != nil
}

// assign gives each of the wanted things a component of its own and returns which thing each component is for, -1 for
// none; or nil when that cannot be done. It looks for augmenting paths (Kuhn's algorithm), so an undemanding entry
// never takes the only component that suits a demanding one.
func assign(wanted, components int, fits func(want, have int) bool) []int {
	takenBy := make([]int, components)
	for i := range takenBy {
		takenBy[i] = -1
	}
	var seen []bool
	var place func(want int) bool
	place = func(want int) bool {
		for have := range components {
			if seen[have] || !fits(want, have) {
				continue
			}
			seen[have] = true
			if takenBy[have] < 0 || place(takenBy[have]) {
				takenBy[have] = want
				return true
			}
		}
		return false
	}
	for want := range wanted {
		seen = make([]bool, components)
		if !place(want) {
			return nil
		}
	}
	return takenBy
}
