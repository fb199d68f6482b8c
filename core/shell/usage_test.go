package shell

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	const create = "usage: valence node create [options] [<name>]"
	cases := []struct{ line, message, hint string }{
		{"nod", `there is no command "nod"`, `did you mean "node"?`},
		{"nod lst", `there is no command "nod"`, `did you mean "node list"?`},
		{"list node", `there is no command "list"`, `did you mean "node list"?`},
		{"-v --format json2 verison", `there is no command "verison"`, `did you mean "version"?`},
		{"xyzzy plugh", `there is no command "xyzzy"`, `valence --help lists all commands`},
		{"node lst", `there is no command "node lst"`, `did you mean "node list"?`},
		{"node lsit", `there is no command "node lsit"`, `did you mean "node list"?`},
		{"node hiden", `there is no command "node hiden"`, `node has the commands create, list, show, delete, tag`},
		{"power of x", `there is no command "power of"`, `did you mean "power on" or "power off"?`},
		{"machine del", `there is no command "node del"`, `did you mean "node delete"?`},
		{"help nod", `there is no command "nod"`, `did you mean "node"?`},
		{"help node create x", `there is no command "node create x"`, ""},
		{"node", `node needs a command: create, list, show, delete, tag`, `valence node --help explains them`},
		{"node -- --", `there is no command "node --"`, `node has the commands create, list, show, delete, tag`},
		{"-- -x", `there is no command "-x"`, ""},
		{"--flavr", `there is no option --flavr`, `an option of a command stands after the command`},
		{"--os-clod x node list", `there is no option --os-clod`, `did you mean "--os-cloud"?`},
		{"--flavor x node create", `there is no option --flavor`, `an option of a command stands after the command`},
		{"node create --flavr x", `node create has no option --flavr`, `did you mean "--flavor"?`},
		{"node create --flavr=x", `node create has no option --flavr`, `did you mean "--flavor"?`},
		{"node create --no-wai", `node create has no option --no-wai`, `did you mean "--no-wait"?`},
		{"node create --secret-dor x", `node create has no option --secret-dor`, `valence node create --help lists its options`},
		{"node create --flavor=x --fo", `node create has no option --fo`, `did you mean "--format"?`},
		{"node list -z", `node list has no option -z`, `valence node list --help lists its options`},
		{"node list -vz", `node list has no option -z`, `valence node list --help lists its options`},
		{"node show a --long", `node show has no option --long`, `valence node show --help lists its options`},
		{"node create --cores", `--cores needs a value`, ""},
		{"node create -F", `-F needs a value`, ""},
		{"node create -vF --wait", `-F needs a value`, `to give it the value "--wait", write --flavor=--wait`},
		{"node create --cores --flavor x", `--cores needs a value`, `to give it the value "--flavor", write --cores=--flavor`},
		{"node create --cores -5", `--cores needs a value`, `to give it the value "-5", write --cores=-5`},
		{"node create --cores many", `--cores must be a whole number, not "many"`, ""},
		{"node create --cores=1.5", `--cores must be a whole number, not "1.5"`, ""},
		{"node create --vlan 1 --vlan 2,3", `--vlan must be a whole number, not "2,3"`, ""},
		{"node create --wait=maybe", `--wait must be true or false, not "maybe"`, ""},
		{"node create --no-wait=maybe", `--no-wait must be true or false, not "maybe"`, ""},
		{"node list -v=maybe", `-v must be true or false, not "=maybe"`, ""},
		{"--os-cloud", `--os-cloud needs a value`, ""},
		{"node list -c", `-c needs a value`, ""},
		{"node create a b", `node create does not take the argument "b"`, create},
		{"node create -- -x -y", `node create does not take the argument "-y"`, create},
		{"node delete a -v b", `node delete does not take the argument "b"`, `give all <node> one after the other, options before or after them`},
		{"node list x", `node list does not take the argument "x"`, "usage: valence node list [options]"},
		{"version x", `version does not take the argument "x"`, "usage: valence version"},
		{"node show", `node show needs <node>`, "usage: valence node show [options] <node>"},
		{"node delete", `node delete needs <node>`, "usage: valence node delete <node>..."},
		{"node tag --reason r", `node tag needs <node> and <number>`, "usage: valence node tag --reason REASON <node> <number>"},
		{"node tag a --reason r", `node tag needs <number>`, "usage: valence node tag --reason REASON <node> <number>"},
		{"node tag a 5", `node tag needs the option --reason REASON`, "usage: valence node tag --reason REASON <node> <number>"},
		{"node tag a five --reason r", `<number> must be a whole number, not "five"`, ""},
		{"node create --flavor x --cores 3", `--flavor and --cores cannot be used together`, ""},
		{"node create --boot hd", `--boot cannot be "hd"`, `did you mean "hdd"?`},
		{"node create --boot a", `--boot cannot be "a"`, `it is one of pxe, hdd, a,b ${c}`},
		{"node list -f xml", `there is no output format "xml"`, "the formats are table, json, yaml, csv, value, shell, ndjson"},
		{"node delete x -f xml", `there is no output format "xml"`, "the formats are table, json, yaml, csv, value, shell, ndjson"},
		{"node list -c uuid -c nam", `there is no column "nam"`, "the columns are uuid, name, memory_mib, metadata"},
		{"power on x -c uuid", `power on prints nothing, so it has no columns to choose`, ""},
		{"--os-cloud nope node list", `there is no cloud "nope": no clouds.yaml was found`, "looked in DIR, /etc/xdg/openstack, /etc/openstack"},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			t.Parallel()
			h, dir := newPlugins(), t.TempDir()
			got := runWith(t, h, Streams{Dir: dir}, strings.Fields(c.line)...)
			want := result{err: "valence: " + c.message + "\n", status: 2}
			if c.hint != "" {
				want.err += "hint: " + c.hint + "\n"
			}
			got.err = strings.ReplaceAll(got.err, dir, "DIR")
			if c.hint == "" && strings.HasPrefix(got.err, want.err+"hint: ") && strings.Contains(c.message, "no command") {
				want.err = got.err // whatever the hint may be
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(h.calls) > 0 {
				t.Error("a plugin was started")
			}
		})
	}
}

func TestUsageErrorsForPrograms(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"node", "show", "-f", "json"}, {"-fjson", "node", "show"}, {"node", "--format=json", "show"}, {"--format", "json", "node", "show"},
	} {
		got := runLine(t, newPlugins(), args...)
		var e map[string]any
		if err := json.Unmarshal([]byte(got.err), &e); err != nil || strings.Count(got.err, "\n") != 1 {
			t.Fatalf("%q: stderr %q: %v", args, got.err, err)
		}
		want := map[string]any{
			"code": "usage", "status": 0.0, "message": "node show needs <node>",
			"hint": "usage: valence node show [options] <node>", "request_id": "", "exit_code": 2.0,
		}
		if diff := cmp.Diff(want, e); diff != "" || got.out != "" || got.status != 2 || !strings.Contains(got.err, "<node>") {
			t.Errorf("%q: %+v (-want +got):\n%s", args, got, diff)
		}
	}
}

func TestAWrongManifestIsThePluginsFault(t *testing.T) {
	t.Parallel()
	flagged := func(f wire.Flag) wire.Command { return wire.Command{Name: "bad", Flags: []wire.Flag{f}} }
	for name, c := range map[string]wire.Command{
		"a flag of the shell":   flagged(wire.Flag{Value: wire.Value{Name: "format", Type: wire.String}}),
		"a letter of the shell": flagged(wire.Flag{Value: wire.Value{Name: "x", Type: wire.String}, Short: "v"}),
		"a flag with quotes":    flagged(wire.Flag{Value: wire.Value{Name: `x" arg:"`}}),
		"no name":               flagged(wire.Flag{}),
		"a long letter":         flagged(wire.Flag{Value: wire.Value{Name: "x"}, Short: "xy"}),
		"a bad alias":           {Name: "bad", Aliases: []string{"a,b"}},
		"a bad argument":        {Name: "bad", Args: []wire.Value{{Name: "-x"}}},
		"a bad inner command":   {Name: "bad", Commands: []wire.Command{{Name: "a b"}}},
		"one name twice":        {Name: "bad", Commands: []wire.Command{{Name: "a"}, {Name: "a"}}},
	} {
		h := newPlugins()
		h.catalog.Plugins = append(h.catalog.Plugins, pluginhost.Plugin{Manifest: wire.Manifest{Family: "broken", Commands: []wire.Command{c}}})
		got := runLine(t, h, "bad", "a")
		if got.status != 7 || !strings.HasPrefix(got.err, "valence: plugin broken: ") || strings.Count(got.err, "\n") != 1 {
			t.Errorf("%s: %+v", name, got)
		}
		if got := runLine(t, h, "power", "on", "x"); got.status != 0 {
			t.Errorf("%s: another plugin: %+v", name, got)
		}
		if got := runLine(t, h, "--help"); got.status != 0 {
			t.Errorf("%s: help: %+v", name, got)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ word, want string }{
		{"lst", "list"}, {"lsit", "list"}, {"lis", "list"}, {"shwo", "show"}, {"del", "delete"}, {"xx", ""}, {"l", ""}, {"", ""}, {"création", ""},
	} {
		want := ""
		if c.want != "" {
			want = `did you mean "` + c.want + `"?`
		}
		if got := nearest(c.word, []string{"create", "list", "show", "delete"}); got != want {
			t.Errorf("nearest(%q) = %q, want %q", c.word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"lsit", "list", 1}, {"ab", "ba", 1}, {"node", "nodes", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
