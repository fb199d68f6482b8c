package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// references finds $$, $name, ${name}, $section.name and ${section.name}, which
// are what oslo.config has. A dollar sign before anything else is just that.
func references() *regexp.Regexp {
	return regexp.MustCompile(`\$(?:\$|[A-Za-z_][A-Za-z0-9_.]*|\{[A-Za-z_][A-Za-z0-9_.]*\})`)
}

// effective is the text of an option with the options that it refers to put in
// their places. Only files and defaults refer: what stands in the environment or
// on the command line went through something that expands already. through is
// the way here, by which circles are found.
func (l *loader) effective(o Option, through ...string) (string, error) {
	given, ok := l.given[o.key()]
	text := given.text
	switch {
	case !ok:
		text = o.Default
	case given.from.kind > fromFile:
		return text, nil
	}
	if slices.Contains(through, o.key()) {
		return "", fmt.Errorf("%s refers to itself", o)
	}
	var failure error
	out := l.references.ReplaceAllStringFunc(strings.ReplaceAll(text, `\$`, "$$"), func(match string) string {
		if match == "$$" {
			return "$"
		}
		value, err := l.referred(o, strings.Trim(match, "${}"), append(through, o.key()))
		if failure == nil {
			failure = err
		}
		return value
	})
	return out, failure
}

// referred is the text of the option that o names.
func (l *loader) referred(o Option, name string, through []string) (string, error) {
	target, ok := l.lookup(o.Section, name)
	switch {
	case !ok && o.Secret: // the name is a piece of the secret
		return "", fmt.Errorf("%s refers to something that is no option; a dollar sign itself is written $$", o)
	case !ok:
		return "", fmt.Errorf("%s refers to $%s, which is no option; a dollar sign itself is written $$", o, name)
	case target.Secret && !o.Secret:
		return "", fmt.Errorf("%s refers to %s, which is secret", o, target)
	}
	return l.effective(target, through...)
}

// lookup finds what is called name in a section: an option of the section, of
// [DEFAULT], or with a dot, of any.
func (l *loader) lookup(section, name string) (Option, bool) {
	for _, key := range []string{section + "." + name, "DEFAULT." + name, name} {
		if o, ok := l.options[key]; ok {
			return o, true
		}
	}
	return Option{}, false
}
