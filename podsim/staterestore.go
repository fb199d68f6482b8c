package podsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// restore reads the state of an earlier run, if there is one. It comes before anybody asks the pod anything.
func (s *Simulator) restore(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the state: %w", err)
	}
	if err := s.restoreFrom(data); err != nil {
		return fmt.Errorf("state %s: %w", path, err)
	}
	return nil
}

func (s *Simulator) restoreFrom(data []byte) error {
	var f stateFile
	if err := json.Unmarshal(data, &f); err != nil {
		return fmt.Errorf("it is no JSON of the expected form: %w", err)
	}
	own, err := s.stateHeader()
	if err != nil {
		return err
	}
	if err := f.checkHeader(own); err != nil {
		return err
	}
	if err := s.pod.recall(f); err != nil {
		return err
	}
	if s.composed != nil && f.Composition != nil {
		if err := s.composed.Restore(*f.Composition); err != nil {
			return fmt.Errorf("composition: %w", err)
		}
	}
	for _, uri := range f.Absent {
		if err := s.SetPresent(uri, false); err != nil {
			return fmt.Errorf("absent: %w", err)
		}
	}
	s.pod.restart()
	s.pod.resumeErasing()
	return nil
}

// recall makes the pod what the file says.
func (p *pod) recall(f stateFile) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.recallVolumes(f); err != nil {
		return err
	}
	for uri, r := range f.Devices {
		a, ok := p.assets[uri]
		if !ok {
			return fmt.Errorf("there is no device %q", uri)
		}
		a.recall(r)
	}
	systems := map[string]*system{}
	for _, sys := range p.systems {
		systems[sys.uri] = sys
	}
	for uri, r := range f.Systems {
		sys, ok := systems[uri]
		if !ok {
			return fmt.Errorf("there is no system %q", uri)
		}
		sys.state.on, sys.state.health = r.On, r.Health
		sys.state.boot = bootState{r.Enabled, r.Target, r.Mode}
	}
	for _, r := range f.Nodes {
		if err := p.recallNode(r, systems[r.System]); err != nil {
			return fmt.Errorf("node %d: %w", r.Number, err)
		}
	}
	p.lastNode, p.lastVolume = max(p.lastNode, f.LastNode), max(p.lastVolume, f.LastVolume)
	return nil
}

func (a *asset) recall(r assetRecord) {
	a.state.health, a.state.eraseOnDetach, a.state.erased, a.state.erasing = r.Health, r.EraseOnDetach, r.Erased, r.Erasing
}

// recallVolumes replaces those that the pod was built with.
func (p *pod) recallVolumes(f stateFile) error {
	pools := map[string]*storagePool{}
	for _, service := range p.services {
		for _, pool := range service.pools {
			pools[pool.uri] = pool
			pool.used = 0
		}
	}
	for _, v := range p.volumes {
		delete(p.assets, v.uri)
		delete(p.volumeByURI, v.uri)
	}
	p.volumes = nil
	for _, r := range f.Volumes {
		pool, ok := pools[r.Pool]
		if !ok || r.Capacity < 0 || r.Capacity > pool.capacity-pool.used {
			return fmt.Errorf("volume %d does not fit into the pool %q", r.Number, r.Pool)
		}
		p.lastVolume = r.Number - 1
		v := p.addVolume(r.spec(pool))
		v.recall(r.Asset)
	}
	return nil
}

func (r volumeRecord) spec(pool *storagePool) volumeSpec {
	spec := volumeSpec{
		name: r.Name, description: r.Description, capacity: r.Capacity, pool: pool, access: r.Access,
		bootable: r.Bootable, address: r.Address,
	}
	for _, from := range r.Replicas {
		spec.replicas = append(spec.replicas, replica{from.Kind, from.Source})
	}
	return spec
}

func (p *pod) recallNode(r nodeRecord, sys *system) error {
	if sys == nil || sys.state.node != nil {
		return fmt.Errorf("there is no system %q that is free", r.System)
	}
	n := &node{
		number: r.Number, name: r.Name, description: r.Description, state: r.State,
		clearTPM: r.ClearTPM, clearOptane: r.ClearOptane, tags: r.Tags, system: sys,
	}
	for _, uri := range r.Assets {
		a, ok := p.assets[uri]
		if !ok || a.state.node != nil || slices.Contains(n.assets, a) {
			return fmt.Errorf("there is no volume or device %q that is free", uri)
		}
		a.state.node = n
		n.assets = append(n.assets, a)
	}
	sys.state.node = n
	p.nodes[n.id()] = n
	p.lastNode = max(p.lastNode, n.number)
	return nil
}

// resumeErasing goes on with what the end of the last run broke off.
func (p *pod) resumeErasing() {
	p.mu.Lock()
	var erasing []*asset
	for _, a := range p.assets {
		if a.state.erasing {
			erasing = append(erasing, a)
		}
	}
	p.mu.Unlock()
	for _, a := range erasing {
		p.finishErasing(a)
	}
}
