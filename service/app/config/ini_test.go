package config

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// files are corner cases, and what oslo.config makes of them.
func iniFiles() map[string]struct {
	content string
	want    []entry
} {
	return map[string]struct {
		content string
		want    []entry
	}{
		"nothing":                {"", nil},
		"comments":               {"# a = b\n; c = d\n[x]\n#e = f\n", nil},
		"plain":                  {"[api]\nbind_port = 1\n", []entry{{"api", "bind_port", "1", 2}}},
		"no spaces":              {"[api]\nbind_port=1", []entry{{"api", "bind_port", "1", 2}}},
		"colon":                  {"[api]\nbind_port: 1", []entry{{"api", "bind_port", "1", 2}}},
		"colon in the value":     {"[a]\nu = http://h:1", []entry{{"a", "u", "http://h:1", 2}}},
		"equals in the value":    {"[a]\nu: x=y", []entry{{"a", "u", "x=y", 2}}},
		"hash in the value":      {"[a]\np = a#b ; c # d", []entry{{"a", "p", "a#b ; c # d", 2}}},
		"percent":                {"[a]\np = %(x)s %", []entry{{"a", "p", "%(x)s %", 2}}},
		"quotes":                 {"[a]\np = \" x = # \"", []entry{{"a", "p", " x = # ", 2}}},
		"single quotes":          {"[a]\np = 'x'", []entry{{"a", "p", "x", 2}}},
		"quotes inside":          {"[a]\np = a\"b\"", []entry{{"a", "p", "a\"b\"", 2}}},
		"unlike quotes":          {"[a]\np = \"x'", []entry{{"a", "p", "\"x'", 2}}},
		"two pairs":              {"[a]\np = \"\"x\"\"", []entry{{"a", "p", "\"x\"", 2}}},
		"a lone quote":           {"[a]\np = \"", []entry{{"a", "p", "", 2}}},
		"empty":                  {"[a]\np =", []entry{{"a", "p", "", 2}}},
		"continued":              {"[a]\np = x,\n  y,\n\tz\nq = 1", []entry{{"a", "p", "x,\ny,\nz", 2}, {"a", "q", "1", 5}}},
		"continued from nothing": {"[a]\np =\n  y", []entry{{"a", "p", "\ny", 2}}},
		"comment as part":        {"[a]\np = x\n  # y", []entry{{"a", "p", "x\n# y", 2}}},
		"quotes on a later line": {"[a]\np = x\n  \"y\"", []entry{{"a", "p", "x\n\"y\"", 2}}},
		"assignment as part":     {"[a]\np = x\n  q = y", []entry{{"a", "p", "x\nq = y", 2}}},
		"spaces end nothing":     {"[a]\np = x\n   \nq = y", []entry{{"a", "p", "x", 2}, {"a", "q", "y", 4}}},
		"twice":                  {"[a]\np = x\np = y", []entry{{"a", "p", "x", 2}, {"a", "p", "y", 3}}},
		"section twice":          {"[a]\np = x\n[b]\n[a]\nq = y", []entry{{"a", "p", "x", 2}, {"a", "q", "y", 5}}},
		"section with spaces":    {"[ a ]\np = x", []entry{{" a ", "p", "x", 2}}},
		"brackets in a section":  {"[[a]]\np = x", []entry{{"[a]", "p", "x", 2}}},
		"spaces after a section": {"[a]  \np = x", []entry{{"a", "p", "x", 2}}},
		"windows":                {"[a]\r\np = x\r\n\r\nq = y\r\n", []entry{{"a", "p", "x", 2}, {"a", "q", "y", 4}}},
		"spaces in a name":       {"[a]\np q = x", []entry{{"a", "p q", "x", 2}}},
		"more than ASCII":        {"[a]\np = schlüssel\u00a0", []entry{{"a", "p", "schlüssel", 2}}},
	}
}

func TestParseINI(t *testing.T) {
	t.Parallel()
	for name, c := range iniFiles() {
		t.Run(name, func(t *testing.T) {
			got, problems := parseINI("f", c.content)
			if len(problems) > 0 {
				t.Errorf("problems: %v", problems)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(entry{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseINIProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"no equals":           {"[a]\nhunter2\n hunter3", []string{"f:2: expected name = value, and there is no ="}},
		"no name":             {"[a]\n= x", []string{"f:2: there is no name before the ="}},
		"no section":          {"hunter2 = x\n[a]\ny = z", []string{"f:1: an option before the first [section]"}},
		"open section":        {"[hunter2\nx = y\n z", []string{"f:1: the line of a section must end with ]"}},
		"empty section":       {"[]", []string{"f:1: the section has no name"}},
		"indented":            {"[a]\n hunter2 = 1\n and = 2", []string{"f:2: the line is indented, which continues a value, but there is none right above it"}},
		"after an empty line": {"[a]\np = x\n\n y", []string{"f:4: the line is indented, which continues a value, but there is none right above it"}},
		"after a comment":     {"[a]\np = x\n# c\n y", []string{"f:4: the line is indented, which continues a value, but there is none right above it"}},
		"all of them":         {"[a]\nx\n[b\n[]", []string{"f:2: expected name = value, and there is no =", "f:3: the line of a section must end with ]", "f:4: the section has no name"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := parseINI("f", c.content)
			if diff := cmp.Diff(strings.Join(c.want, "\n"), problems.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// oslo prints, for each file that it is given, the options or that it is wrong.
const oslo = `
import json, sys
from oslo_config import iniparser
class P(iniparser.BaseParser):
    def __init__(self): self.section, self.out = None, []
    def new_section(self, section): self.section = section
    def assignment(self, key, value):
        if not self.section: raise iniparser.ParseError('', 0, '')
        self.out.append([self.section, key, '\n'.join(value)])
answers = []
for name in sys.argv[1:]:
    p = P()
    try:
        with open(name, encoding='utf-8') as f: p.parse(f)
        answers.append(p.out)
    except iniparser.ParseError:
        answers.append(None)
print(json.dumps(answers))
`

// The real thing says the same of the corner cases.
func TestParseINILikeOslo(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import oslo_config").Run() != nil {
		t.Skip("oslo.config is not installed")
	}
	contents := []string{"[a]\nx", "[a]\n= x", "x = y", "[a", "[]", "[a]\n x", "[a]\np = x\n# c\n y"}
	for _, c := range iniFiles() {
		contents = append(contents, c.content)
	}
	dir := t.TempDir()
	args := []string{"-c", oslo}
	for i, content := range contents {
		args = append(args, filepath.Join(dir, string(rune('A'+i))))
		if err := os.WriteFile(args[len(args)-1], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(python, args...).CombinedOutput()
	var answers [][][3]string
	if err != nil || json.Unmarshal(out, &answers) != nil || len(answers) != len(contents) {
		t.Fatalf("%v: %s", err, out)
	}
	for i, content := range contents {
		entries, problems := parseINI("f", content)
		if refused := answers[i] == nil; refused != (len(problems) > 0) {
			t.Errorf("%q: oslo.config refuses it: %v; here: %v", content, refused, problems)
			continue
		}
		got := [][3]string{}
		for _, e := range entries {
			got = append(got, [3]string{e.section, e.name, e.value})
		}
		if diff := cmp.Diff(answers[i], got); diff != "" && len(problems) == 0 {
			t.Errorf("%q: %s", content, diff)
		}
	}
}

// FuzzParse holds that whatever a file has in it, the parser ends, finds places
// that exist, and what it read reads the same once it is written down plainly.
func FuzzParse(f *testing.F) {
	for _, c := range iniFiles() {
		f.Add(c.content)
	}
	f.Add("x\n[a\ny = z\n q\n\n r")
	f.Fuzz(func(t *testing.T, content string) {
		entries, problems := parseINI("f", content)
		lines := strings.Count(content, "\n") + 1
		for _, p := range problems {
			if p.From.line < 1 || p.From.line > lines {
				t.Errorf("%v, of %d lines", p, lines)
			}
		}
		var plain strings.Builder
		for _, e := range entries {
			if e.section == "" || e.name == "" || e.line < 1 || e.line > lines {
				t.Errorf("%+v, of %d lines", e, lines)
			}
			first, more, continued := strings.Cut(e.value, "\n")
			// The space before the name is none of those that continue a value;
			// the name may begin as a comment does.
			plain.WriteString("[" + e.section + "]\n\v" + e.name + " = \"" + first + "\"\n")
			if continued {
				plain.WriteString(" " + strings.ReplaceAll(more, "\n", "\n ") + "\n")
			}
		}
		again, problems := parseINI("f", plain.String())
		for i := range again {
			again[i].line = entries[min(i, len(entries)-1)].line
		}
		if diff := cmp.Diff(entries, again, cmp.AllowUnexported(entry{})); diff != "" || len(problems) > 0 {
			t.Errorf("%s\n%v", diff, problems)
		}
	})
}
