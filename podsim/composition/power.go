package composition

import (
	"fmt"
	"net/http"
	"slices"
)

// action handlers answer a POST to the target of an action of a document.
type actionHandler func(r *http.Request, of string) (reply, error)

// actions are those that do something, by name. Others, which bundles may offer, cannot be called.
func (p *Pod) actions() map[string]actionHandler {
	return map[string]actionHandler{
		"#ComputerSystem.Reset":               p.resetSystem,
		"#ComputerSystem.AddResourceBlock":    p.addBlock,
		"#ComputerSystem.RemoveResourceBlock": p.removeBlock,
		"#CompositionService.Compose":         p.composeManifest,
	}
}

func bootWhens() []string { return []string{"Disabled", "Once", "Continuous"} }
func bootModes() []string { return []string{"Legacy", "UEFI"} }

func bootTargets() []string { return []string{"None", "Pxe", "Cd", "Usb", "Hdd", "BiosSetup"} }

func newBoot() object {
	return object{
		"BootSourceOverrideEnabled":                        "Disabled",
		"BootSourceOverrideTarget":                         "None",
		"BootSourceOverrideTarget@Redfish.AllowableValues": texts(bootTargets()),
		"BootSourceOverrideMode":                           "UEFI",
	}
}

// checkBoot refuses values that a boot override cannot have. The targets are those of the system, or any when nil.
func checkBoot(boot object, targets []string) error {
	allowed := map[string][]string{
		"BootSourceOverrideEnabled": bootWhens(), "BootSourceOverrideMode": bootModes(), "BootSourceOverrideTarget": targets,
	}
	for name, value := range boot {
		values, known := allowed[name]
		if !known {
			return refuse(propertyUnknown, "Boot/"+name)
		}
		text, ok := value.(string)
		if !ok {
			return refuse(wrongType, fmt.Sprint(value), "Boot/"+name)
		}
		if values != nil && !slices.Contains(values, text) {
			return refuse(wrongValue, text, "Boot/"+name)
		}
	}
	return nil
}

// resetSystem starts a reset. The power changes after the power delay, unless a later reset has come.
func (p *Pod) resetSystem(r *http.Request, system string) (reply, error) {
	body, err := readBody(r)
	if err != nil {
		return reply{}, err
	}
	p.mu.Lock()
	reset, err := p.checkReset(system, body)
	if err != nil {
		p.mu.Unlock()
		return reply{}, err
	}
	p.resets[system]++
	number := p.resets[system]
	p.mu.Unlock()
	p.opts.Clock.After(p.opts.PowerDelay, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.resets[system] == number && p.tree.has(system) {
			p.applyReset(system, reset)
		}
	})
	if p.opts.Flavour.resetBody {
		return reply{status: http.StatusOK, body: encode(body)}, nil
	}
	return reply{status: http.StatusNoContent}, nil
}

func (p *Pod) checkReset(system string, body object) (string, error) {
	if !p.tree.has(system) {
		return "", refuse(noSuchResource, system)
	}
	reset, ok := body["ResetType"].(string)
	if !ok {
		return "", refuse(parameterMissing, "ComputerSystem.Reset", "ResetType")
	}
	offered := textsAt(p.tree.view(system), "Actions", "#ComputerSystem.Reset", "ResetType@Redfish.AllowableValues")
	if offered == nil {
		offered = ResetTypes()
	}
	if !slices.Contains(offered, reset) {
		return "", refuse(wrongValue, reset, "ResetType")
	}
	return reset, nil
}

// applyReset carries out a reset, and tells of it when the power is another.
func (p *Pod) applyReset(system, reset string) {
	body := p.tree.edit(system)
	before := body["PowerState"]
	resetBody(body, reset)
	if body["PowerState"] != before {
		p.tell(eventStatus, system, "The power state is "+textAt(body, "PowerState"))
	}
}

// resetBody carries out a reset. A machine that boots uses up a boot override that was meant for once. The last four
// names are those of a mockup.
func resetBody(system object, reset string) {
	on, boots := system["PowerState"] == "On", false
	switch reset {
	case "On", "ForceOn", "PowerOn":
		boots = !on
	case "GracefulRestart", "ForceRestart", "PowerCycle":
		boots = true
	case "PushPowerButton":
		boots, on = !on, false
	case "ForceOff", "GracefulShutdown", "PowerOffNonGraceful", "PowerOffGraceful":
		on = false
	}
	system["PowerState"] = "Off"
	if on || boots {
		system["PowerState"] = "On"
	}
	if boot := objectAt(system, "Boot"); boots && textAt(boot, "BootSourceOverrideEnabled") == "Once" {
		boot["BootSourceOverrideEnabled"], boot["BootSourceOverrideTarget"] = "Disabled", "None"
	}
}
