package podsim

// The protocols of the fabrics.
const (
	protocolNVMe  = "NVMeOverFabrics"
	protocolISCSI = "iSCSI"
	protocolPCIe  = "PCIe"
)

// asset is what a node can have beside its system: a volume, or a device behind the PCIe switch.
type asset struct {
	part
	fabric     *fabric
	endpointID string // of its target endpoint in the fabric
	uuid       string
	processor  bool   // it stands among the processors of a node, not in its storage
	remote     bool   // it is a volume
	targetURI  string // URI of the target through which a logical drive is reached, up to RSD 2.2
	byEndpoint bool   // a node links its endpoint: there is no list for things of its kind

	state assetState // guarded by pod.mu
}

// assetState is what changes about an asset. It belongs to the pod's mutex; handlers get copies.
type assetState struct {
	node          *node // who has it, nil when it is free
	gone          bool  // it has vanished
	health        string
	eraseOnDetach bool
	erased        *bool // nil until it was attached or erased for the first time
	erasing       bool  // until then nobody can have it
}

// linkFromNode is what a node links when it has the asset.
func (a *asset) linkFromNode() link {
	if a.byEndpoint {
		return link{a.endpointURI()}
	}
	return link{a.uri}
}

func (a *asset) endpointURI() string { return a.fabric.uri + "/Endpoints/" + a.endpointID }

// attachable tells whether the actions of a node take it: pod managers give out iSCSI volumes in Allocate only.
func (a *asset) attachable() bool { return a.fabric.kind != protocolISCSI }

// free tells whether a node could have the asset now. The caller holds the pod's mutex.
func (a *asset) free() bool {
	return a.state.node == nil && a.state.health == healthOK && !a.state.erasing && !a.state.gone
}

// attach gives the node an asset. The caller holds the pod's mutex.
func (n *node) attach(a *asset) {
	written := false
	a.state.node = n
	a.state.erased = &written
	n.assets = append(n.assets, a)
}

// detach takes an asset from the node and tells whether it is to be erased now. The caller holds the pod's mutex.
func (n *node) detach(a *asset) (erases bool) {
	var left []*asset
	for _, other := range n.assets {
		if other != a {
			left = append(left, other)
		}
	}
	n.assets = left
	a.state.node = nil
	if a.state.eraseOnDetach {
		a.startErasing()
	}
	return a.state.erasing
}

// startErasing keeps the asset from everybody until finishErasing. The caller holds the pod's mutex.
func (a *asset) startErasing() {
	a.state.erasing = true
	a.state.erased = new(bool)
}

// finishErasing ends an erasure after the erase delay. The caller does not hold the mutex.
func (p *pod) finishErasing(a *asset) {
	p.After(p.delays.erase, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		done := true
		a.state.erased = &done
		a.state.erasing = false
	})
}

// eraseDrive erases a drive behind the PCIe switch that nobody has; others are in use where they sit.
func (p *pod) eraseDrive(d *drive) error {
	if err := p.startErasingDrive(d); err != nil {
		return err
	}
	p.finishErasing(d.asset)
	return nil
}

func (p *pod) startErasingDrive(d *drive) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d.asset == nil || !d.asset.free() {
		return mismatch("", d.uri+" is in use, or not healthy")
	}
	d.asset.startErasing()
	return nil
}

// assetStateOf returns a copy of what changes about an asset.
func (p *pod) assetStateOf(a *asset) assetState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return a.state
}

func (p *pod) setEraseOnDetach(a *asset, erase bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a.state.eraseOnDetach = erase
}

func urisOf(assets []*asset) []string {
	var uris []string
	for _, a := range assets {
		uris = append(uris, a.uri)
	}
	return uris
}
