package test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/ironic"
	"github.com/valence-rsd/valence/test/stack"
)

// habit is a row of docs/coming-from.md: what people type elsewhere, and what
// they type here.
type habit struct {
	theirs []string
	here   string // a command line, or empty
}

// habits reads the tables of docs/coming-from.md.
func habits(t *testing.T) []habit {
	t.Helper()
	page, err := os.ReadFile("../docs/coming-from.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []habit
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 || !strings.HasPrefix(line, "| `") {
			if strings.HasPrefix(line, "| `") {
				t.Errorf("this row has %d cells, not 3: %s", len(cells), line)
			}
			continue
		}
		h := habit{theirs: codes(cells[0])}
		if code, ok := strings.CutPrefix(cells[1], "`"); ok {
			h.here = strings.ReplaceAll(strings.TrimSuffix(code, "`"), `\|`, "|")
		} else if !strings.HasPrefix(cells[1], "not offered: ") {
			t.Errorf("this row has neither a command nor a reason: %s", line)
		}
		all = append(all, h)
	}
	return all
}

// codes are the pieces of code in a cell.
func codes(cell string) []string {
	var all []string
	for i, piece := range strings.Split(cell, "`") {
		if i%2 == 1 {
			all = append(all, piece)
		}
	}
	return all
}

// TestComingFrom runs every command of the page, each with a service and a pod
// of its own.
func TestComingFrom(t *testing.T) {
	t.Parallel()
	commands := map[string]bool{"": true}
	cache := t.TempDir() // of all commands, so that the plugins are described once
	for _, h := range habits(t) {
		if commands[h.here] {
			continue
		}
		commands[h.here] = true
		t.Run(h.here, func(t *testing.T) {
			s := sceneFor(t, h.here)
			s.env = append([]string{"XDG_CACHE_HOME=" + cache}, s.env...) // a scene may have one of its own
			s.run(h.here)
		})
	}
	if len(commands) < 40 {
		t.Errorf("the page has only %d commands", len(commands))
	}
}

// TestComingFromIsComplete wants every command of the other clients in a row,
// and no row about a command that they do not have. Their commands are listed
// in testdata/clients, after the entry points of their packages.
func TestComingFromIsComplete(t *testing.T) {
	t.Parallel()
	rows := habits(t)
	files, err := filepath.Glob("testdata/clients/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d clients, %v", len(files), err)
	}
	var known []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	covered := map[string]bool{}
	for _, row := range rows {
		for _, theirs := range row.theirs {
			about := slices.DeleteFunc(slices.Clone(known), func(name string) bool { return !begins(theirs, name) && !begins(name, theirs) })
			if len(about) == 0 && !strings.HasPrefix(theirs, "openstack ") {
				t.Errorf("no client has the command %q", theirs)
			}
			for _, name := range about {
				covered[name] = true
			}
		}
	}
	for _, name := range known {
		if !covered[name] {
			t.Errorf("no row is about %q", name)
		}
	}
}

// begins tells whether a line begins with these words.
func begins(line, words string) bool { return strings.HasPrefix(line+" ", words+" ") }

// scene is what the commands of the page find: the pod manager pod, the flavor
// small, the nodes web-1 and web-2, the storages data-1 and data-2 with data-2
// attached to web-2, and in variables the address of another pod, a system, a
// rack, a device, and a machine that was composed without Valence.
type scene struct {
	*testing.T
	service, home string
	pod           string // address of a pod that is not registered
	env           []string
}

// sceneFor is the scene for a command: with a real Ironic or a real Keystone
// where that is what the command is about, with a pod manager spare beside pod
// where it names that one.
func sceneFor(t *testing.T, command string) *scene {
	t.Helper()
	switch {
	case strings.Contains(command, "register"):
		return newScene(t, "IRONIC_CLIENT_ENDPOINT="+ironic.Shared(t).URL)
	case strings.Contains(command, "spare"):
		s := newScene(t)
		s.post("/v1/pod_managers", stack.Registration("spare", s.pod, podsim.Options{}))
		return s
	case strings.Contains(command, "token"), strings.Contains(command, "catalog"):
		user := newSignedIn(t)
		return &scene{T: t, home: user.home, env: append(user.command("valence").Env, "PATH="+binaries+":"+os.Getenv("PATH"))}
	}
	return newScene(t)
}

func newScene(t *testing.T, settings ...string) *scene {
	t.Helper()
	s, pod := emptyScene(t, "pod", podsim.Options{}, settings...)
	s.post("/v1/flavors", `{"name": "small", "properties": {"memory": {"capacity_mib": "1024"}}}`)
	s.post("/v1/nodes", `{"name": "web-1"}`)
	s.post("/v1/nodes", `{"name": "web-2"}`)
	s.post("/v1/storages", `{"name": "data-1", "capacity_gib": 1}`)
	s.post("/v1/storages", `{"name": "data-2", "capacity_gib": 1, "erase_on_detach": true}`)
	s.post("/v1/nodes/web-2/storages", `{"volumeId": "data-2"}`)
	s.look(pod)
	return s
}

// emptyScene has a pod manager, and nothing composed.
func emptyScene(t *testing.T, name string, o podsim.Options, settings ...string) (s *scene, pod string) {
	t.Helper()
	back := stack.New(t, settings...)
	pod = back.AddPod(name, o).URL
	s = &scene{T: t, service: back.URL, home: t.TempDir(), pod: back.StartPod(podsim.Options{Seed: 2}).URL}
	s.write("clouds.yaml", fmt.Sprintf("clouds:\n  rsd:\n    auth_type: none\n    auth:\n      endpoint: %s\n", back.URL))
	s.write("pw", "admin\n")
	s.env = []string{
		"PATH=" + binaries + ":" + os.Getenv("PATH"), "HOME=" + s.home,
		"OS_CLIENT_CONFIG_FILE=" + filepath.Join(s.home, "clouds.yaml"), "OS_CLOUD=rsd", "POD_URL=" + s.pod,
	}
	return s, pod
}

// look looks for hardware to name, and composes the machine without Valence.
func (s *scene) look(pod string) {
	s.Helper()
	s.post("/v1/devices/sync", "{}")
	s.env = append(s.env, "SYSTEM="+s.first("/v1/systems"), "RACK="+s.first("/v1/racks"), "DEVICE="+s.first("/v1/devices?state=free"),
		"INDEX="+composeThere(s.T, pod))
}

// run runs a command line as a person does; it must succeed.
func (s *scene) run(line string) {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), "sh", "-c", line) //nolint:gosec // a command of our own page
	cmd.Dir, cmd.Env = s.home, s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Errorf("%s: %v\n%s", line, err, out)
	}
}

func (s *scene) write(name, text string) {
	s.Helper()
	if err := os.WriteFile(filepath.Join(s.home, name), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) post(path, body string) {
	s.Helper()
	resp, err := http.Post(s.service+path, "application/json", strings.NewReader(body)) //nolint:gosec // our own service
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode >= 300 {
		s.Fatalf("POST %s: %s: %s %v", path, resp.Status, text, err)
	}
}

// first is the UUID of the first thing of a list.
func (s *scene) first(path string) string {
	s.Helper()
	resp, err := http.Get(s.service + path) //nolint:gosec // our own service
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var list []struct {
		UUID string `json:"uuid"`
		ID   string `json:"id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil || len(list) == 0 {
		s.Fatalf("GET %s: %s, %d things, %v", path, resp.Status, len(list), err)
	}
	return cmp.Or(list[0].UUID, list[0].ID)
}

// composeThere composes a machine at the pod manager itself and gives its index.
func composeThere(t *testing.T, pod string) string {
	t.Helper()
	location := redfishPost(t, pod+"/redfish/v1/Nodes/Actions/Allocate", `{"Name": "made there"}`)
	redfishPost(t, pod+location+"/Actions/ComposedNode.Assemble", "{}")
	return location[strings.LastIndex(location, "/")+1:]
}

// redfishPost gives the path in the Location of the answer.
func redfishPost(t *testing.T, url, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("admin", "admin")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode >= 300 {
		t.Fatalf("POST %s: %+v, %v", url, resp, err)
	}
	_ = resp.Body.Close()
	location := resp.Header.Get("Location")
	if i := strings.Index(location, "/redfish/"); i >= 0 {
		location = location[i:]
	}
	return location
}
