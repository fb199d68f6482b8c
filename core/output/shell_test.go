package output

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// shells are those that are installed, with the options that keep them from
// reading a person's files.
func shells(t testing.TB) [][]string {
	var found [][]string
	for _, line := range [][]string{{"bash", "--norc"}, {"dash"}, {"zsh", "-f"}} {
		if _, err := exec.LookPath(line[0]); err == nil {
			found = append(found, line)
		}
	}
	if len(found) == 0 {
		t.Skip("neither bash nor dash nor zsh is installed")
	}
	return found
}

// evaluate gives the values that a shell has after an eval of the output.
func evaluate(t *testing.T, shell []string, locale, printed string, names []string) []string {
	t.Helper()
	script := "eval \"$(cat)\"\n"
	for _, name := range names {
		script += `printf '%s\000' "$` + name + "\"\n"
	}
	run := exec.Command(shell[0], append(shell[1:], "-c", script)...)
	run.Stdin = strings.NewReader(printed)
	run.Env = []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=" + locale}
	var complaints strings.Builder
	run.Stderr = &complaints
	out, err := run.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v: %v: %s\nin:\n%s", shell, err, complaints.String(), printed)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestShellsReadExactlyTheValues(t *testing.T) {
	t.Parallel()
	values := []string{
		"", "x", " ", "$HOME", "$(touch /tmp/x)", "`id`", "it's", `say "hi"`, `"'`, `\`, `\\`, `a\"b`, `'\''`, "!x!!", "a\nb\n\nc", "end\n",
		"${x:-$(id)}", "$'\\n'", "é日😀", "\x01\x1b[31m\x7f", "\r\n", "*", "~", "a;b|c&d", "#", "=ls", "%n", "\u0081\u0082\u0088", `"$(id)"`, `'; id; '`, "-n", `\n`, "}", "\\$",
	}
	const alphabet = "$`\\\"'! \n\tabcé日{}()[]*?~#;&|<>=%^-\x01\x7f\u0081"
	letters := []rune(alphabet)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteRune(letters[random.IntN(len(letters))])
		}
		values = append(values, b.String())
	}
	columns, names, row := make(Columns, len(values)), make([]string, len(values)), make([]json.RawMessage, len(values))
	for i, v := range values {
		names[i] = fmt.Sprintf("field_%d", i)
		columns[i] = Column{Name: fmt.Sprintf("Field %d", i)}
		row[i] = encoded(t, v)
	}
	printed := printAll(t, Request{Format: "shell", Record: true, Columns: columns}, string(encoded(t, row)))
	for _, shell := range shells(t) {
		for _, locale := range []string{"C", "C.UTF-8"} {
			if diff := cmp.Diff(values, evaluate(t, shell, locale, printed, names)); diff != "" {
				t.Errorf("%v in %s (-value +shell):\n%s", shell, locale, diff)
			}
		}
	}
}

func TestShellNames(t *testing.T) {
	t.Parallel()
	columns := Columns{{Name: "Flavor Name"}, {Name: "a:b-c"}, {Name: "9lives"}, {Name: "x;touch /tmp/x"}, {Name: "$(id)"}, {Name: "é"}, {Name: ""}, {Name: "null"}}
	row := `["a", 1.50, true, {"k": "it's"}, [1, "x"], "", "e", null]`
	for prefix, want := range map[string]string{
		"": `flavor_name="a"
a_b_c="1.5"
_9lives="True"
x_touch__tmp_x="{'k': \"it's\"}"
__id_="[1, 'x']"
_=""
_="e"
null="None"
`,
		"n_": `n_flavor_name="a"
n_a_b_c="1.5"
n_9lives="True"
n_x_touch__tmp_x="{'k': \"it's\"}"
n___id_="[1, 'x']"
n__=""
n_="e"
n_null="None"
`,
		"export ": `export flavor_name="a"
export a_b_c="1.5"
export _9lives="True"
export x_touch__tmp_x="{'k': \"it's\"}"
export __id_="[1, 'x']"
export _=""
export _="e"
export null="None"
`,
	} {
		printed := printAll(t, Request{Format: "shell", Record: true, Columns: columns, Prefix: prefix}, row)
		if diff := cmp.Diff(want, printed); diff != "" {
			t.Errorf("prefix %q (-want +got):\n%s", prefix, diff)
		}
	}
}

// No shell can hold the character 0.
func TestShellHasNoZero(t *testing.T) {
	t.Parallel()
	got := printAll(t, Request{Format: "shell", Record: true, Columns: Columns{{Name: "a"}}}, `["x\u0000y"]`)
	if want := "a=\"x\ufffdy\"\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// Whatever the value and the name are, a shell has exactly the value afterwards.
func FuzzShell(f *testing.F) {
	f.Add("name", "it's `id` $(id) \\ \"x\"")
	f.Add("a b", "line\nline")
	f.Add("9;:", "!")
	shell := []string{"sh"}
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.ContainsRune(value, 0) || !utf8.ValidString(value) {
			t.Skip()
		}
		printed := printAll(t, Request{Format: "shell", Record: true, Columns: Columns{{Name: name}}, Prefix: "v_"}, string(encoded(t, []string{value})))
		variable, _, _ := strings.Cut(printed, "=")
		if got := evaluate(t, shell, "C.UTF-8", printed, []string{variable}); got[0] != value {
			t.Errorf("%s has %q, want %q", variable, got[0], value)
		}
	})
}

func encoded(t *testing.T, v any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
