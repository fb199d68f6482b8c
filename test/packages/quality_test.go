package packages

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/debian"
)

func TestLintian(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "lintian")
	run(t, "lintian", append([]string{"--fail-on", "error,warning"}, debian.Debs(t, older)...)...)
}

// unpacked is a folder with the contents of all packages for Debian.
func unpacked(t *testing.T) string {
	t.Helper()
	debian.Needs(t, "dpkg-deb")
	dir := t.TempDir()
	for _, file := range debian.Debs(t, older) {
		run(t, "dpkg-deb", "-x", file, dir)
	}
	return dir
}

// TestUnit wants nothing to be said about the unit, and an exposure of 2.0 at
// most on the scale of systemd-analyze, which ends at 10.
func TestUnit(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "systemd-analyze")
	root := unpacked(t)
	unit := filepath.Join(root, "usr/lib/systemd/system/valence-api.service")
	run(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", unit)

	// It wants the programs to be there, and what the unit refers to.
	run(t, "install", "-D", "/bin/kill", filepath.Join(root, "bin/kill"))
	units := filepath.Dir(unit)
	for _, target := range []string{"network-online.target", "multi-user.target", "sysinit.target", "basic.target", "shutdown.target"} {
		write(t, filepath.Join(units, target), "[Unit]\nDescription=there\nDefaultDependencies=no\n")
	}
	verify := exec.Command("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", "--root="+root, "valence-api.service")
	if out, err := verify.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

func TestManualPages(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "man", "groff")
	pages, err := filepath.Glob(filepath.Join(unpacked(t), "usr/share/man/man?/*.gz"))
	if err != nil || len(pages) < 15 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		show := exec.Command("man", "--warnings", "--local-file", page)
		show.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8")
		var said strings.Builder
		show.Stderr = &said
		shown, err := show.Output()
		if err != nil || said.Len() > 0 {
			t.Errorf("%s: %v\n%s", filepath.Base(page), err, &said)
		}
		name := strings.TrimSuffix(filepath.Base(page), ".gz")
		name = name[:strings.LastIndex(name, ".")]
		if !strings.Contains(string(shown), "NAME\n       "+name+" - ") {
			t.Errorf("%s does not begin with its name:\n%.300s", filepath.Base(page), shown)
		}
	}
}

func TestChecksums(t *testing.T) {
	t.Parallel()
	dir := debian.Packages(t, older)
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = dir
	out, err := check.CombinedOutput()
	files, globErr := filepath.Glob(dir + "/*")
	if err != nil || globErr != nil || strings.Count(string(out), ": OK\n") != len(files)-1 {
		t.Errorf("%d files, %v, %v:\n%s", len(files), err, globErr, out)
	}
}

// TestBillOfMaterials wants the modules in it that each program stands on.
func TestBillOfMaterials(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(debian.Packages(t, older), "*.sbom.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	type component struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl"`
	}
	var bill struct {
		Format   string `json:"bomFormat"`
		Metadata struct {
			Component component `json:"component"`
		} `json:"metadata"`
		Components []component `json:"components"`
	}
	if err := json.Unmarshal(data, &bill); err != nil {
		t.Fatal(err)
	}
	main := bill.Metadata.Component
	if bill.Format != "CycloneDX" || main.Name != "github.com/valence-rsd/valence" || main.Version != "v"+older {
		t.Errorf("it is a %s of %+v", bill.Format, main)
	}
	versions := map[string]string{}
	for _, c := range bill.Components {
		if _, twice := versions[c.Name]; twice || c.Version == "" || c.PURL != "pkg:golang/"+c.Name+"@"+c.Version {
			t.Errorf("%+v, twice: %t", c, twice)
		}
		versions[c.Name] = c.Version
	}
	for _, name := range []string{"std", "github.com/alecthomas/kong", "go.etcd.io/etcd/server/v3", "google.golang.org/grpc"} {
		if versions[name] == "" {
			t.Errorf("it does not name %s", name)
		}
	}
}

// TestArchive runs the shell from where the archive was unpacked: it finds its
// plugins beside itself.
func TestArchive(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(debian.Packages(t, older), "*.tar.gz"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	dir := t.TempDir()
	run(t, "tar", "-xzf", files[0], "-C", dir)
	families, err := os.ReadDir("../../plugins")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, strings.TrimSuffix(filepath.Base(files[0]), ".tar.gz"))
	list := exec.Command(filepath.Join(root, "bin/valence"), "plugin", "list", "-f", "value", "-c", "name")
	list.Env = []string{"HOME=" + dir}
	out, err := list.CombinedOutput()
	if err != nil || strings.Count(string(out), "\n") != len(families) {
		t.Errorf("%d families, %v:\n%s", len(families), err, out)
	}
	for _, file := range []string{"LICENSE", "valence.conf", "completions/valence.bash", "man/valence/man1/valence.1.gz"} {
		if _, err := os.Stat(filepath.Join(root, file)); err != nil {
			t.Error(err)
		}
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
