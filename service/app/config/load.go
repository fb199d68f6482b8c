package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// The places that are read when no other is named; neither has to exist.
const (
	DefaultFile = "/etc/valence/valence.conf"
	DefaultDir  = "/etc/valence/valence.conf.d"
)

// Sources are where a configuration comes from.
type Sources struct {
	// Files are read in their order, and after them the *.conf files of Dirs
	// in the order of their names; what is read later counts. Without any,
	// DefaultFile and DefaultDir are read where they exist.
	Files, Dirs []string
	// Environ is the environment, as os.Environ gives it. Variables that are
	// empty do not count.
	Environ []string
	// Flags are the flags that were given, by their names without dashes.
	Flags map[string]string
}

// Load gives the configuration, what looks wrong with it, and in an error of
// type Problems all that makes it unusable.
func Load(s Sources) (Config, []Problem, error) {
	l := newLoader()
	files, err := s.files()
	if err != nil {
		return Config{}, nil, Problems{{Text: err.Error()}}
	}
	for _, file := range files {
		l.readFile(file)
	}
	l.readEnvironment(s.Environ)
	l.readFlags(s.Flags)
	c := l.build()
	if len(l.problems) > 0 {
		return Config{}, l.warnings, l.problems
	}
	return c, l.warnings, nil
}

// files are the names of the files to read, in their order.
func (s Sources) files() ([]string, error) {
	files, dirs := slices.Clone(s.Files), s.Dirs
	if len(files)+len(dirs) == 0 {
		if _, err := os.Stat(DefaultFile); !errors.Is(err, fs.ErrNotExist) {
			files = append(files, DefaultFile)
		}
		if _, err := os.Stat(DefaultDir); !errors.Is(err, fs.ErrNotExist) {
			dirs = append(dirs, DefaultDir)
		}
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir) // sorted
		if err != nil {
			return nil, fmt.Errorf("reading the configuration folder: %w", err)
		}
		for _, entry := range entries {
			if strings.HasSuffix(entry.Name(), ".conf") && !entry.IsDir() {
				files = append(files, filepath.Join(dir, entry.Name()))
			}
		}
	}
	return files, nil
}

// loader gathers what the sources say, the stronger ones over the weaker.
type loader struct {
	table   []Option
	options map[string]Option // by key
	aliases map[string]Option // by former key
	ignored map[string]ignored
	given   map[string]setting // by key of the option

	references *regexp.Regexp

	warnings []Problem
	problems Problems
}

// setting is the text that a source has for an option.
type setting struct {
	text string
	from Origin
}

func newLoader() *loader {
	l := &loader{
		table:   Options(),
		options: map[string]Option{},
		aliases: map[string]Option{},
		ignored: map[string]ignored{},
		given:   map[string]setting{},

		references: references(),
	}
	for _, o := range l.table {
		l.options[o.key()] = o
		for _, alias := range o.Aliases {
			l.aliases[alias] = o
		}
	}
	for _, i := range ignoredOptions() {
		l.ignored[i.section+"."+i.name] = i
	}
	return l
}

func (l *loader) warn(from Origin, format string, args ...any) {
	l.warnings = append(l.warnings, Problem{From: from, Text: fmt.Sprintf(format, args...)})
}

func (l *loader) fail(from Origin, format string, args ...any) {
	l.problems = append(l.problems, Problem{From: from, Text: fmt.Sprintf(format, args...)})
}

func (l *loader) readEnvironment(environ []string) {
	variables := map[string]Option{}
	for _, o := range l.table {
		variables[o.Env] = o
	}
	for _, assignment := range environ {
		name, text, _ := strings.Cut(assignment, "=")
		if !strings.HasPrefix(name, envPrefix) || text == "" {
			continue
		}
		from := Origin{kind: fromEnvironment, name: name}
		if o, ok := variables[name]; ok {
			l.given[o.key()] = setting{text, from}
		} else if near := nearest(name, names(l.table, func(o Option) string { return o.Env })); near != "" {
			l.warn(from, "there is no such variable; did you mean %s?", near)
		}
	}
}

func (l *loader) readFlags(flags map[string]string) {
	for _, o := range l.table {
		if text, ok := flags[o.Flag]; ok && o.Flag != "" {
			l.given[o.key()] = setting{text, Origin{kind: fromFlag, name: o.Flag}}
		}
	}
}

// build fills a Config. An option whose value is wrong keeps its default, so
// that the checks that follow do not complain about it once more.
func (l *loader) build() Config {
	c := Config{origins: map[string]Origin{}}
	for _, o := range l.table {
		o.value(&c).Set(l.defaultOf(o))
		from := l.given[o.key()].from
		text, err := l.effective(o)
		if err == nil && from.kind != fromDefault {
			c.origins[o.key()] = from
			err = l.set(&c, o, text)
		} else if err == nil && strings.Contains(o.Default, "$") {
			err = l.set(&c, o, text)
		}
		if err != nil {
			l.problems = append(l.problems, Problem{From: from, Text: err.Error(), usage: from.kind == fromFlag})
		}
	}
	c.derive()
	l.check(c)
	return c
}

func (l *loader) set(c *Config, o Option, text string) error {
	if o.obsolete != "" && strings.Contains(text, o.obsolete) {
		l.warn(c.origins[o.key()], "%s has no effect: its value is of a kind that is not used any more; expected %s", o, o.expects())
		delete(c.origins, o.key())
		return nil
	}
	value, err := o.parse(text)
	if err == nil {
		o.value(c).Set(reflect.ValueOf(value))
	}
	return err
}

// defaultOf is the default of o; a test holds the table to defaults that parse.
func (l *loader) defaultOf(o Option) reflect.Value {
	value, err := o.convert(o.Default)
	if o.Default == "" || err != nil {
		return reflect.Zero(o.kind)
	}
	return reflect.ValueOf(value)
}

func names(options []Option, name func(Option) string) []string {
	out := make([]string, len(options))
	for i, o := range options {
		out[i] = name(o)
	}
	return out
}
