package composition

import (
	"fmt"
	"strings"
)

// maxWishes and maxCount keep a request from asking for more work than a pod has hardware.
const (
	maxWishes = 64
	maxCount  = 10_000
)

// wish is one element of a constrained request.
type wish struct {
	class string // which parts can fulfil it
	label string // what it is called when there is none
	count int
	over  bool   // more, or better ones, will do
	want  object // what each part must be
}

// readWishes reads what a constrained request describes; none when it describes nothing.
func readWishes(body object) ([]wish, error) {
	var wishes []wish
	for _, name := range components() {
		for _, one := range listAt(body, name, "Members") {
			read, err := readWish(name, one)
			if err != nil {
				return nil, err
			}
			wishes = append(wishes, read...)
		}
	}
	if len(wishes) > maxWishes {
		return nil, refuse(generalError, fmt.Sprintf("The request has %d elements, more than %d.", len(wishes), maxWishes))
	}
	return wishes, nil
}

// readWish reads one element. Storage is wished for by its drives, and a device of a simple storage is a drive.
func readWish(name string, value any) ([]wish, error) {
	element, ok := value.(object)
	if !ok {
		return nil, refuse(wrongType, fmt.Sprint(value), name+"/Members")
	}
	count, err := readCount(element, name)
	if err != nil {
		return nil, err
	}
	inner, class := map[string]string{"Storage": "Drives", "SimpleStorage": "Devices"}[name], strings.TrimSuffix(name, "s")
	if name == "Processors" {
		class = "Processor"
	}
	if inner == "" {
		return []wish{{class, class, count, trueAt(element, overKey), scalars(element)}}, nil
	}
	var wishes []wish
	for _, one := range elementsOf(element[inner]) {
		each, err := readCount(one, name+"/"+inner)
		if err != nil {
			return nil, err
		}
		want := scalars(one)
		for _, protocol := range protocolsOf(element) {
			want["Protocol"] = protocol
		}
		wishes = append(wishes, wish{"Drive", name, count * each, trueAt(element, overKey) || trueAt(one, overKey), want})
	}
	return wishes, nil
}

const overKey = "@Redfish.AllowOverprovisioning"

func readCount(element object, where string) (int, error) {
	value, given := element["@Redfish.RequestedCount"]
	n, ok := numberAt(element, "@Redfish.RequestedCount")
	if !given {
		return 1, nil
	}
	if !ok || n < 1 || n > maxCount || n != float64(int(n)) {
		return 0, refuse(wrongType, fmt.Sprint(value), where+"/@Redfish.RequestedCount")
	}
	return int(n), nil
}

// elementsOf takes a list for its objects, and an object for a list of one: a mockup has that.
func elementsOf(value any) []object {
	if one, ok := value.(object); ok {
		return []object{one}
	}
	list, _ := value.([]any)
	var objects []object
	for _, one := range list {
		if o, ok := one.(object); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

func protocolsOf(storage object) []string {
	var found []string
	for _, controller := range elementsOf(storage["StorageControllers"]) {
		switch protocols := controller["SupportedControllerProtocols"].(type) {
		case string:
			found = append(found, protocols)
		case []any:
			found = append(found, textsAt(controller, "SupportedControllerProtocols")...)
		}
	}
	return found
}

// scalars are the properties of an element that a part is compared with. The first name is misspelt in DMTF's mockup, the
// second that of an older schema.
func scalars(element object) object {
	other := map[string]string{"AchieveableSpeedMHz": "MaxSpeedMHz", "SpeedMHz": "OperatingSpeedMhz"}
	want := object{}
	for name, value := range element {
		if strings.Contains(name, "@") {
			continue
		}
		if known := other[name]; known != "" {
			name = known
		}
		switch value.(type) {
		case string, float64, int, int64, bool:
			want[name] = value
		}
	}
	return want
}

// part is a component of a block.
type part struct {
	class string
	body  object
}

// fits tells whether a part is what a wish is for: the same words, and the same numbers, or larger ones where more will
// do.
func (w wish) fits(one part) bool {
	if w.class != one.class {
		return false
	}
	for name, value := range w.want {
		wanted, isNumber := value.(float64)
		has, _ := numberAt(one.body, name)
		switch {
		case !isNumber && !sameText(value, one.body[name]), isNumber && has < wanted, isNumber && !w.over && has != wanted:
			return false
		}
	}
	return true
}

func sameText(a, b any) bool {
	x, isText := a.(string)
	y, _ := b.(string)
	return a == b || isText && strings.EqualFold(x, y)
}

// partsOf lists the components of a block, as far as wishes can be compared with them. What is in a block never changes,
// and in a large pod most parts are alike: each kind is kept once.
func (p *Pod) partsOf(uri string, block object) []part {
	if parts, known := p.parts[uri]; known {
		return parts
	}
	parts := p.readParts(block)
	for i, one := range parts {
		plain := scalars(one.body)
		for _, name := range []string{"Id", "Name", "Socket", "SerialNumber", "MACAddress", "PermanentMACAddress", "DeviceLocator", "UUID"} {
			delete(plain, name)
		}
		key := one.class + string(encode(plain))
		if p.kinds[key] == nil {
			p.kinds[key] = plain
		}
		parts[i].body = p.kinds[key]
	}
	p.parts[uri] = parts
	return parts
}

// readParts looks into the documents of a block.
func (p *Pod) readParts(block object) []part {
	var parts []part
	add := func(class string, uris []string) {
		for _, uri := range uris {
			if body := p.tree.view(uri); body != nil {
				parts = append(parts, part{class, body})
			}
		}
	}
	add("Processor", urisAt(block, "Processors"))
	add("Memory", urisAt(block, "Memory"))
	add("EthernetInterface", urisAt(block, "EthernetInterfaces"))
	add("NetworkInterface", urisAt(block, "NetworkInterfaces"))
	drives := urisAt(block, "Drives")
	for _, uri := range urisAt(block, "Storage") {
		for _, drive := range urisAt(p.tree.view(uri), "Drives") {
			// The same drive may stand in both places, even under two URIs.
			if len(urisAt(block, "Drives")) == 0 {
				drives = append(drives, drive)
			}
		}
	}
	add("Drive", drives)
	for _, uri := range urisAt(block, "SimpleStorage") {
		for _, device := range elementsOf(p.tree.view(uri)["Devices"]) {
			parts = append(parts, part{"Drive", device})
		}
	}
	return parts
}
