package podsim

import (
	"fmt"
	"io"
	"strings"
)

// WriteTree draws the pod: racks, drawers, sleds, what is in each system and what can be attached to any of them; or the
// zones of a bundle.
func (s *Simulator) WriteTree(w io.Writer) error {
	if s.opts.Bundle != nil {
		return s.composed.WriteTree(w)
	}
	var b strings.Builder
	drawChassis(&b, s.pod.chassis[0], "", "")
	for _, service := range s.pod.services {
		fmt.Fprintf(&b, "storage service %s  %s  (%s)\n", service.id, service.summary(), service.uri)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// drawChassis writes one line with the first prefix, and everything below it with the rest prefix.
func drawChassis(b *strings.Builder, c *chassis, first, rest string) {
	fmt.Fprintf(b, "%s%s %s  %s(%s)\n", first, strings.ToLower(c.kind), c.name, c.summary(), c.uri)
	last := len(c.children) + len(c.systems) - 1
	for i, child := range c.children {
		own, below := branches(i == last)
		drawChassis(b, child, rest+own, rest+below)
	}
	for i, sys := range c.systems {
		own, _ := branches(len(c.children)+i == last)
		fmt.Fprintf(b, "%s%ssystem %s  %s  (%s)\n", rest, own, sys.name, sys.summary(), sys.uri)
	}
}

// branches returns the line art for an entry and for what hangs below it.
func branches(last bool) (own, below string) {
	if last {
		return "└── ", "    "
	}
	return "├── ", "│   "
}

// summary says what a drawer holds beside sleds; what sleds hold is said of their systems.
func (c *chassis) summary() string {
	if c.ethernetSwitch != nil {
		return fmt.Sprintf("Ethernet switch of %d ports  ", len(c.ethernetSwitch.ports))
	}
	if len(c.systems) > 0 || len(c.drives)+len(c.accelerators)+len(c.adapters) == 0 {
		return ""
	}
	text := fmt.Sprintf("%d drives, %d FPGAs", len(c.drives), c.count("FPGA"))
	if gpus := c.count("GPU"); gpus > 0 {
		text += fmt.Sprintf(", %d GPUs", gpus)
	}
	if len(c.adapters) > 0 {
		text += fmt.Sprintf(", %d NICs", len(c.adapters))
	}
	return text + "  "
}

func (c *chassis) count(kind string) int {
	count := 0
	for _, a := range c.accelerators {
		if a.kind == kind {
			count++
		}
	}
	return count
}

func (s *storageService) summary() string {
	var pools []string
	for _, pool := range s.pools {
		pools = append(pools, fmt.Sprintf("%d GiB", pool.capacity/bytesPerGiB))
	}
	return fmt.Sprintf("%s: %s", s.fabric.kind, strings.Join(pools, ", "))
}

func (s *system) summary() string {
	return fmt.Sprintf("%s: %d x %s, %d cores, %d MiB, %d NICs, %d drives", s.hw.Name,
		len(s.processors), s.hw.Processor.Model, s.totalCores(), s.totalMemoryMiB(), len(s.nics), len(s.drives()))
}

// Summary says in a few words how big the pod is.
func (s *Simulator) Summary() string {
	if s.opts.Bundle != nil {
		return fmt.Sprintf("%d resource blocks", s.composed.Size())
	}
	return fmt.Sprintf("%d systems", len(s.pod.systems))
}
