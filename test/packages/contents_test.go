package packages

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/test/debian"
)

// program, text and folder are modes and owners.
const (
	program = "-rwxr-xr-x root root"
	text    = "-rw-r--r-- root root"
	folder  = "drwxr-xr-x root root"
)

// contents is what a package has, but for what the systems want each in a place
// of their own, and for the pages of commands.
func contents(t *testing.T, name string) map[string]string {
	t.Helper()
	switch name {
	case "valence-podsim":
		return map[string]string{"/usr/bin/valence-podsim": program, "/usr/share/man/man1/valence-podsim.1.gz": text}
	case "valence-api":
		return map[string]string{
			"/etc/valence":                                "drwxr-x--- root valence",
			"/etc/valence/valence.conf":                   "-rw-r----- root valence",
			"/etc/valence/valence.conf.d":                 "drwxr-x--- root valence",
			"/usr/bin/valence-api":                        program,
			"/usr/lib/systemd/system/valence-api.service": text,
			"/usr/share/man/man5/valence.conf.5.gz":       text,
			"/usr/share/man/man8/valence-api.8.gz":        text,
			"/var/lib/valence":                            "drwx------ valence valence",
			"/var/log/valence":                            "drwxr-x--- valence valence",
		}
	}
	files := map[string]string{
		"/usr/bin/valence":                                  program,
		"/usr/bin/valence-complete":                         program,
		"/usr/libexec/valence":                              folder,
		"/usr/libexec/valence/plugins":                      folder,
		"/usr/share/bash-completion/completions/valence":    text,
		"/usr/share/fish/vendor_completions.d/valence.fish": text,
		"/usr/share/man/man1/valence.1.gz":                  text,
		"/usr/share/man/man1/valence-complete.1.gz":         text,
		"/usr/share/man/man1/valence-node.1.gz":             text,
		"/usr/share/man/man1/valence-plugin.1.gz":           text,
	}
	families, err := os.ReadDir("../../plugins")
	if err != nil || len(families) == 0 {
		t.Fatalf("%d families, %v", len(families), err)
	}
	for _, f := range families {
		files["/usr/libexec/valence/plugins/valence-plugin-"+f.Name()] = program
	}
	return files
}

// listing reads lines of mode, owner, group and path, without the folders that
// belong to all packages and the pages of single commands.
func listing(t *testing.T, lines string) map[string]string {
	t.Helper()
	shared := regexp.MustCompile(`^d\S+ root root /(etc|usr(/bin|/lib(/systemd(/system)?)?|/libexec)?|var(/lib|/log)?|usr/share/.*|usr/share)$`)
	pages := regexp.MustCompile(`/man1/valence-(\w+)\.1\.gz$`)
	files := map[string]string{}
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		m := pages.FindStringSubmatch(line)
		if shared.MatchString(line) || m != nil && !slices.Contains([]string{"complete", "node", "plugin", "podsim"}, m[1]) {
			continue
		}
		mode, path, _ := strings.Cut(line, " /")
		files["/"+path] = mode
	}
	return files
}

func TestContentsOfDebs(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "dpkg-deb")
	for _, name := range debian.Names() {
		want := contents(t, name)
		for _, file := range []string{"changelog.Debian.gz", "changelog.gz", "copyright"} {
			want["/usr/share/doc/"+name+"/"+file] = text
		}
		want["/usr/share/lintian/overrides/"+name] = text
		if name == "valence" {
			want["/usr/share/zsh/vendor-completions/_valence"] = text
		}
		line := regexp.MustCompile(`(?m)^(\S+) (\w+)/(\w+) +\S+ \S+ \S+ \.(/\S*?)/?$`)
		got := listing(t, line.ReplaceAllString(run(t, "dpkg-deb", "--contents", debian.Deb(t, older, name)), "$1 $2 $3 $4"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := run(t, "dpkg-deb", "--info", debian.Deb(t, older, "valence-api"), "conffiles"); got != "/etc/valence/valence.conf\n" {
		t.Errorf("conffiles: %q", got)
	}
}

func TestContentsOfRPMs(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "rpm")
	for _, name := range debian.Names() {
		want := contents(t, name)
		for _, file := range []string{"changelog.gz", "copyright"} {
			want["/usr/share/doc/"+name+"/"+file] = text
		}
		if name == "valence" {
			want["/usr/share/zsh/site-functions/_valence"] = text
		}
		format := `[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]`
		if diff := cmp.Diff(want, listing(t, run(t, "rpm", "-qp", "--qf", format, rpm(t, older, name)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		run(t, "rpm", "--checksig", rpm(t, older, name))
	}
	if got := run(t, "rpm", "-qp", "--configfiles", rpm(t, older, "valence-api")); got != "/etc/valence/valence.conf\n" {
		t.Errorf("configuration: %q", got)
	}
}

// TestPageForEachCommand wants a manual page for each noun of the shell.
func TestPageForEachCommand(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "dpkg-deb")
	dir := t.TempDir()
	run(t, "dpkg-deb", "-x", debian.Deb(t, older, "valence"), dir)
	pages, err := filepath.Glob(dir + "/usr/share/man/man1/valence-*.1.gz")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, page := range pages {
		got[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(page), "valence-"), ".1.gz")] = true
	}
	delete(got, "complete") // a program
	reference, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^- \[(\w+)\]\(#\w+\):`).FindAllSubmatch(reference, -1) {
		want[string(m[1])] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("(-reference +pages):\n%s", diff)
	}
}
