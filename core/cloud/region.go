package cloud

import (
	"maps"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// region finds the region and applies its values (rules 37 to 43).
func (res *resolver) region() error {
	known, err := res.regions()
	if err != nil {
		return err
	}
	asked := res.args["region_name"]
	chosen := region{name: setting{value: asked.plainText(), origin: asked.origin, layer: asked.layer}}
	switch {
	case len(known) == 0:
	case chosen.name.value == "":
		chosen = known[0]
	default:
		i := slices.IndexFunc(known, func(r region) bool { return r.name.value == chosen.name.value })
		if i < 0 {
			return res.noRegion(asked.plainText(), known)
		}
		chosen.values = known[i].values
	}
	delete(res.args, "region_name")
	values := maps.Clone(chosen.values)
	maps.DeleteFunc(values, func(_ string, s setting) bool { return s.value == nil })
	if err := res.lay(values, layerRegion); err != nil {
		return err
	}
	res.config["region_name"] = chosen.name
	return nil
}

func (res *resolver) noRegion(asked string, known []region) error {
	names := make([]string, len(known))
	for i, r := range known {
		names[i] = r.name.plainText()
	}
	return fault.New(fault.Usage, "region %s is not a valid region name for cloud %s: valid choices are %s",
		asked, res.name, strings.Join(names, ",")).WithHint("region names are case sensitive")
}

// region is one that a cloud is known to have.
type region struct {
	name   setting // text
	values section
}

// regions are those that the cloud has, if anybody says: its entry, else its
// profile (rules 36, 40).
func (res *resolver) regions() ([]region, error) {
	if res.name == "" {
		return nil, nil
	}
	entry, err := res.entry()
	if err != nil {
		return nil, err
	}
	if s := entry["regions"]; s.value != nil {
		return regionList(s)
	}
	if s := entry["region_name"]; s.value != nil {
		return res.regionNames(s)
	}
	profile, err := res.profile(entry)
	if err != nil {
		return nil, err
	}
	if list, ok := profile["regions"].value.([]setting); ok && len(list) > 0 {
		return regionList(profile["regions"])
	}
	if s := profile["region_name"]; s.plainText() != "" {
		return []region{{name: s}}, nil
	}
	return nil, nil
}

func regionList(s setting) ([]region, error) {
	list, ok := s.value.([]setting)
	if !ok {
		return nil, fault.New(fault.Failed, "%s: regions is %s, expected a list", s.origin, kind(s.value))
	}
	var out []region
	for _, item := range list {
		r := region{name: item}
		if in, ok := item.value.(section); ok {
			values, err := mapping(in["values"], "a region's values", "a mapping")
			if err != nil {
				return nil, err
			}
			r = region{name: in["name"], values: values}
			for _, key := range in.keys() {
				if key != "name" && key != "values" {
					return nil, fault.New(fault.Failed, "%s: a region has the key %s, expected only name and values", item.origin, key)
				}
			}
		}
		name, ok := pyString(r.name.value)
		if !ok {
			return nil, fault.New(fault.Failed, "%s: the name of a region is %s, expected text", item.origin, kind(r.name.value))
		}
		r.name.value, r.name.layer = name, layerEntry
		out = append(out, r)
	}
	return out, nil
}

// regionNames reads region_name as the list that it may be.
func (res *resolver) regionNames(s setting) ([]region, error) {
	if _, isList := s.value.([]setting); isList {
		return regionList(s)
	}
	text, ok := pyString(s.value)
	if !ok {
		return nil, fault.New(fault.Failed, "%s: region_name is %s, expected text", s.origin, kind(s.value))
	}
	var out []region
	for name := range strings.SplitSeq(text, ",") {
		out = append(out, region{name: setting{value: name, origin: s.origin, layer: layerEntry}})
	}
	if len(out) > 1 {
		res.warn("%s: a list in region_name is an old form; write it as a list under regions", s.origin)
	}
	return out, nil
}
