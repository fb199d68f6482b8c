package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The tags are not checked by the compiler.
func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	unique := func(what, by string) {
		if seen[what] != "" {
			t.Errorf("%s of %s is that of %s, too", what, by, seen[what])
		}
		seen[what] = by
	}
	for _, o := range Options() {
		unique("key "+o.key(), o.String())
		unique("variable "+o.Env, o.String())
		if o.Flag != "" {
			unique("flag "+o.Flag, o.String())
		}
		for _, alias := range o.Aliases {
			unique("key "+alias, o.String())
			if !strings.Contains(alias, ".") {
				t.Errorf("%s: the alias %s has no section", o, alias)
			}
		}
		if o.Name == "" || !strings.HasSuffix(o.Help, ".") || !strings.HasSuffix(o.SectionHelp, ".") {
			t.Errorf("%s is not described: %q, %q", o, o.Help, o.SectionHelp)
		}
		if named := strings.HasSuffix(o.Name, "password") || strings.HasSuffix(o.Name, "secret"); named != o.Secret {
			t.Errorf("%s: secret is %v", o, o.Secret)
		}
		if _, ok := checks()[o.check]; o.check != "" && !ok {
			t.Errorf("%s: there is no check %q", o, o.check)
		}
		numeric := []string{"bool", "int", "int64", "Duration", "Level"}
		if o.Default == "" && slices.Contains(numeric, o.kind.Name()) {
			t.Errorf("%s has no default", o)
		}
		if _, err := o.parse(o.Default); o.Default != "" && err != nil {
			t.Errorf("the default: %v", err)
		}
	}
	for _, i := range ignoredOptions() {
		unique("key "+i.section+"."+i.name, "an ignored option")
	}
}

func TestTagsAreKnown(t *testing.T) {
	t.Parallel()
	known := []string{"name", "default", "help", "enum", "min", "max", "check", "alias", "flag", "env", "reload", "obsolete"}
	for section := range reflect.TypeFor[Config]().Fields() {
		if section.Tag == "" {
			continue
		}
		for field := range section.Type.Fields() {
			rest := string(field.Tag)
			for rest != "" {
				name, quoted, _ := strings.Cut(rest, ":")
				value, err := strconv.QuotedPrefix(quoted)
				if err != nil || !slices.Contains(known, strings.TrimSpace(name)) {
					t.Fatalf("%s: the tag at %q", field.Name, rest)
				}
				if _, err := strconv.Atoi(strings.Trim(value, `"`)); err != nil && (name == " min" || name == " max") {
					t.Errorf("%s: %s is %s", field.Name, name, value)
				}
				rest = strings.TrimSpace(quoted[len(value):])
			}
		}
	}
}
