package test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/ironic"
	"github.com/valence-rsd/valence/test/page"
)

// called replaces what examples make up and only the scene knows.
var called = strings.NewReplacer(
	"my-device", `"$DEVICE"`, "my-rack", `"$RACK"`, "my-system", `"$SYSTEM"`, "rack show 2", `rack show "$RACK"`, "system show 9", `system show "$SYSTEM"`,
	"row4-podm", "row4", "my-podmanager", "row4", " 12", ` "$INDEX"`, "https://podm4.lab:8443", `"$LAB_URL"`, "https://podm5.lab:8443", `"$LAB_URL"`,
	"username=svc-valence", "username=admin", "gAAAAABn…", `"$(valence token issue -f value -c id)"`, "--follow", "",
	"plugin new disks", "plugin new disks --sdk "+checkout(), "plugin new storage", "plugin new storage --sdk "+checkout(),
	"valence shell", "script -qec 'valence shell' /dev/null", "valence --os-cloud rsd shell", "script -qec 'valence --os-cloud rsd shell' /dev/null",
)

const (
	simulate = "valence service start --simulate"
	install  = `valence plugin install "${PATH%%:*}/plugins/valence-plugin-nodes"`
)

// before is what is done before examples that begin so, the first of them.
var before = [][2]string{
	{"flavor create", "valence flavor delete small"},
	{"node deregister", "valence node register web-1 web-2"},
	{"node detach", "valence node attach web-1 scratch"},
	{"storage detach", "valence node attach web-1 data scratch-1 scratch-2"},
	{"podmanager create", "valence podmanager delete --yes --nodes forget row4"},
	{"podmanager delete row4", "valence node delete web-1 web-2 my-node && valence storage delete data logs lost my-storage scratch backup scratch-1 scratch-2"},
	{"podmanager delete --nodes forget --yes row4 row5", `valence podmanager create row5 "$POD_URL" --auth username=admin`},
	{"plugin install ./", `cp "${PATH%%:*}/plugins/valence-plugin-nodes" .`},
	{"plugin install", `tar -C "${PATH%%:*}/plugins" -czf plugins.tar.gz valence-plugin-nodes`},
	{"plugin remove", install},
	{"plugin verify nodes", install},
	{"service start valence-api", simulate + " && valence service stop valence-api"},
	{"service show", simulate},
	{"service stop", simulate},
	{"service kill", simulate},
	{"service logs", simulate},
}

// TestHelpExamples runs every example that help and the reference have of a
// command, in a scene that has what examples name.
func TestHelpExamples(t *testing.T) {
	t.Parallel()
	lines := helpExamples(t)
	if len(lines) < 100 {
		t.Errorf("only %d examples were found", len(lines))
	}
	cache := "XDG_CACHE_HOME=" + t.TempDir()
	t.Run("examples", func(t *testing.T) { // which end before the scene does
		looked := helpScene(t, "")
		for _, line := range lines {
			t.Run(line, func(t *testing.T) {
				t.Parallel()
				example := strings.TrimPrefix(line, "valence ")
				s := &scene{T: t, home: looked.home, env: looked.env}
				if !onlyLooks(example) {
					s = helpScene(t, example)
				}
				s.env = append([]string{cache}, s.env...)
				s.run(called.Replace(line))
			})
		}
	})
}

// helpExamples are the examples of the reference.
func helpExamples(t *testing.T) []string {
	t.Helper()
	var lines []string
	for _, b := range must(page.Read("../docs/commands.md")).Blocks {
		if b.Language == "sh" {
			lines = append(lines, b.Lines...)
		}
	}
	return lines
}

// onlyLooks tells whether an example leaves everything as it is, and needs no
// more than a service.
func onlyLooks(example string) bool {
	words := strings.Fields(example)
	return len(words) > 1 && (words[1] == "list" || words[1] == "show") && !slices.Contains([]string{"catalog", "service", "plugin"}, words[0])
}

// seeds gives each scene a pod of its own, for Ironic knows the network cards of
// all of them.
var seeds atomic.Uint64

// helpScene has what the examples name: the pod manager row4, nodes, flavors,
// storages, and at LAB_URL a pod with a certificate of the authority lab.pem.
func helpScene(t *testing.T, example string) *scene {
	t.Helper()
	if strings.HasPrefix(example, "token") || strings.HasPrefix(example, "catalog") {
		return sceneFor(t, example)
	}
	var settings []string
	if strings.Contains(example, "register") {
		settings = append(settings, "IRONIC_CLIENT_ENDPOINT="+ironic.Shared(t).URL)
	}
	o := podsim.Options{Seed: 1000 + seeds.Add(1), Topology: podsim.Topology{Racks: 7}}
	s, pod := emptyScene(t, "row4", o, settings...)
	for _, name := range []string{"small", "my-flavor", "other-flavor"} {
		s.post("/v1/flavors", fmt.Sprintf(`{"name": %q, "properties": {"memory": {"capacity_mib": "1024"}}}`, name))
	}
	for _, name := range []string{"web-1", "web-2", "my-node"} {
		s.post("/v1/nodes", fmt.Sprintf(`{"name": %q}`, name))
	}
	for _, name := range []string{"data", "logs", "lost", "my-storage", "scratch", "backup", "scratch-1", "scratch-2"} {
		s.post("/v1/storages", fmt.Sprintf(`{"name": %q, "capacity_gib": 1}`, name))
	}
	s.look(pod)
	s.write("small.yaml", "name: small\nproperties:\n  memory:\n    capacity_mib: 1024\n")
	s.env = append(s.env, "VALENCE_PODMANAGER_PASSWORD=admin")
	if strings.Contains(example, ".lab") {
		s.lab()
	}
	for _, b := range before {
		if strings.HasPrefix(example, b[0]) {
			s.run(b[1])
			break
		}
	}
	if strings.HasPrefix(example, "service") {
		t.Cleanup(func() {
			stop := exec.Command(filepath.Join(binaries, "valence"), "service", "stop", "--all")
			stop.Env = s.env
			_ = stop.Run()
		})
	}
	return s
}

// lab starts the pod of the lab.
func (s *scene) lab() {
	s.Helper()
	pod, err := podsim.Start(podsim.Options{Seed: 3, TLS: true})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = pod.Close() })
	s.write("lab.pem", string(pod.CA()))
	s.env = append(s.env, "LAB_URL="+pod.URL)
}
