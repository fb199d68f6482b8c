package ironic

import (
	"encoding/json"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"

	"github.com/valence-rsd/valence/service"
)

// document is a node in the words of Ironic's API.
type document map[string]any

// redfish is the hardware type that Valence registers nodes with, unless the
// caller says otherwise.
const redfish = "redfish"

// describe makes the document of a node: what Valence knows of it, with the
// caller's properties over it.
func describe(e service.Enrolment, verifyCA string) (document, error) {
	if _, ok := e.Properties["uuid"]; ok {
		return nil, service.Errorf(service.Invalid, "uuid: cannot be chosen; a node has the same one in Ironic as in Valence")
	}
	info := driverInfo(e, verifyCA)
	if given, ok := e.Properties["driver_info"]; ok {
		over, ok := given.(map[string]any)
		if !ok {
			return nil, service.Errorf(service.Invalid, "driver_info: is %s; expected an object", kindOf(given))
		}
		maps.Copy(info, over)
	}
	doc := document{"driver": redfish, "properties": properties(e.Machine)}
	maps.Copy(doc, e.Properties)
	doc["uuid"], doc["driver_info"] = e.Node.UUID, info
	if doc["driver"] == redfish && info["redfish_system_id"] == nil {
		return nil, service.Errorf(service.Conflict, "the pod manager names no computer system behind the node")
	}
	return doc, nil
}

// driverInfo is what the hardware type redfish needs.
func driverInfo(e service.Enrolment, verifyCA string) map[string]any {
	info := map[string]any{"redfish_address": e.PodManager.URL}
	for key, value := range map[string]string{
		"redfish_username":  e.PodManager.Credentials.Username,
		"redfish_password":  e.PodManager.Credentials.Password,
		"redfish_system_id": e.Machine.SystemRef,
		"redfish_verify_ca": verifyCA,
	} {
		if value != "" {
			info[key] = value
		}
	}
	return info
}

// properties are those that schedulers look at. What the pod did not say is
// left out.
func properties(m service.Machine) map[string]any {
	known := map[string]any{}
	var cores, memory int
	for _, p := range m.Processors {
		if p.TotalCores != nil {
			cores += *p.TotalCores
		}
		// Redfish's names (Processor.InstructionSet) in the words of uname.
		arch := map[string]string{"x86-64": "x86_64", "ARM-A64": "aarch64"}[p.InstructionSet]
		if arch != "" {
			known["cpu_arch"] = arch
		}
	}
	for _, d := range m.Memory {
		if d.CapacityMiB != nil {
			memory += *d.CapacityMiB
		}
	}
	if cores > 0 {
		known["cpus"] = cores
	}
	if memory > 0 {
		known["memory_mb"] = memory
	}
	return known
}

// addresses are the MAC addresses of a machine, as Ironic writes them. One that
// is none is left as it is, for Ironic to refuse.
func addresses(m service.Machine) []string {
	var macs []string
	for _, i := range m.Interfaces {
		mac := strings.ToLower(i.MAC)
		if hw, err := net.ParseMAC(i.MAC); err == nil {
			mac = hw.String()
		}
		if mac != "" && !slices.Contains(macs, mac) {
			macs = append(macs, mac)
		}
	}
	return macs
}

// notInNames are runs of what Ironic does not take in a name: anything but the
// unreserved characters of RFC 3986, section 2.3.
var notInNames = regexp.MustCompile(`[^A-Za-z0-9._~-]+`)

// maxName leaves room for a piece of the UUID in the 255 characters that a name
// may have in Ironic.
const maxName = 240

// names are the names that a node may have in Ironic, the best first.
func names(n service.Node) []string {
	if n.Name == "" {
		return nil
	}
	derived := strings.Trim(notInNames.ReplaceAllString(n.Name, "-"), "-")
	if derived == "" {
		derived = "node"
	}
	return []string{n.Name, derived[:min(len(derived), maxName)] + "-" + n.UUID[:min(len(n.UUID), 8)]}
}

// called is the document with a name.
func (d document) called(name string) document {
	named := maps.Clone(d)
	named["name"] = name
	return named
}

// ToNodeCreateMap is the document as the body of a request.
func (d document) ToNodeCreateMap() (map[string]any, error) { return d, nil }

// over is the document with what others added to the node: Ironic's own
// inspection writes properties, people write extra.
func (d document) over(there nodes.Node) document {
	merged := maps.Clone(d)
	for key, old := range map[string]map[string]any{"properties": there.Properties, "extra": there.Extra} {
		if ours, ok := d[key].(map[string]any); ok && old != nil {
			all := maps.Clone(old)
			maps.Copy(all, ours)
			merged[key] = all
		}
	}
	return merged
}

// patches bring a node in step with the document. In driver_info each key is set
// by itself: others add to it, and what Ironic shows of it is not all of it.
func (d document) patches() nodes.UpdateOpts {
	var opts nodes.UpdateOpts
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if key != "driver_info" {
			opts = append(opts, set(d[key], key))
			continue
		}
		info := d[key].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(info)) {
			opts = append(opts, set(info[name], key, name))
		}
	}
	return opts
}

// patch is one operation of JSON Patch (RFC 6902).
type patch map[string]any

// set gives a member of an object a value, whether or not it has one.
func set(value any, path ...string) patch {
	pointer := strings.NewReplacer("~", "~0", "/", "~1")
	for i, name := range path {
		path[i] = pointer.Replace(name)
	}
	return patch{"op": nodes.AddOp, "path": "/" + strings.Join(path, "/"), "value": value}
}

// ToNodeUpdateMap is the operation as a part of a request's body.
func (p patch) ToNodeUpdateMap() (map[string]any, error) { return p, nil }

// kindOf says what kind of JSON value something is.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "true or false"
	case float64, json.Number, int:
		return "a number"
	case []any:
		return "an array"
	}
	return "something else"
}
