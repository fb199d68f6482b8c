package composition

import (
	"cmp"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// want is what a machine must have at least.
type want struct {
	cores, mib    int
	model, memory string
	devices       []service.DeviceType
}

// wanted reads requirements, and refuses what no service could honour.
func wanted(r service.Requirements) (want, error) {
	w := want{cores: r.Processor.TotalCores, model: r.Processor.Model, mib: r.Memory.CapacityMiB, memory: r.Memory.Type}
	switch {
	case w.cores < 0:
		return w, service.Errorf(service.Invalid, "processor.total_cores: %d is negative", w.cores)
	case w.mib < 0:
		return w, service.Errorf(service.Invalid, "memory.capacity_mib: %d is negative", w.mib)
	}
	offered := []service.DeviceType{service.DeviceSSD, service.DeviceNIC, service.DeviceGPU, service.DeviceFPGA}
	for _, d := range r.PCIDevices {
		kind := service.DeviceType(strings.ToUpper(d))
		if !slices.Contains(offered, kind) {
			return w, service.Errorf(service.Invalid, "pci_devices: %q is not a type of device; expected SSD, NIC, GPU or FPGA", d)
		}
		w.devices = append(w.devices, kind)
	}
	return w, nil
}

func (w want) processors(s size) bool { return s.cores() >= max(w.cores, 1) && s.isModel(w.model) }
func (w want) modules(s size) bool    { return s.mib() >= max(w.mib, 1) && s.isMemory(w.memory) }

// plan is a way to compose one machine.
type plan struct {
	way     offer
	manual  bool // by the Compose action
	zone    zone
	bearers []block // with the processors and the memory
	more    []block // devices, and what the service insists on
	size    size    // of the bearers
}

func (pl plan) blocks() []block { return slices.Concat(pl.bearers, pl.more) }

// home is the physical system that would grow, or nothing.
func (pl plan) home() string {
	for _, b := range pl.bearers {
		if b.home != "" {
			return b.home
		}
	}
	return ""
}

// constrained says whether the service chooses the blocks.
func (pl plan) constrained() bool { return pl.way.useCase == useConstrained }

// planner finds the best plan.
type planner struct {
	stock  *stock
	want   want
	kinds  map[string]service.DeviceType // of the free devices, where some are wanted
	usable func(block) bool
	spread bool

	cores, mib int            // of the largest blocks
	busy       map[string]int // how many blocks of a chassis are in use
}

// best gives the plan that leaves the largest blocks for others; false where
// there is none. Blocks that make a system of their own go first, because it is
// gone when it is deleted, and what somebody may be about to take goes last.
func (p planner) best() (plan, bool) {
	for _, s := range p.stock.sizes {
		p.cores, p.mib = max(p.cores, s.cores()), max(p.mib, s.mib())
	}
	p.busy = p.stock.busy()
	all := p.singles()
	own := func(c candidate) bool { return c.pl.home() == "" && !c.pl.bearers[0].reserved() }
	if pl, found := p.first(all, own); found {
		return pl, true
	}
	if pl, found := p.separate(); found {
		return pl, true
	}
	return p.first(all, func(c candidate) bool { return !own(c) })
}

// candidate is a plan that may be completed.
type candidate struct {
	pl     plan
	weight float64
}

// singles are the blocks that are enough by themselves, the preferred first.
func (p planner) singles() []candidate {
	var all []candidate
	for _, z := range p.stock.zones {
		for _, ref := range z.blocks {
			b := p.stock.blocks[ref]
			if s := p.stock.sizes[ref]; b.bears() && p.usable(b) && p.want.processors(s) && p.want.modules(s) {
				pl := plan{zone: z, bearers: []block{b}, size: s}
				all = append(all, candidate{pl, p.weight(pl)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.weight, b.weight) })
	return all
}

// first completes the first candidate that can be.
func (p planner) first(all []candidate, good func(candidate) bool) (plan, bool) {
	for _, c := range all {
		if !good(c) {
			continue
		}
		if pl, ok := p.complete(c.pl, p.freeIn(c.pl.zone)); ok {
			return pl, true
		}
	}
	return plan{}, false
}

// separate makes a machine of blocks of processors and blocks of memory.
func (p planner) separate() (best plan, found bool) {
	weight := 0.0
	for _, z := range p.stock.zones {
		free := p.freeIn(z)
		pl := plan{zone: z, bearers: p.apart(free)}
		for _, b := range pl.bearers {
			pl.size = pl.size.plus(p.stock.sizes[b.ref])
		}
		if w := p.weight(pl); len(pl.bearers) > 0 && (!found || w < weight) {
			if made, ok := p.complete(pl, free); ok {
				best, weight, found = made, w, true
			}
		}
	}
	return best, found
}

func (p planner) freeIn(z zone) []block {
	var free []block
	for _, ref := range z.blocks {
		if b, known := p.stock.blocks[ref]; known && p.usable(b) {
			free = append(free, b)
		}
	}
	return free
}

// apart are separate blocks that are enough together, or none.
func (p planner) apart(free []block) []block {
	processors := p.gather(free, "Processor", size.cores, p.want.cores, func(s size) bool { return s.isModel(p.want.model) })
	memory := p.gather(free, "Memory", size.mib, p.want.mib, func(s size) bool { return s.isMemory(p.want.memory) })
	if len(processors) == 0 || len(memory) == 0 {
		return nil
	}
	return slices.Concat(processors, memory)
}

// gather takes blocks of one type until there is enough: the smallest that is
// enough for what is left, or else the largest.
func (p planner) gather(free []block, kind string, amount func(size) int, need int, good func(size) bool) []block {
	var left []block
	for _, b := range free {
		if s := p.stock.sizes[b.ref]; !b.bears() && b.is(kind) && amount(s) > 0 && good(s) {
			left = append(left, b)
		}
	}
	slices.SortStableFunc(left, func(a, b block) int {
		return cmp.Compare(amount(p.stock.sizes[a.ref]), amount(p.stock.sizes[b.ref]))
	})
	var set []block
	for need = max(need, 1); need > 0 && len(left) > 0; {
		i := slices.IndexFunc(left, func(b block) bool { return amount(p.stock.sizes[b.ref]) >= need })
		if i < 0 {
			i = len(left) - 1
		}
		set = append(set, left[i])
		need -= amount(p.stock.sizes[left[i].ref])
		left = slices.Delete(left, i, i+1)
	}
	if need > 0 {
		return nil
	}
	return set
}

// weight is small for plans that are to be preferred: those that take little.
func (p planner) weight(pl plan) float64 {
	w := float64(pl.size.cores())/float64(max(p.cores, 1)) + float64(pl.size.mib())/float64(max(p.mib, 1))
	for _, b := range pl.bearers {
		w += 0.01 * float64(len(b.doc.Storage)+len(b.doc.Drives)+len(b.doc.EthernetInterfaces))
		if p.spread {
			w += 100 * float64(p.busy[b.chassis])
		}
	}
	return w
}

// busy counts the blocks of each chassis that are in use.
func (st *stock) busy() map[string]int {
	n := map[string]int{}
	for _, b := range st.blocks {
		if b.doc.State.Is != stateUnused {
			n[b.chassis]++
		}
	}
	return n
}
