package etcd

import (
	"maps"
	"slices"
	"unique"

	"github.com/valence-rsd/valence/service"
)

func nodeTraits(s *Store) traits[service.Node] {
	return traits[service.Node]{
		id:      func(n service.Node) string { return n.UUID },
		indexes: s.nodeIndexes,
		share:   shareNode,
		copy: func(n service.Node) service.Node {
			n.Failure = copyOf(n.Failure)
			n.Requirements.PCIDevices = slices.Clone(n.Requirements.PCIDevices)
			return n
		},
	}
}

func flavorTraits() traits[service.Flavor] {
	return traits[service.Flavor]{
		id: func(f service.Flavor) string { return f.UUID },
		copy: func(f service.Flavor) service.Flavor {
			f.Properties.PCIDevices = slices.Clone(f.Properties.PCIDevices)
			return f
		},
	}
}

func podManagerTraits(s *Store) traits[storedPodManager] {
	return traits[storedPodManager]{
		id:      func(pm storedPodManager) string { return pm.UUID },
		indexes: s.podManagerIndexes,
	}
}

func volumeTraits(s *Store) traits[service.Volume] {
	return traits[service.Volume]{
		id:      func(v service.Volume) string { return v.UUID },
		indexes: s.volumeIndexes,
		share: func(v *service.Volume) {
			share(&v.PodManagerID, &v.ProjectID, (*string)(&v.State), &v.Protocol, &v.Pool, &v.NodeID)
		},
		copy: func(v service.Volume) service.Volume {
			v.Failure = copyOf(v.Failure)
			return v
		},
	}
}

func deviceTraits(s *Store) traits[service.Device] {
	return traits[service.Device]{
		id:      func(d service.Device) string { return d.UUID },
		indexes: s.deviceIndexes,
		share: func(d *service.Device) {
			share(&d.PodManagerID, (*string)(&d.Type), (*string)(&d.State), &d.MachineRef, &d.Group)
			shareDocument(d.Properties)
			shareDocument(d.Extra)
		},
		copy: func(d service.Device) service.Device {
			d.Properties, d.Extra = copyMap(d.Properties), copyMap(d.Extra)
			return d
		},
	}
}

func snapshotTraits() traits[storedSnapshot] {
	return traits[storedSnapshot]{id: func(x storedSnapshot) string { return x.PodManagerID }}
}

func intentTraits() traits[service.Intent] {
	return traits[service.Intent]{
		id: func(in service.Intent) string { return in.NodeUUID },
		copy: func(in service.Intent) service.Intent {
			in.Failure = copyOf(in.Failure)
			return in
		},
	}
}

func shareNode(n *service.Node) {
	r := &n.Requirements
	share(&n.PodManagerID, &n.ProjectID, (*string)(&n.State), (*string)(&n.Step), &n.ManagedBy, &r.Memory.Type, &r.Processor.Model)
	for i := range r.PCIDevices {
		share(&r.PCIDevices[i])
	}
}

// share replaces texts by equal ones that other records have.
func share(texts ...*string) {
	for _, s := range texts {
		*s = unique.Make(*s).Value()
	}
}

// shareDocument shares the names and the short words in a document: a vendor
// says nearly the same of each of its devices.
func shareDocument(doc map[string]any) {
	for name, value := range doc {
		switch v := value.(type) {
		case string:
			doc[unique.Make(name).Value()] = unique.Make(v).Value()
		case map[string]any:
			shareDocument(v)
		}
	}
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	same := *p
	return &same
}

// copyMap copies a JSON object with everything in it.
func copyMap(doc map[string]any) map[string]any {
	same := maps.Clone(doc)
	for name, value := range same {
		same[name] = copyValue(value)
	}
	return same
}

func copyValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return copyMap(v)
	case []any:
		same := slices.Clone(v)
		for i := range same {
			same[i] = copyValue(same[i])
		}
		return same
	}
	return value
}
