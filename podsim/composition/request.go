package composition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The use cases of a capability.
const (
	specific    = "ComputerSystemComposition"
	constrained = "ComputerSystemConstrainedComposition"
)

// capability is one way to compose, as a collection or a zone offers it.
type capability struct {
	object  string // URI of the template
	useCase string
	zones   []string // where it holds; everywhere when there are none
}

// capabilities lists those of the systems collection and of the zones. The caller holds the mutex.
func (p *Pod) capabilities() []capability {
	found := capabilitiesOf(p.tree.view(p.places.systems), p.places.systems)
	for _, zone := range urisAt(p.tree.view(p.places.zones), "Members") {
		for _, c := range capabilitiesOf(p.tree.view(zone), p.places.systems) {
			c.zones = []string{zone}
			found = append(found, c)
		}
	}
	return found
}

// capabilitiesOf reads the capabilities of a document for a target.
func capabilitiesOf(body object, target string) []capability {
	var found []capability
	for _, one := range listAt(body, "@Redfish.CollectionCapabilities", "Capabilities") {
		if uriOf(at(one, "Links", "TargetCollection")) == target {
			found = append(found, capability{
				uriOf(at(one, "CapabilitiesObject")), textAt(one, "UseCase"), urisAt(one, "Links", "RelatedItem"),
			})
		}
	}
	return found
}

func (c capability) holds(zones []string) bool {
	return len(c.zones) == 0 || slices.ContainsFunc(c.zones, func(zone string) bool { return slices.Contains(zones, zone) })
}

// components are the properties in which a constrained request describes what it wants.
func components() []string {
	return []string{"Processors", "Memory", "Storage", "SimpleStorage", "EthernetInterfaces", "NetworkInterfaces"}
}

// properties are what a request may have beside what it wants, by the type of the value.
func properties() map[string]string {
	return map[string]string{"Id": "text", "Name": "text", "Description": "text", "HostName": "text", "AssetTag": "text",
		"PowerState": "text", "BiosVersion": "text", "Boot": "object", "Links": "object"}
}

// checkForm refuses a request that no service could take.
func checkForm(body object) error {
	known := properties()
	for _, name := range components() {
		known[name] = "object"
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		kind, ok := known[name]
		_, text := body[name].(string)
		_, whole := body[name].(object)
		switch {
		case strings.Contains(name, "@") || name == "Oem":
		case !ok:
			return refuse(propertyUnknown, name)
		case kind == "text" && !text, kind == "object" && !whole:
			return refuse(wrongType, fmt.Sprint(body[name]), name)
		}
	}
	if _, is := at(body, "Links", "ResourceBlocks").([]any); at(body, "Links", "ResourceBlocks") != nil && !is {
		return refuse(wrongType, fmt.Sprint(at(body, "Links", "ResourceBlocks")), "Links/ResourceBlocks")
	}
	return checkState(body)
}

func checkState(body object) error {
	state, given := body["PowerState"].(string)
	if given && state != "On" && state != "Off" {
		return refuse(wrongValue, state, "PowerState")
	}
	return checkBoot(objectAt(body, "Boot"), nil)
}

// checkTemplate refuses a request that lacks what the template of a capability requires, or has values that it does not
// allow. Properties that it does not mention are no fault of the request.
func checkTemplate(template, body object, path string) error {
	for _, name := range slices.Sorted(maps.Keys(template)) {
		property, rule, annotated := strings.Cut(name, "@Redfish.")
		var err error
		switch {
		case rule == "RequestedCountRequired" && trueAt(template, name) && body["@Redfish.RequestedCount"] == nil:
			err = refuse(propertyMissing, path+"@Redfish.RequestedCount")
		case rule == "RequiredOnCreate" && trueAt(template, name) && body[property] == nil:
			err = refuse(propertyMissing, path+property)
		case rule == "AllowableValues" && property != "":
			err = checkAllowed(textsAt(template, name), body[property], path+property)
		case !annotated:
			err = checkInner(template[name], body[name], path+name+"/")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkAllowed(allowed []string, value any, path string) error {
	text, given := value.(string)
	if given && !slices.Contains(allowed, text) {
		return refuse(wrongValue, text, path)
	}
	return nil
}

// checkInner compares what stands below a property; the one template of a list is that of all its elements.
func checkInner(template, value any, path string) error {
	if list, ok := template.([]any); ok && len(list) > 0 {
		template = list[0]
	}
	rules, ok := template.(object)
	if !ok {
		return nil
	}
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	for _, one := range values {
		if body, ok := one.(object); ok {
			if err := checkTemplate(rules, body, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkLimits counts the blocks of each type.
func checkLimits(limits object, count map[string]int) error {
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		limit, _ := numberAt(limits, name)
		n := float64(count[name[min(3, len(name)):]])
		if strings.HasPrefix(name, "Min") && n < limit || strings.HasPrefix(name, "Max") && n > limit {
			return refuse(conflictingValue, "Links/ResourceBlocks", "@Redfish.ResourceBlockLimits/"+name)
		}
	}
	return nil
}

// offers tells whether a template lets a client set a property.
func offers(template object, name string) bool {
	return trueAt(template, name+"@Redfish.OptionalOnCreate") || trueAt(template, name+"@Redfish.RequiredOnCreate")
}
