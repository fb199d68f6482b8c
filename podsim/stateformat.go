package podsim

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/valence-rsd/valence/podsim/composition"
)

// stateFormat names what stateFile holds. Another version is another name.
const stateFormat = "valence-podsim state 1"

// stateFile is what a pod remembers between runs: all that is not as it was built.
type stateFile struct {
	Format string `json:"format"`
	// These say which pod it is: the state of another one means nothing.
	Dialect  string `json:"dialect"`
	Seed     uint64 `json:"seed"`
	Topology string `json:"topology"` // hash

	LastNode   int                     `json:"last_node"`
	LastVolume int                     `json:"last_volume"`
	Nodes      []nodeRecord            `json:"nodes"`
	Volumes    []volumeRecord          `json:"volumes"`
	Systems    map[string]systemRecord `json:"systems"` // by URI
	Devices    map[string]assetRecord  `json:"devices"` // by URI
	Absent     []string                `json:"absent"`

	Composition *composition.State `json:"composition,omitempty"` // of a DMTF pod
}

type nodeRecord struct {
	Number      int               `json:"number"`
	Name        string            `json:"name"`
	Description string            `json:"description"`
	State       string            `json:"state"`
	ClearTPM    bool              `json:"clear_tpm"`
	ClearOptane bool              `json:"clear_optane"`
	Tags        map[string]string `json:"tags"`
	System      string            `json:"system"`
	Assets      []string          `json:"assets"`
}

type volumeRecord struct {
	Number      int             `json:"number"`
	Pool        string          `json:"pool"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Capacity    int64           `json:"capacity"`
	Access      []string        `json:"access"`
	Replicas    []replicaRecord `json:"replicas"`
	Bootable    bool            `json:"bootable"`
	Address     string          `json:"address"`
	Asset       assetRecord     `json:"asset"`
}

type replicaRecord struct {
	Kind   string `json:"kind"`
	Source string `json:"source"`
}

type systemRecord struct {
	On      bool   `json:"on"`
	Health  string `json:"health"`
	Enabled string `json:"boot_enabled"`
	Target  string `json:"boot_target"`
	Mode    string `json:"boot_mode"`
}

type assetRecord struct {
	Health        string `json:"health"`
	EraseOnDetach bool   `json:"erase_on_detach"`
	Erased        *bool  `json:"erased"`
	Erasing       bool   `json:"erasing"`
}

func newAssetRecord(s assetState) assetRecord {
	return assetRecord{s.health, s.eraseOnDetach, s.erased, s.erasing}
}

func newSystemRecord(s systemState) systemRecord {
	return systemRecord{s.on, s.health, s.boot.enabled, s.boot.target, s.boot.mode}
}

// stateHeader says which pod this is.
func (s *Simulator) stateHeader() (stateFile, error) {
	topology, err := json.Marshal(s.opts.Topology)
	if err != nil {
		return stateFile{}, fmt.Errorf("describing the topology: %w", err)
	}
	sum := sha256.Sum256(append(topology, s.opts.Bundle...))
	return stateFile{
		Format: stateFormat, Dialect: s.opts.Dialect, Seed: s.opts.Seed, Topology: hex.EncodeToString(sum[:8]),
	}, nil
}

// checkHeader refuses the state of another pod.
func (f stateFile) checkHeader(own stateFile) error {
	switch {
	case f.Format != own.Format:
		return fmt.Errorf("format is %q, expected %q", f.Format, own.Format)
	case f.Dialect != own.Dialect:
		return fmt.Errorf("it is of a pod of dialect %s, this one speaks %s", f.Dialect, own.Dialect)
	case f.Seed != own.Seed:
		return fmt.Errorf("it is of a pod of seed %d, this one has %d", f.Seed, own.Seed)
	case f.Topology != own.Topology:
		return fmt.Errorf("it is of a pod of topology %s, this one has %s", f.Topology, own.Topology)
	}
	return nil
}

// record fills in what has changed since the pod was built.
func (p *pod) record(f *stateFile) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f.LastNode, f.LastVolume = p.lastNode, p.lastVolume
	f.Nodes, f.Volumes = []nodeRecord{}, []volumeRecord{}
	f.Systems, f.Devices = map[string]systemRecord{}, map[string]assetRecord{}
	for _, n := range p.nodes {
		f.Nodes = append(f.Nodes, newNodeRecord(n))
	}
	slices.SortFunc(f.Nodes, func(a, b nodeRecord) int { return cmp.Compare(a.Number, b.Number) })
	for _, v := range p.volumes {
		f.Volumes = append(f.Volumes, newVolumeRecord(v))
	}
	fresh := newSystemRecord(newSystemState())
	for _, sys := range p.systems {
		if r := newSystemRecord(sys.state); r != fresh {
			f.Systems[sys.uri] = r
		}
	}
	for _, a := range p.devices {
		f.Devices[a.uri] = newAssetRecord(a.state)
	}
}

// newNodeRecord keeps the state that a node would have if nothing had vanished: what has is recorded on its own.
func newNodeRecord(n *node) nodeRecord {
	r := nodeRecord{
		Number: n.number, Name: n.name, Description: n.description, State: n.state,
		ClearTPM: n.clearTPM, ClearOptane: n.clearOptane, Tags: n.tags, System: n.system.uri, Assets: urisOf(n.assets),
	}
	if n.missing > 0 {
		r.State = n.before
	}
	return r
}

func newVolumeRecord(v *volume) volumeRecord {
	r := volumeRecord{
		Number: v.number, Pool: v.pool.uri, Name: v.name, Description: v.description, Capacity: v.capacity,
		Access: v.access, Replicas: []replicaRecord{}, Bootable: v.bootable, Address: v.address,
		Asset: newAssetRecord(v.state),
	}
	for _, from := range v.replicas {
		r.Replicas = append(r.Replicas, replicaRecord{from.kind, from.source})
	}
	return r
}
