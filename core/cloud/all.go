package cloud

import (
	"maps"

	"github.com/valence-rsd/valence/core/fault"
)

// All resolves every cloud in every region that it is known to have (rule 85),
// without options or variables about signing in, as those would be meant for one
// cloud. Clouds that cannot be resolved are left out; the second result has a
// line for each.
func All(r Request) ([]*Resolved, []string, error) {
	files := map[string]string{}
	for _, key := range []string{"client_config_file", "client_secure_file"} {
		if file := r.Options[key]; file != "" {
			files[key] = file
		}
	}
	r.Options = files
	first := &resolver{Request: r, env: r.environ(), given: maps.Clone(files), profiles: map[string]section{}}
	first.arguments()
	if err := first.load(); err != nil {
		return nil, nil, err
	}
	var out []*Resolved
	problems := first.warnings
	for _, name := range first.clouds.keys() {
		list, err := first.inAllRegions(name)
		if err != nil {
			problems = append(problems, fault.Of(err).Message)
		}
		out = append(out, list...)
	}
	return out, problems, nil
}

// inAllRegions resolves one of the clouds that res has loaded.
func (res *resolver) inAllRegions(name string) ([]*Resolved, error) {
	one := *res
	one.name, one.warnings = name, nil
	known, err := one.regions()
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		known = []region{{}}
	}
	var out []*Resolved
	for _, place := range known {
		each := one
		each.args = section{}
		if place.name.value != nil {
			each.args["region_name"] = place.name
		}
		c, err := each.build()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
