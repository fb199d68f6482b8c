package complete

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func flag(name, short string, v Value) Flag {
	return Flag{Word: Word{name, "Help of " + name + "."}, Short: short, Value: v, Switch: v.Noun == "" && v.Words == nil}
}

func words(texts ...string) []Word {
	var out []Word
	for _, t := range texts {
		out = append(out, Word{Text: t})
	}
	return out
}

func tree() *Tree {
	format := flag("format", "f", Value{Words: words("table", "json", "yaml")})
	verb := func(name string, args ...Value) Command { return Command{Word: Word{Text: name}, Args: args} }
	node := Value{Noun: "node"}
	create := verb("create", Value{})
	create.Flags = []Flag{
		flag("flavor", "F", Value{Noun: "flavor"}),
		{Word: Word{"wait", "Wait."}, Switch: true, Negatable: true},
		{Word: Word{"secret-door", ""}, Switch: true, Hidden: true},
		flag("property", "", Value{Words: words("a=b"), Repeat: true}),
	}
	list := verb("list")
	list.Aliases = []string{"ls"}
	list.Flags = []Flag{flag("column", "c", Value{Words: words("uuid", "name"), Repeat: true})}
	hidden := verb("hidden")
	hidden.Hidden = true
	return &Tree{
		Flags: []Flag{
			format, flag("os-cloud", "", Value{Noun: Cloud}), flag("verbose", "v", Value{}),
			flag("column", "c", Value{Words: []Word{}, Repeat: true}), flag("log-file", "", Value{Noun: File}),
			{Word: Word{"os-username", ""}, Rare: true},
		},
		Commands: []Command{
			{Word: Word{"node", "Nodes."}, Aliases: []string{"machine"}, Commands: []Command{
				create, list, verb("show", node), verb("delete", Value{Noun: "node", Repeat: true}),
				verb("tag", node, Value{Words: words("red", "green"), Repeat: true}), hidden,
			}},
			{Word: Word{"help", "Help."}, Args: []Value{{Noun: Helped, Repeat: true}}},
			verb("version"),
		},
		Topics: []Word{{"exit-codes", "What the exit status says."}},
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"|":                               "node help version",
		"|ver":                            "version",
		"|x":                              "",
		"node|":                           "create list show delete tag",
		"node|l":                          "list",
		"machine|sh":                      "show",
		"node list|":                      "",
		"node ls|-":                       "--column --format --os-cloud --verbose --log-file",
		"node ls|-c":                      "-c",
		"node ls -c|":                     "uuid name",
		"node ls -c uuid|--":              "--column --format --os-cloud --verbose --log-file",
		"node ls|--column=n":              "--column=name",
		"-f|":                             "table json yaml",
		"-vf|j":                           "json",
		"-fjson|n":                        "node",
		"--format json -v|--":             "--os-cloud --column --log-file",
		"|--format=":                      "--format=table --format=json --format=yaml",
		"--format|":                       "table json yaml",
		"--format|-":                      "",
		"|--os":                           "--os-cloud --os-username",
		"--unknown node|cr":               "create",
		"nodd list|":                      "",
		"nodd list|--f":                   "--format",
		"node create|--":                  "--flavor --wait --no-wait --property --format --os-cloud --verbose --column --log-file",
		"node create --no-wait|--w":       "",
		"node create|--no":                "--no-wait",
		"node create --wait x|":           "",
		"node create|--wait=":             "",
		"node create|--flavor=x":          " flavor --flavor= x",
		"node create --flavor|":           " flavor",
		"node create -F|a":                " flavor  a",
		"node create -- --flavor|":        "",
		"node create --|-":                "",
		"node show|w":                     " node  w",
		"node show a|":                    "",
		"node delete a b|w":               " node  w a b",
		"node tag a|":                     "red green",
		"node tag a red|":                 "green",
		"node -v delete --format json a|": " node   a",
		"|--os-cloud=r":                   " cloud --os-cloud= r",
		"--log-file|/t":                   " file  /t",
		"help|":                           "exit-codes node help version",
		"help node|c":                     "create",
		"help node create|":               "",
		"help nodd|":                      "",
		"version|":                        "",
	} {
		before, last, _ := strings.Cut(line, "|")
		a := tree().Complete(append(strings.Fields(before), last))
		var got []string
		for _, w := range a.Words {
			got = append(got, w.Text)
		}
		text := strings.Join(got, " ")
		if a.Noun != "" {
			text = strings.TrimRight(strings.Join(append([]string{text, a.Noun, a.Before, a.Part}, a.Given...), " "), " ")
		}
		if text != want {
			t.Errorf("%s\n got %q\nwant %q", line, text, want)
		}
	}
}

func TestGlobals(t *testing.T) {
	t.Parallel()
	a := tree().Complete([]string{"-vfjson", "--os-cloud", "rsd", "node", "list", "-c", "name", "--log-file=x", ""})
	if diff := cmp.Diff([]string{"--verbose=true", "--format=json", "--os-cloud=rsd", "--log-file=x"}, a.Globals); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	a := Answer{Before: "--flavor=", Part: "s", Given: []string{"sold"}}
	a.Add([]Word{{"small", "S"}, {"large", "L"}, {"sold", ""}})
	if diff := cmp.Diff([]Word{{"--flavor=small", "S"}}, a.Words); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNothingIsNothing(t *testing.T) {
	t.Parallel()
	if a := (&Tree{}).Complete(nil); len(a.Words) != 0 || a.Noun != "" {
		t.Errorf("%+v", a)
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	a := Answer{Noun: File, Words: []Word{
		{"web-1", "a\tb\nc\x1b[2J"}, {"evil\x1b[2J", ""}, {"two\nlines", ""}, {"ta\tb", ""}, {"机 x", ""}, {"rl\u202eo", ""},
	}}
	var out bytes.Buffer
	if err := a.Print(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("web-1\ta b c [2J\n机 x\t\n:file\n", out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add("node create --flavor=", "x")
	f.Add("-vfc -- help node", "-")
	f.Fuzz(func(t *testing.T, before, last string) {
		a := tree().Complete(append(strings.Split(before, " "), last))
		for _, w := range a.Words {
			if !strings.HasPrefix(w.Text, last) {
				t.Errorf("%q does not complete %q", w.Text, last)
			}
		}
		if a.Noun != "" && a.Before+a.Part != last {
			t.Errorf("%q and %q are not %q", a.Before, a.Part, last)
		}
	})
}
