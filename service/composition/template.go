package composition

import (
	"slices"
	"strings"
)

// template is a capabilities object: what a request to compose must, may and
// must not have, as annotations of the properties (DSP0266, "Redfish
// annotations").
type template map[string]any

const (
	requiredOnCreate = "@Redfish.RequiredOnCreate"
	optionalOnCreate = "@Redfish.OptionalOnCreate"
	allowableValues  = "@Redfish.AllowableValues"
	blockLimits      = "@Redfish.ResourceBlockLimits"
)

func (t template) requires(property string) bool { return t[property+requiredOnCreate] == true }

// takes says whether a request may have a property. A template that says
// nothing takes what the standard has.
func (t template) takes(property string) bool {
	return len(t) == 0 || t.requires(property) || t[property+optionalOnCreate] == true
}

// required lists the properties that a request must have.
func (t template) required() []string {
	var all []string
	for name, value := range t {
		if property, found := strings.CutSuffix(name, requiredOnCreate); found && property != "" && value == true {
			all = append(all, property)
		}
	}
	slices.Sort(all)
	return all
}

// allowed is the first value that a property may have, or nothing.
func (t template) allowed(property string) string {
	list, _ := t[property+allowableValues].([]any)
	for _, v := range list {
		if text, ok := v.(string); ok {
			return text
		}
	}
	return ""
}

// limit is a number of ResourceBlockLimits, such as MinCompute.
func (t template) limit(name string) (int, bool) {
	limits, _ := t[blockLimits].(map[string]any)
	n, ok := limits[name].(float64)
	return int(n), ok
}
