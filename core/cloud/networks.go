package cloud

import "github.com/valence-rsd/valence/core/fault"

// fixNetworks checks the networks and fills in what they leave out (rule 56).
func (res *resolver) fixNetworks() error {
	s := res.config["networks"]
	list, ok := s.value.([]setting)
	if !ok && s.value != nil {
		return fault.New(fault.Failed, "%s: networks is %s, expected a list", s.origin, kind(s.value))
	}
	out := []setting{}
	for _, item := range list {
		n, err := network(item)
		if err != nil {
			return err
		}
		out = append(out, n)
	}
	old, err := res.oldNetworks(s.value != nil)
	if err != nil {
		return err
	}
	out = append(out, old...)
	for _, flag := range []string{"nat_destination", "default_interface"} {
		if err := onlyOne(out, flag); err != nil {
			return err
		}
	}
	res.config["networks"] = setting{value: out, origin: s.origin, layer: s.layer}
	return nil
}

func network(item setting) (setting, error) {
	in, err := mapping(item, "a network", "a mapping")
	if err != nil {
		return setting{}, err
	}
	name := in["name"]
	if name.plainText() == "" {
		return setting{}, fault.New(fault.Failed, "%s: a network has no name", item.origin)
	}
	out := section{"name": name}
	flag := func(key, otherwise string) {
		s, ok := in[key]
		if !ok && otherwise != "" {
			s = out[otherwise]
		}
		out[key] = setting{value: isTrue(s.value), origin: item.origin}
	}
	for _, key := range []string{"routes_externally", "nat_source", "nat_destination", "default_interface"} {
		flag(key, "")
	}
	flag("routes_ipv4_externally", "routes_externally")
	flag("routes_ipv6_externally", "routes_externally")
	return setting{value: out, origin: item.origin}, nil
}

// oldNetworks reads external_network and internal_network.
func (res *resolver) oldNetworks(also bool) ([]setting, error) {
	var out []setting
	for _, key := range []string{"external_network", "internal_network"} {
		s, ok := res.config[key]
		if !ok {
			continue
		}
		if also {
			return nil, fault.New(fault.Failed, "%s: both %s and networks are given; networks alone is enough", s.origin, key)
		}
		external := key == "external_network"
		res.warn("%s: %s is an old key; write the network under networks with routes_externally: %v", s.origin, key, external)
		out = append(out, setting{origin: s.origin, value: section{
			"name":              s,
			"routes_externally": {value: external},
			"nat_destination":   {value: !external},
			"default_interface": {value: external},
		}})
	}
	return out, nil
}

func onlyOne(networks []setting, flag string) error {
	var names []string
	for _, n := range networks {
		if in := n.value.(section); isTrue(in[flag].value) {
			names = append(names, in.text("name"))
		}
	}
	if len(names) > 1 {
		return fault.New(fault.Failed, "%s: only one network can be flagged with %s, not both %s and %s", networks[0].origin, flag, names[0], names[1])
	}
	return nil
}
