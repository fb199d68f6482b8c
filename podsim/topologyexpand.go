package podsim

import (
	"fmt"
	"slices"
	"strings"
)

// counted is an entry of a list in a topology file.
type counted interface{ count() *int }

func (r rackFile) count() *int   { return r.Count }
func (d drawerFile) count() *int { return d.Count }
func (s sledFile) count() *int   { return s.Count }
func (d driveFile) count() *int  { return d.Count }
func (d deviceFile) count() *int { return d.Count }

// expand makes a list of entries with counts a list of things. field is where the list stands in the file.
func expand[F counted, T any](field string, entries []F, make func(F, string) (T, error)) ([]T, error) {
	all := []T{}
	for i, entry := range entries {
		at := fmt.Sprintf("%s[%d]", field, i)
		count := 1
		set(&count, entry.count())
		if count < 1 || len(all)+count > maxSystems {
			return nil, fmt.Errorf("%s.count is %d, expected 1 or more, and at most %d in all", at, count, maxSystems)
		}
		one, err := make(entry, at)
		if err != nil {
			return nil, err
		}
		all = append(all, slices.Repeat([]T{one}, count)...)
	}
	return all, nil
}

func (r rackFile) rack(at string, kinds []string) (Rack, error) {
	drawers, err := expand(at+".drawers", r.Drawers, func(d drawerFile, at string) (Drawer, error) { return d.drawer(at, kinds) })
	return Rack{drawers}, err
}

func (d drawerFile) drawer(at string, kinds []string) (Drawer, error) {
	sleds, err := expand(at+".sleds", d.Sleds, func(s sledFile, at string) (Sled, error) { return s.sled(at, kinds) })
	return Drawer{sleds}, err
}

func (s sledFile) sled(at string, kinds []string) (Sled, error) {
	one := Sled{Kind: slices.Index(kinds, s.Kind), Systems: 1}
	set(&one.Systems, s.Systems)
	if one.Kind < 0 {
		return one, fmt.Errorf("%s.kind is %q, expected one of %s", at, s.Kind, strings.Join(kinds, ", "))
	}
	if one.Systems < 0 || one.Systems > maxSystems {
		return one, fmt.Errorf("%s.systems is %d, expected 0 to %d", at, one.Systems, maxSystems)
	}
	return one, nil
}

// addTo gives the topology what is behind the PCIe switch.
func (f pooledFile) addTo(t *Topology) (err error) {
	if t.PooledDrives, err = expand("pooled.drives", f.Drives, driveFile.drive); err != nil {
		return err
	}
	t.FPGAs, err = expand("pooled.fpgas", f.FPGAs, func(d deviceFile, at string) (FPGA, error) {
		return FPGA{orDefault(d.Model, PooledFPGA().Model)}, d.noSpeed(at)
	})
	if err != nil {
		return err
	}
	t.GPUs, err = expand("pooled.gpus", f.GPUs, func(d deviceFile, at string) (GPU, error) {
		return GPU{orDefault(d.Model, PooledGPU().Model)}, d.noSpeed(at)
	})
	if err != nil {
		return err
	}
	t.NICs, err = expand("pooled.nics", f.NICs, func(d deviceFile, _ string) (NIC, error) {
		return NIC{orDefault(d.Model, PooledNIC().Model), orDefault(d.SpeedMbps, PooledNIC().SpeedMbps)}, nil
	})
	return err
}

func (d deviceFile) noSpeed(at string) error {
	if d.SpeedMbps != 0 {
		return fmt.Errorf("%s.speed_mbps is %d, expected only for nics", at, d.SpeedMbps)
	}
	return nil
}
