package debian

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// Names are the names of our packages.
func Names() []string { return []string{"valence", "valence-api", "valence-podsim"} }

// built has a func() (string, error) for each version, which builds once.
var (
	built    sync.Map
	building sync.Mutex
)

// Packages is the folder with everything that "make packages" builds for this
// machine's architecture as a version such as 1.0.0, which happens once.
func Packages(t *testing.T, version string) string {
	t.Helper()
	once, _ := built.LoadOrStore(version, sync.OnceValues(func() (string, error) { return build(version) }))
	dir, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Deb is the file of a package for Debian.
func Deb(t *testing.T, version, name string) string {
	t.Helper()
	return filepath.Join(Packages(t, version), fmt.Sprintf("%s_%s-1_%s.deb", name, version, runtime.GOARCH))
}

// Debs are the files of all of them.
func Debs(t *testing.T, version string) []string {
	t.Helper()
	var files []string
	for _, name := range Names() {
		files = append(files, Deb(t, version, name))
	}
	return files
}

func build(version string) (string, error) {
	dir, err := temp()
	if err != nil {
		return "", err
	}
	module, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	dist := filepath.Join(dir, version)
	building.Lock() // they share a folder for tools
	defer building.Unlock()
	c := exec.Command(filepath.Join(filepath.Dir(string(module)), "scripts/packages.sh"))
	c.Env = append(os.Environ(), "VERSION=v"+version, "ARCHES="+runtime.GOARCH, "DIST="+dist)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the packages: %w\n%s", err, out)
	}
	return dist, nil
}
