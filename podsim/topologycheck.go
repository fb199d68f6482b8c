package podsim

import (
	"errors"
	"fmt"
)

func (t Topology) validate() error {
	if err := t.validateSize(); err != nil {
		return err
	}
	for _, kind := range t.Kinds {
		if err := kind.validate(); err != nil {
			return fmt.Errorf("hardware %q: %w", kind.Name, err)
		}
	}
	for i, service := range t.StorageServices {
		if err := service.validate(); err != nil {
			return fmt.Errorf("storage service %d: %w", i, err)
		}
	}
	if err := validateDrives(t.PooledDrives); err != nil {
		return fmt.Errorf("pooled drives: %w", err)
	}
	for i, nic := range t.NICs {
		if nic.SpeedMbps < 1 {
			return fmt.Errorf("pooled NIC %d has %d Mbps, expected 1 or more", i, nic.SpeedMbps)
		}
	}
	return nil
}

// validateSize checks the counts, or the layout that stands for them.
func (t Topology) validateSize() error {
	if len(t.Layout) > 0 {
		return t.validateLayout()
	}
	total := 1
	for _, count := range []struct {
		name  string
		value int
	}{
		{"racks", t.Racks},
		{"drawers per rack", t.DrawersPerRack},
		{"sleds per drawer", t.SledsPerDrawer},
		{"systems per sled", t.SystemsPerSled},
	} {
		if count.value < 1 || count.value > maxSystems {
			return fmt.Errorf("%s is %d, expected 1 to %d", count.name, count.value, maxSystems)
		}
		total *= count.value
		if total > maxSystems {
			return fmt.Errorf("a pod of more than %d systems is too large", maxSystems)
		}
	}
	return nil
}

// validateLayout stops as soon as the pod is too large: a few counts in a file can make it so.
func (t Topology) validateLayout() error {
	systems, places := 0, 0
	for r, rack := range t.Layout {
		places++
		for d, drawer := range rack.Drawers {
			if places++; places > maxSystems {
				break
			}
			for s, sled := range drawer.Sleds {
				if sled.Kind < 0 || sled.Kind >= len(t.Kinds) {
					return fmt.Errorf("rack %d, drawer %d, sled %d: kind is %d, expected 0 to %d", r, d, s, sled.Kind, len(t.Kinds)-1)
				}
				places++
				systems += max(0, sled.Systems)
				if max(systems, places) > maxSystems {
					return fmt.Errorf("a pod of more than %d systems or chassis is too large", maxSystems)
				}
			}
		}
	}
	if systems < 1 || places > maxSystems {
		return fmt.Errorf("the pod has %d systems in %d chassis, expected 1 to %d", systems, places, maxSystems)
	}
	return nil
}

func (s StorageService) validate() error {
	if s.Protocol != protocolNVMe && s.Protocol != protocolISCSI {
		return fmt.Errorf("the protocol is %q, expected %s or %s", s.Protocol, protocolNVMe, protocolISCSI)
	}
	for i, capacity := range s.PoolGiB {
		if capacity < 1 || capacity > maxPoolGiB {
			return fmt.Errorf("pool %d has %d GiB, expected 1 to %d", i, capacity, maxPoolGiB)
		}
	}
	return nil
}

func (h Hardware) validate() error {
	if min(h.Processors, h.Processor.Cores, h.DIMMs, h.DIMM.CapacityMiB) < 1 {
		return errors.New("a system needs at least one processor with one core and one memory module with 1 MiB")
	}
	if h.NICs < 0 {
		return fmt.Errorf("NICs is %d, expected 0 or more", h.NICs)
	}
	return validateDrives(h.Drives)
}

func validateDrives(drives []Drive) error {
	for i, d := range drives {
		if d.CapacityGiB < 1 || (d.Type != "HDD" && d.Type != "SSD") {
			return fmt.Errorf("drive %d is a %q of %d GiB, expected an HDD or SSD of at least 1 GiB", i, d.Type, d.CapacityGiB)
		}
	}
	return nil
}
