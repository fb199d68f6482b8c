package shell

import (
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/internal/wire"
)

// plainOptions are the options about the cloud that the general help shows; the
// others are a topic of their own.
var plainOptions = []string{
	"os-cloud", "os-region-name", "os-interface", "os-endpoint-override", "os-cacert", "os-cert", "os-key", "insecure",
}

// cloudFlags are the options about the cloud and about signing in, as a
// manifest would describe them. The table of them is in core/cloud.
func cloudFlags() []wire.Flag {
	options := cloud.Options()
	flags := make([]wire.Flag, len(options))
	for i, o := range options {
		flags[i] = wire.Flag{
			Value:       wire.Value{Name: o.Name, Help: optionHelp(o), Type: wire.String, Enum: o.Choices, Complete: completes(o)},
			Placeholder: placeholder(o), Hidden: !slices.Contains(plainOptions, o.Name),
		}
		if o.Bool {
			flags[i].Type, flags[i].Placeholder = wire.Bool, ""
		}
	}
	return flags
}

// placeholder is the word that stands for an option's value.
func placeholder(o cloud.Option) string {
	switch {
	case o.Name == "os-cloud":
		return "NAME"
	case strings.HasPrefix(o.Help, "URL"):
		return "URL"
	case completes(o) == "file":
		return "FILE"
	}
	return strings.ToUpper(o.Name[strings.LastIndex(o.Name, "-")+1:])
}

// optionHelp is an option's help with the variable that stands in for it.
func optionHelp(o cloud.Option) string {
	if len(o.Env) == 0 {
		return o.Help
	}
	return strings.TrimSuffix(o.Help, ".") + " (or " + o.Env[0] + ")."
}

// completes says what completes an option's value.
func completes(o cloud.Option) string {
	switch {
	case o.Name == "os-cloud":
		return "cloud"
	case strings.HasSuffix(o.Name, "-file"), o.Name == "os-cacert", o.Name == "os-cert", o.Name == "os-key":
		return "file"
	}
	return ""
}

// cloudGrammar is a struct for kong with a field for each option about the
// cloud that the line has: building all of them takes longer than the rest of
// the grammar.
func cloudGrammar(args []string) any {
	if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--") }) {
		return &struct{}{}
	}
	flags := slices.DeleteFunc(cloudFlags(), func(f wire.Flag) bool {
		return !slices.ContainsFunc(args, func(arg string) bool {
			rest, ok := strings.CutPrefix(arg, "--"+f.Name)
			return ok && (rest == "" || rest[0] == '=')
		})
	})
	fields := make([]reflect.StructField, len(flags))
	for i, f := range flags {
		fields[i] = field("Option", i, valueType(f.Value), `name:%q sep:"none"`, f.Name)
	}
	return reflect.New(reflect.StructOf(fields)).Interface()
}

// saidOf are the options about the cloud that stood on the line, by the names
// that core/cloud has for them.
func saidOf(flags []*kong.Flag) map[string]string {
	said := map[string]string{}
	flags = slices.DeleteFunc(slices.Clone(flags), func(f *kong.Flag) bool { return !f.Set })
	if len(flags) == 0 {
		return said
	}
	options := cloud.Options()
	for _, f := range flags {
		at := slices.IndexFunc(options, func(o cloud.Option) bool { return o.Name == f.Name })
		if at >= 0 {
			said[options[at].Dest] = texts(f.Target)[0]
		}
	}
	return said
}

// cloudRequest is what the line and the process say about the cloud.
func (s *shell) cloudRequest(g globals) cloud.Request {
	return cloud.Request{
		Options:  g.said,
		Insecure: g.said["insecure"] == "true", Verify: g.said["verify"] == "true",
		Getenv: s.Getenv, Environ: s.Environ, Dir: s.Dir, NoCache: g.NoCache,
		Prompt: s.ask(),
	}
}
