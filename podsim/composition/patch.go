package composition

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// editable are the properties that a PATCH may have, with the types of their values.
type editable map[string]string

// check refuses what cannot be written.
func (e editable) check(body object, there object) error {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if strings.Contains(name, "@") {
			continue
		}
		if _, known := e[name]; !known {
			if _, exists := there[name]; exists {
				return refuse(propertyReadOnly, name)
			}
			return refuse(propertyUnknown, name)
		}
		_, text := body[name].(string)
		_, yes := body[name].(bool)
		_, whole := body[name].(object)
		if fits := map[string]bool{"text": text, "bool": yes, "object": whole}; !fits[e[name]] {
			return refuse(wrongType, fmt.Sprint(body[name]), name)
		}
	}
	return nil
}

// patched reads the body of a PATCH and changes the document under the mutex.
func (p *Pod) patched(r *http.Request, uri string, allowed editable, change func(body, there object) error) (reply, error) {
	body, err := readBody(r)
	if err != nil {
		return reply{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkMatch(r, uri); err != nil {
		return reply{}, err
	}
	if err := allowed.check(body, p.tree.view(uri)); err != nil {
		return reply{}, err
	}
	if err := change(body, p.tree.edit(uri)); err != nil {
		return reply{}, err
	}
	p.tell(eventUpdated, uri, "The resource was changed")
	return p.changed(uri), nil
}

// patchSystem changes what a client may: names, the boot override, and the blocks.
func (p *Pod) patchSystem(r *http.Request, uri string) (reply, error) {
	allowed := editable{"Name": "text", "AssetTag": "text", "HostName": "text", "Boot": "object", "Links": "object"}
	return p.patched(r, uri, allowed, func(body, there object) error {
		boot := objectAt(body, "Boot")
		targets := textsAt(there, "Boot", "BootSourceOverrideTarget@Redfish.AllowableValues")
		if targets == nil {
			targets = bootTargets()
		}
		if err := checkBoot(boot, targets); err != nil {
			return err
		}
		if err := p.replaceBlocks(uri, there, objectAt(body, "Links")); err != nil {
			return err
		}
		if boot != nil {
			maps.Copy(inner(there, "Boot"), boot)
		}
		if boot["BootSourceOverrideEnabled"] == "Disabled" {
			there["Boot"].(object)["BootSourceOverrideTarget"] = "None"
		}
		for _, name := range []string{"Name", "AssetTag", "HostName"} {
			if value, given := body[name]; given {
				there[name] = value
			}
		}
		return nil
	})
}

// patchBlock changes what clients tell each other by a block. Reserved binds nobody.
func (p *Pod) patchBlock(r *http.Request, uri string) (reply, error) {
	allowed := editable{"CompositionStatus": "object", "Client": "text", "Pool": "text"}
	return p.patched(r, uri, allowed, func(body, there object) error {
		wanted := objectAt(body, "CompositionStatus")
		if err := (editable{"Reserved": "bool", "SharingEnabled": "bool"}).check(wanted, objectAt(there, "CompositionStatus")); err != nil {
			return err
		}
		if pool, given := body["Pool"].(string); given {
			if !slices.Contains([]string{"Active", "Free", "Unassigned"}, pool) {
				return refuse(wrongValue, pool, "Pool")
			}
			p.move(there, pool)
		}
		if client, given := body["Client"]; given {
			there["Client"] = client
		}
		maps.Copy(inner(there, "CompositionStatus"), wanted)
		if stateOf(there) == stateShareable || stateOf(there) == stateComposed {
			settle(there, compositions(there))
		}
		return nil
	})
}

// patchService changes what a client may of the service.
func (p *Pod) patchService(r *http.Request, uri string) (reply, error) {
	allowed := editable{"AllowOverprovisioning": "bool", "ReservationDuration": "text", "ServiceEnabled": "bool"}
	return p.patched(r, uri, allowed, func(body, there object) error {
		if text, given := body["ReservationDuration"].(string); given {
			if _, err := parseDuration(text); err != nil {
				return refuse(wrongType, text, "ReservationDuration")
			}
		}
		maps.Copy(there, body)
		return nil
	})
}
