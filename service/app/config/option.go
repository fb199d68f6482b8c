package config

import (
	"reflect"
	"strconv"
	"strings"
)

// Option describes one option; see the tags of Config.
type Option struct {
	Section     string
	SectionHelp string
	Name        string
	Help        string
	Default     string
	Env         string   // the environment variable that sets it
	Flag        string   // the flag that sets it, without dashes; empty: none
	Aliases     []string // former names, each section.name
	Enum        []string // the values that are allowed; none: any

	Bool       bool // a flag for it needs no value
	Secret     bool // its value is never shown
	Reloadable bool // takes effect without a restart

	kind     reflect.Type
	field    []int // its place in Config
	check    string
	obsolete string
	min, max int64 // max 0: no bound
}

// key is the name of an option among all sections.
func (o Option) key() string { return o.Section + "." + o.Name }

// String is the name as people know it from the file.
func (o Option) String() string { return "[" + o.Section + "] " + o.Name }

// Options is the table of all options, in the order of the sample file.
func Options() []Option {
	var all []Option
	for section := range reflect.TypeFor[Config]().Fields() {
		if section.Tag.Get("section") == "" {
			continue
		}
		for field := range section.Type.Fields() {
			o := describe(section.Tag.Get("section"), field)
			o.SectionHelp = section.Tag.Get("help")
			o.field = []int{section.Index[0], field.Index[0]}
			all = append(all, o)
		}
	}
	return all
}

// describe reads the tags of one option.
func describe(section string, field reflect.StructField) Option {
	tag := field.Tag
	o := Option{
		Section:    section,
		Name:       tag.Get("name"),
		Help:       tag.Get("help"),
		Default:    tag.Get("default"),
		Env:        tag.Get("env"),
		Flag:       tag.Get("flag"),
		Aliases:    words(tag.Get("alias")),
		Enum:       words(tag.Get("enum")),
		Bool:       field.Type.Kind() == reflect.Bool,
		Secret:     field.Type == reflect.TypeFor[Secret](),
		Reloadable: tag.Get("reload") == "yes",
		kind:       field.Type,
		check:      tag.Get("check"),
		obsolete:   tag.Get("obsolete"),
		min:        number(tag.Get("min")),
		max:        number(tag.Get("max")),
	}
	if o.Env == "" {
		o.Env = environmentName(section, o.Name)
	}
	return o
}

// environmentName is the usual one. The sections that the flags began with have
// no part in it: a VALENCE_API_API_BIND_PORT would please nobody.
func environmentName(section, name string) string {
	if section != "DEFAULT" && section != "api" {
		name = section + "_" + name
	}
	return envPrefix + strings.ToUpper(name)
}

const envPrefix = "VALENCE_API_"

// number reads a bound out of a tag; a test holds the tags to numbers.
func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// words splits at commas; nothing has no words.
func words(s string) []string {
	var out []string
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// value is where o is in c.
func (o Option) value(c *Config) reflect.Value {
	return reflect.ValueOf(c).Elem().FieldByIndex(o.field)
}
