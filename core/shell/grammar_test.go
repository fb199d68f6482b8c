package shell

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	create := func(words ...string) []string { return append([]string{"node", "create"}, words...) }
	cases := map[string]struct{ args, want []string }{
		"nothing":           {create(), nil},
		"an argument":       {create("web-1"), []string{"--", "web-1"}},
		"two ways of =":     {create("--flavor", "a=b"), []string{"--flavor=a=b"}},
		"short":             {create("-F", "x"), []string{"--flavor=x"}},
		"short, joined":     {create("-vFx"), []string{"--flavor=x"}},
		"empty value":       {create("--flavor", ""), []string{"--flavor="}},
		"empty value, =":    {create("--flavor="), []string{"--flavor="}},
		"empty argument":    {create(""), []string{"--", ""}},
		"a dash":            {create("-"), []string{"--", "-"}},
		"looks like a flag": {create("--flavor=-x", "--", "--flavor"), []string{"--flavor=-x", "--", "--flavor"}},
		"two dashes":        {create("--", "--"), []string{"--", "--"}},
		"two dashes as =":   {create("--flavor=--"), []string{"--flavor=--"}},
		"commas":            {create("--property", "a,b", "--property=c=d,e", "x,y"), []string{"--property=a,b", "--property=c=d,e", "--", "x,y"}},
		"repeated, empty":   {create("--property=", "--property", ""), []string{"--property=", "--property="}},
		"the last wins":     {create("--flavor", "a", "--flavor", "b"), []string{"--flavor=b"}},
		"numbers":           {create("--vlan", "7", "--vlan=-1", "--cores=0x10"), []string{"--cores=16", "--vlan=7", "--vlan=-1"}},
		"bool":              {create("--wait"), []string{"--wait=true"}},
		"bool, negated":     {create("--no-wait"), []string{"--wait=false"}},
		"bool, =":           {create("--wait=no"), []string{"--wait=false"}},
		"bool, both":        {create("--no-wait", "--wait"), []string{"--wait=true"}},
		"odd enum":          {create("--boot", "a,b ${c}"), []string{"--boot=a,b ${c}"}},
		"kong's own signs":  {create("--flavor=${x} 'a' \"b\" \\", "$HOME"), []string{"--flavor=${x} 'a' \"b\" \\", "--", "$HOME"}},
		"unicode, newline":  {create("né\n\u202e"), []string{"--", "né\n\u202e"}},
		"order":             {create("--property", "z", "n", "--flavor", "f"), []string{"--flavor=f", "--property=z", "--", "n"}},
		"globals stay here": {append([]string{"--os-cloud", "c", "-v"}, create("-f", "json", "x", "-c", "a,b", "--debug", "--no-cache", "-q")...), []string{"--", "x"}},
		"hidden":            {create("--secret-door", "x"), []string{"--secret-door=x"}},
		"several":           {[]string{"node", "delete", "a", "b,c", "d"}, []string{"--", "a", "b,c", "d"}},
		"several, dashes":   {[]string{"node", "delete", "-v", "--", "a", "-b", "--"}, []string{"--", "a", "-b", "--"}},
		"long is the shell's": {
			[]string{"machine", "ls", "--long"}, nil,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			noun := &nodesManifest().Commands[0]
			l, err := parse(noun, c.args)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.check(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, l.canonical()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// What was made unmistakable reads the same a second time.
			again, err := parse(noun, slices.Concat(l.names(), l.canonical()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(l.canonical(), again.canonical()); diff != "" {
				t.Errorf("second time (-first +second):\n%s", diff)
			}
		})
	}
}

// A plugin parses what it gets with kong and structs of its own.
func TestCanonicalIsReadByAnOrdinaryKongStruct(t *testing.T) {
	t.Parallel()
	type create struct {
		Name     string `arg:"" optional:""`
		Flavor   string
		Cores    int
		Property []string `sep:"none"`
		Vlan     []int    `sep:"none"`
		Boot     string
		Wait     bool `negatable:"" default:"true"`
	}
	var plugin struct {
		Node struct {
			Create create `cmd:""`
		} `cmd:""`
	}
	l, err := parse(&nodesManifest().Commands[0], []string{
		"node", "create", "--property", "a,b", "--property=", "--vlan=-1", "--no-wait", "--cores", "8", "--boot", "pxe", "--flavor=--x", "--", "-n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kong.Must(&plugin).Parse(slices.Concat(l.names(), l.canonical())); err != nil {
		t.Fatal(err)
	}
	want := create{Name: "-n", Flavor: "--x", Cores: 8, Property: []string{"a,b", ""}, Vlan: []int{-1}, Boot: "pxe"}
	if diff := cmp.Diff(want, plugin.Node.Create); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGlobalsAnywhere(t *testing.T) {
	t.Parallel()
	want := globals{
		said:   map[string]string{"cloud": "c", "endpoint_override": "http://x"},
		Format: "json", Columns: []string{"a,b", "d"},
		Verbose: true, Quiet: true, Debug: true, NoCache: true,
	}
	words := []string{"--os-cloud=c", "--os-endpoint-override=http://x", "-fjson", "--column=a,b", "--column=d", "-vq", "--debug", "--no-cache"}
	for at := range len(words) + 1 {
		for _, second := range []int{at, len(words)} {
			args := slices.Concat(words[:at], []string{"node"}, words[at:second], []string{"ls"}, words[second:])
			if first := firstWord(args, globalFlags()); first != at {
				t.Errorf("%q: first word at %d", args, first)
			}
			l, err := parse(&nodesManifest().Commands[0], args)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, l.globals, cmp.AllowUnexported(globals{})); diff != "" {
				t.Errorf("%q (-want +got):\n%s", args, diff)
			}
		}
	}
}

func TestFirstWord(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"":                          -1,
		"node":                      0,
		"-v node":                   1,
		"--os-cloud x node":         2,
		"--os-cloud=x node":         1,
		"-f json node":              2,
		"-fjson node":               1,
		"-vf json node":             2,
		"-vqfjson node":             1,
		"--format node":             -1,
		"-- node":                   1,
		"--unknown node":            -1,
		"-x node":                   -1,
		"-vx node":                  -1,
		"- node":                    0,
		"-c a -c b --no-cache node": 5,
	} {
		if got := firstWord(strings.Fields(line), globalFlags()); got != want {
			t.Errorf("%q: %d, want %d", line, got, want)
		}
	}
}

// The struct of globals is read by kong and by globalFlags: each flag must be
// known to both, and say something.
func TestGlobalFlags(t *testing.T) {
	t.Parallel()
	parser, err := newParser(&globals{}, nil, allOptions())
	if err != nil {
		t.Fatal(err)
	}
	flags := globalFlags()
	if len(parser.Model.Flags) != len(flags) {
		t.Fatalf("kong knows %d flags, globalFlags %d", len(parser.Model.Flags), len(flags))
	}
	for i, f := range parser.Model.Flags {
		short := ""
		if f.Short != 0 {
			short = string(f.Short)
		}
		if f.Name != flags[i].Name || short != flags[i].Short || f.IsBool() != (flags[i].Type == wire.Bool) || f.IsSlice() != flags[i].Repeat {
			t.Errorf("kong has %v, globalFlags %+v", f, flags[i])
		}
		if flags[i].Help == "" || (flags[i].Type != wire.Bool && flags[i].Placeholder == "") {
			t.Errorf("--%s has no help or no placeholder", f.Name)
		}
	}
}

// allOptions is a line with every option of the shell.
func allOptions() []string {
	var args []string
	for _, f := range globalFlags() {
		args = append(args, "--"+f.Name)
	}
	return args
}

// Everything about the core's commands that only shows when somebody types them.
func TestCoreCommands(t *testing.T) {
	t.Parallel()
	for _, c := range coreCommands() {
		leaves := c.Commands
		if len(leaves) == 0 {
			leaves = []wire.Command{c}
		}
		for _, leaf := range leaves {
			words := []string{c.Name}
			if len(c.Commands) > 0 {
				words = append(words, leaf.Name)
			}
			if leaf.Help == "" || c.Help == "" {
				t.Errorf("%q has no help", words)
			}
			if slices.Contains([]string{"shell", "token", "catalog", "doctor"}, c.Name) {
				continue // needs a terminal, a Keystone or a service: see the scripts in test/testdata
			}
			needs := slices.ContainsFunc(leaf.Args, func(a wire.Value) bool { return a.Required })
			if got := runLine(t, newPlugins(), words...); got.status != 0 && !needs {
				t.Errorf("%q: %+v", words, got)
			}
			for _, example := range leaf.Examples {
				got := runLine(t, newPlugins(), strings.Fields(example)...)
				absent := c.Name != "help" && got.status != exitStatus(fault.Usage) // what the example is about
				if got.status != 0 && !absent {
					t.Errorf("example %q: %+v", example, got)
				}
			}
		}
		if !slices.Contains(reserved(), c.Name) {
			t.Errorf("a plugin may take %q", c.Name)
		}
	}
}

func TestValueTypes(t *testing.T) {
	t.Parallel()
	for want, v := range map[reflect.Type]wire.Value{
		reflect.TypeFor[string]():   {Type: wire.String},
		reflect.TypeFor[[]string](): {Type: wire.String, Repeat: true},
		reflect.TypeFor[int64]():    {Type: wire.Int},
		reflect.TypeFor[[]int64]():  {Type: wire.Int, Repeat: true},
		reflect.TypeFor[bool]():     {Type: wire.Bool},
	} {
		if got := valueType(v); got != want {
			t.Errorf("%+v gives %v, want %v", v, got, want)
		}
	}
	// A newer plugin may know more types; the plugin itself checks those.
	if got := valueType(wire.Value{Type: "duration"}); got != reflect.TypeFor[string]() {
		t.Errorf("an unknown type gives %v", got)
	}
}
