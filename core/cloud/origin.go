package cloud

import (
	"fmt"
	"maps"
	"slices"
)

// Kind says what sort of place a value came from.
type Kind string

// The kinds of places, strongest first.
const (
	FromOption      Kind = "option"
	FromEnvironment Kind = "environment"
	FromFile        Kind = "file"
	FromSecure      Kind = "secure"
	FromProfile     Kind = "profile"
	FromDefault     Kind = "default"
	Inferred        Kind = "inferred"
)

// Origin is where a value came from. Name is the option, the variable, the path
// of the file or the profile; Line is 0 where there are no lines.
type Origin struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name,omitempty"`
	Line int    `json:"line,omitempty"`
}

// String is the origin in a few words: --os-username, OS_USERNAME,
// /etc/openstack/clouds.yaml:7, profile otc, default.
func (o Origin) String() string {
	text := o.Name
	switch o.Kind {
	case FromProfile:
		text = "profile " + o.Name
	case Inferred:
		text = "inferred from " + o.Name
	case FromDefault:
		text = "default"
	}
	if o.Line > 0 {
		return fmt.Sprintf("%s:%d", text, o.Line)
	}
	return text
}

// written tells whether a person wrote the value into a file of theirs.
func (o Origin) written() bool { return o.Kind == FromFile || o.Kind == FromSecure }

// The layers of a configuration, weakest first.
const (
	layerDefault = iota
	layerProfile
	layerEntry
	layerRegion
	layerEnvironment
	layerOption
)

// setting is a value together with where it was made and how much it counts.
// The value is nil, a bool, int, float64 or string, []setting, or a section.
type setting struct {
	value  any
	origin Origin
	layer  int
}

// section is a mapping of a file, or a part of the configuration.
type section map[string]setting

// after tells whether s was said later than o, which decides between two keys
// that mean the same: the stronger layer, then the later line (rules 48, 49).
func (s setting) after(o setting) bool {
	switch {
	case s.layer != o.layer:
		return s.layer > o.layer
	case s.origin.Kind != o.origin.Kind:
		return s.origin.Kind == FromSecure
	}
	return s.origin.Line > o.origin.Line
}

// plain is the value without its origins.
func (s setting) plain() any {
	switch v := s.value.(type) {
	case section:
		return v.plain()
	case []setting:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = item.plain()
		}
		return list
	}
	return s.value
}

func (s section) plain() map[string]any {
	out := make(map[string]any, len(s))
	for key, item := range s {
		out[key] = item.plain()
	}
	return out
}

// keys are the keys in a fixed order.
func (s section) keys() []string { return slices.Sorted(maps.Keys(s)) }

// inner is the mapping under a key, or an empty one: null counts as empty
// (rule 57).
func (s section) inner(key string) section {
	in, _ := s[key].value.(section)
	return in
}

// text is a scalar as Python's str writes it, or "".
func (s section) text(key string) string {
	text, _ := pyString(s[key].value)
	return text
}

// at gives a copy of the section in which everything has the layer.
func (s section) at(layer int) section {
	out := make(section, len(s))
	for key, item := range s {
		item.layer = layer
		if in, ok := item.value.(section); ok {
			item.value = in.at(layer)
		}
		out[key] = item
	}
	return out
}

// put lays other over s. A nested mapping replaces the one before, as auth's
// callers want it only one level deep.
func (s section) put(other section) { maps.Copy(s, other) }

// merged is s with other over it at every level; lists and scalars replace, and
// so does null (rules 15, 16).
func (s section) merged(other section) section {
	out := maps.Clone(s)
	if out == nil {
		out = section{}
	}
	for key, item := range other {
		over, isSection := item.value.(section)
		under, wasSection := out[key].value.(section)
		if isSection && wasSection {
			item.value = under.merged(over)
		}
		out[key] = item
	}
	return out
}
