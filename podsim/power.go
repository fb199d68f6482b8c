package podsim

import (
	"errors"
	"fmt"
	"slices"

	"github.com/valence-rsd/valence/podsim/events"
)

const healthOK = "OK"

// systemState is what changes about a computer system. It belongs to the pod's mutex; handlers get copies.
type systemState struct {
	node     *node  // whose it is, nil when it is free
	on       bool   // power
	health   string // OK, Warning, Critical
	boot     bootState
	gone     bool // it has vanished
	powerSeq int  // the number of the latest reset: a delayed one that is no longer the latest is dropped
}

type bootState struct{ enabled, target, mode string }

func newSystemState() systemState {
	return systemState{health: healthOK, boot: bootState{enabled: "Disabled", target: "None", mode: "UEFI"}}
}

func (s systemState) powerState() string {
	if s.on {
		return "On"
	}
	return "Off"
}

// forceOff switches the machine off at once and drops any reset that is still to come.
func (s *systemState) forceOff() {
	s.powerSeq++
	s.on = false
}

// apply carries out a reset. A machine that boots uses up a boot override that was meant for once.
func (s *systemState) apply(reset string) {
	boots := false
	switch reset {
	case "On", "ForceOn":
		boots = !s.on
	case "GracefulRestart", "ForceRestart":
		boots = true
	case "PushPowerButton":
		boots = !s.on
		s.on = false
	case "ForceOff", "GracefulShutdown":
		s.on = false
	case "Nmi":
		// Interrupts the operating system; the power stays as it is.
	}
	if !boots {
		return
	}
	s.on = true
	if s.boot.enabled == "Once" {
		s.boot.enabled, s.boot.target = "Disabled", "None"
	}
}

// allResetTypes are those of RSD 1.2 to 2.4: PowerCycle came later.
func allResetTypes() []string {
	return []string{"On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "Nmi", "ForceOn",
		"PushPowerButton"}
}

// bootTargets are those that all versions have.
func bootTargets() []string { return []string{"None", "Pxe", "Hdd", "Cd", "Usb", "BiosSetup"} }
func bootModes() []string   { return []string{"Legacy", "UEFI"} }
func bootWhens() []string   { return []string{"Disabled", "Once", "Continuous"} }

// resetNode resets the system of an assembled or failed node.
func (p *pod) resetNode(id, reset string) error {
	s, seq, err := p.startNodeReset(id, reset)
	if err != nil {
		return err
	}
	p.finishReset(s, seq, reset)
	return nil
}

// startNodeReset looks at the node and takes the number of the reset under one lock: a node that is deleted in
// between must not have its machine, by then free or another's, switched on.
func (p *pod) startNodeReset(id, reset string) (*system, int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.lookup(id)
	if err != nil {
		return nil, 0, err
	}
	if err := p.checkReset(reset); err != nil {
		return nil, 0, err
	}
	if err := p.checkUsable(n); err != nil {
		return nil, 0, err
	}
	seq, err := n.system.startReset()
	if err == nil {
		n.moveState(p.dialect.nodes, reset)
	}
	return n.system, seq, err
}

// checkUsable refuses what a node cannot take before it is assembled. The caller holds the mutex.
func (p *pod) checkUsable(n *node) error {
	if slices.Contains(p.dialect.nodes.usable, n.state) {
		return nil
	}
	return refuse(wrongState, "Composed Node should be assembled in order to invoke this action on it.")
}

// moveState lets a reset change the state of the node where the dialect does that. The caller holds the mutex.
func (n *node) moveState(rules nodeRules, reset string) {
	state, moves := rules.resetMoves[reset]
	switch {
	case !moves:
	case state != "":
		n.state = state
	case n.state == statePoweredOn:
		n.state = statePoweredOff
	default:
		n.state = statePoweredOn
	}
}

// resetSystem resets a system, whether it belongs to a node or not, in a way that the pod offers.
func (p *pod) resetSystem(s *system, reset string) error {
	p.mu.Lock()
	seq, err := s.startReset()
	p.mu.Unlock()
	if err != nil {
		return err
	}
	p.finishReset(s, seq, reset)
	return nil
}

// finishReset changes the power after the power delay, unless a later reset has come.
func (p *pod) finishReset(s *system, seq int, reset string) {
	p.After(p.delays.power, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		defer p.watchPower(s)()
		if s.state.powerSeq == seq {
			s.state.apply(reset)
		}
	})
}

func (p *pod) checkReset(reset string) error { return oneOf("ResetType", &reset, p.resetTypes...) }

// startReset numbers a reset. The caller holds the pod's mutex.
func (s *system) startReset() (int, error) {
	if err := s.checkHealthy(); err != nil {
		return 0, err
	}
	s.state.powerSeq++
	return s.state.powerSeq, nil
}

// checkHealthy refuses what needs a machine in good health. The caller holds the pod's mutex.
func (s *system) checkHealthy() error {
	if s.state.gone {
		return refuse(wrongState, "Computer system should be enabled and healthy, but it is not there.")
	}
	if s.state.health == healthOK {
		return nil
	}
	return refuse(wrongState, fmt.Sprintf("Computer system should be enabled and healthy, but its health is %s.", s.state.health))
}

// bootPatch is what a client may change of the boot override, on a node and on a system alike.
type bootPatch struct {
	Enabled *string `json:"BootSourceOverrideEnabled"`
	Target  *string `json:"BootSourceOverrideTarget"`
	Mode    *string `json:"BootSourceOverrideMode"`
}

func (b bootPatch) validate(rules nodeRules) error {
	if rules.bootNeeds && (b.Enabled == nil || b.Target == nil) {
		return refuse(badPayload, "Mandatory BootSourceType and/or BootSourceState is missing.")
	}
	if b.Enabled == nil && b.Target == nil && b.Mode == nil {
		return refuse(badPayload,
			"Boot needs at least one of BootSourceOverrideEnabled, BootSourceOverrideTarget, BootSourceOverrideMode")
	}
	return errors.Join(
		oneOf("BootSourceOverrideEnabled", b.Enabled, bootWhens()...),
		oneOf("BootSourceOverrideTarget", b.Target, rules.bootTargets...),
		oneOf("BootSourceOverrideMode", b.Mode, bootModes()...),
	)
}

// patchSystem changes the boot override of a system.
func (p *pod) patchSystem(s *system, b bootPatch) error {
	if err := b.validate(p.dialect.nodes); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := s.setBoot(b); err != nil {
		return err
	}
	p.publish(events.ResourceUpdated, s.uri, "The boot source was changed")
	return nil
}

// setBoot changes the parts of the boot override that are set. The caller holds the pod's mutex.
func (s *system) setBoot(b bootPatch) error {
	if err := s.checkHealthy(); err != nil {
		return err
	}
	set(&s.state.boot.enabled, b.Enabled)
	set(&s.state.boot.target, b.Target)
	set(&s.state.boot.mode, b.Mode)
	return nil
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// setHealth changes the health of a system.
func (p *pod) setHealth(s *system, health string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.state.health = health
	p.publish(events.StatusChange, s.uri, "The health is "+health)
}

// stateOf returns a copy of what changes about a system.
func (p *pod) stateOf(s *system) systemState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return s.state
}
