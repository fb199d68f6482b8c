package config

import (
	"os"
	"slices"
	"strings"
)

// othersRead is the permission that lets anybody on the machine read a file.
const othersRead = 0o004

// readFile takes what a file gives. In one file the present name of an option
// counts more than its former names, wherever they stand.
func (l *loader) readFile(name string) {
	content, err := os.ReadFile(name)
	if err != nil {
		l.fail(Origin{}, "reading the configuration file: %v", err)
		return
	}
	entries, problems := parseINI(name, string(content))
	l.problems = append(l.problems, problems...)
	f := fileReader{loader: l, name: name, present: map[string]bool{}, unknown: map[string]bool{}}
	for _, e := range entries {
		f.present[f.key(e)] = true
	}
	for _, e := range entries {
		f.take(e)
	}
	if f.secrets {
		l.checkMode(name)
	}
}

// checkMode tells of a file with a secret that everybody may read.
func (l *loader) checkMode(name string) {
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm()&othersRead == 0 {
		return
	}
	l.warn(Origin{}, "%s holds a secret, and its mode %#o lets everybody read it; expected 0640 or less", name, info.Mode().Perm())
}

// fileReader sorts the entries of one file.
type fileReader struct {
	*loader
	name    string
	present map[string]bool // keys that are in the file
	unknown map[string]bool // sections that were told of
	secrets bool            // whether it holds any
}

// key is the name of an option among all. oslo.config ignores the case of all
// sections but one.
func (f *fileReader) key(e entry) string {
	if e.section == "DEFAULT" {
		return e.section + "." + e.name
	}
	return strings.ToLower(e.section) + "." + e.name
}

func (f *fileReader) take(e entry) {
	key := f.key(e)
	from := Origin{kind: fromFile, name: f.name, line: e.line}
	if o, ok := f.options[key]; ok {
		f.assign(o, setting{e.value, from})
		return
	}
	if o, ok := f.aliases[key]; ok {
		f.warn(from, "[%s] %s is now called %s", e.section, e.name, o)
		if !f.present[o.key()] {
			f.assign(o, setting{e.value, from})
		}
		return
	}
	if i, ok := f.ignored[key]; ok {
		f.secrets = f.secrets || i.secret && e.value != ""
		f.warn(from, "[%s] %s has no effect: %s", e.section, e.name, i.why)
		return
	}
	f.notKnown(e, strings.TrimSuffix(key, "."+e.name), from)
}

func (f *fileReader) assign(o Option, s setting) {
	f.secrets = f.secrets || o.Secret && s.text != ""
	f.given[o.key()] = s
}

// notKnown tells of a section once, and of every option in a section that there
// is.
func (f *fileReader) notKnown(e entry, section string, from Origin) {
	sections := names(f.table, func(o Option) string { return o.Section })
	if !slices.Contains(sections, section) {
		if !f.unknown[section] {
			f.warn(from, "there is no section [%s]%s", e.section, hint("["+nearest(section, sections)+"]"))
		}
		f.unknown[section] = true
		return
	}
	var here []string
	for _, o := range f.table {
		switch {
		case o.Section == section:
			here = append(here, o.Name)
		case o.Name == e.name:
			f.warn(from, "there is no option [%s] %s%s", e.section, e.name, hint(o.String()))
			return
		}
	}
	f.warn(from, "there is no option [%s] %s%s", e.section, e.name, hint(nearest(e.name, here)))
}

func hint(near string) string {
	if near == "" || near == "[]" {
		return ""
	}
	return "; did you mean " + near + "?"
}
