package cloud

import (
	_ "embed" // for the vendors
	"fmt"
	"net/url"

	"github.com/valence-rsd/valence/core/fault"
)

// vendors holds what public clouds say of themselves. It is parsed when a
// profile needs it, and only then.
//
//go:embed vendors.yaml
var vendors []byte

// profile is what the entry's profile says, or nothing. One that is not known
// is a warning, no error (rules 29 to 35).
func (res *resolver) profile(entry section) (section, error) {
	name := entry.text("profile")
	if name == "" {
		name = entry.text("cloud")
	}
	if name == "" || name == res.env.cloudName() {
		return nil, nil
	}
	if known, ok := res.profiles[name]; ok {
		return known, nil
	}
	if old, ok := entry["cloud"]; ok {
		res.warn("%s: the key cloud is an old name of profile", old.origin)
	}
	found, err := res.findProfile(name)
	if err != nil {
		return nil, err
	}
	if found == nil {
		res.warn("there is no profile %q, which cloud %q asks for", redacted(name), res.name)
	}
	res.profiles[name] = found
	return found, nil
}

func (res *resolver) findProfile(name string) (section, error) {
	public, err := res.publicClouds()
	if err != nil {
		return nil, err
	}
	if s, ok := public[name]; ok {
		own, err := mapping(s, fmt.Sprintf("profile %q", name), "a mapping")
		return normalized(own), err
	}
	found, err := vendor(name)
	if err != nil {
		return nil, err
	}
	link := name
	if found != nil {
		if link = found.text("profile"); link == "" {
			return res.standing(name, found)
		}
	}
	if u, err := url.Parse(link); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, nil
	}
	return res.fetched(name, link)
}

// publicClouds reads the first clouds-public file there is.
func (res *resolver) publicClouds() (section, error) {
	f, err := res.find(search{name: "clouds-public", kind: FromProfile})
	if err != nil {
		return nil, err
	}
	for _, text := range f.strange {
		res.warn("%s", text)
	}
	top, err := mapping(f.top, "the file", "a mapping with the key public-clouds")
	if err != nil {
		return nil, err
	}
	return mapping(top["public-clouds"], "public-clouds", "a mapping of names to clouds")
}

// vendor is a built-in profile, or nil.
func vendor(name string) (section, error) {
	top, _, err := readYAML(Origin{Kind: FromProfile, Name: name}, vendors)
	if err != nil {
		return nil, fmt.Errorf("reading the built-in profiles: %w", err)
	}
	found, ok := top.value.(section)[name].value.(section)
	if !ok {
		return nil, nil
	}
	return found.unlined(), nil
}

// unlined takes the line numbers away: they are those of a file nobody sees.
func (s section) unlined() section {
	out := make(section, len(s))
	for key, item := range s {
		item.origin.Line = 0
		if in, ok := item.value.(section); ok {
			item.value = in.unlined()
		}
		out[key] = item
	}
	return out
}

// standing looks at whether a public cloud still exists (rule 33).
func (res *resolver) standing(name string, found section) (section, error) {
	status, message := found.text("status"), found.text("message")
	delete(found, "status")
	delete(found, "message")
	switch status {
	case "shutdown":
		return nil, fault.New(fault.Usage, "profile %s is of a cloud that no longer exists: %s", name, message)
	case "deprecated":
		res.warn("profile %s is deprecated: %s", name, message)
	}
	return found, nil
}

// fetched gets a profile from the cloud that offers it (rule 32). Whoever runs
// that server then says where a password is sent, so it takes a decision first.
func (res *resolver) fetched(name, link string) (section, error) {
	u, _ := url.Parse(link)
	name = redacted(name)
	source := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/.well-known/openstack/api"}).String()
	if res.getenv("VALENCE_ALLOW_PROFILE_URL") != "1" {
		res.warn("profile %s stands at %s, which is only read with VALENCE_ALLOW_PROFILE_URL=1", name, source)
		return section{}, nil
	}
	data, err := res.cached(source)
	if err != nil {
		return nil, fault.New(fault.Failed, "cannot read profile %s from %s: %v", name, source, err)
	}
	top, err := readJSON(Origin{Kind: FromProfile, Name: name}, data)
	document, ok := top.value.(section)
	if err != nil || !ok {
		return nil, fault.New(fault.Failed, "profile %s at %s is not a JSON object", name, source)
	}
	found, err := mapping(document["profile"], "the profile", "a mapping")
	if err != nil {
		return nil, err
	}
	found = normalized(found).unlined()
	delete(found, "profile") // a second hop is not taken
	return res.standing(name, found)
}
