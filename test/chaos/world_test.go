package chaos

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/session"
	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
	"github.com/valence-rsd/valence/service/seal"
	"github.com/valence-rsd/valence/test/etcdcluster"
)

// world is a pod, a cluster, the replicas over it and the balancer before them.
type world struct {
	*testing.T
	pod      *podsim.Server
	systems  int // of the pod
	cluster  *etcdcluster.Cluster
	replicas []*replica
	balancer *balancer
}

// newWorld makes a world; more is what else stands in the configuration of the
// replicas.
func newWorld(t *testing.T, o podsim.Options, more ...string) *world {
	t.Helper()
	pod, err := podsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, pod: pod, systems: len(pod.FreeSystems()), balancer: newBalancer(3)}
	t.Cleanup(func() {
		w.balancer.close()
		_ = pod.Close()
	})
	w.cluster = etcdcluster.Start(t, etcdcluster.Options{})
	conf := w.configure(more)
	for i := range 3 {
		r := &replica{name: fmt.Sprint("r", i), dir: t.ArtifactDir(), conf: conf}
		w.replicas = append(w.replicas, r)
		t.Cleanup(r.kill)
		if err := r.start(t.Context()); err != nil {
			t.Fatalf("%v\n%s", err, w.logs())
		}
		w.balancer.set(i, r.url)
	}
	w.register()
	return w
}

// configure writes the one configuration of all replicas. What a dead replica
// has in its hands is free after a few seconds, so that many deaths are seen
// through to the end.
func (w *world) configure(more []string) (file string) {
	w.Helper()
	dir := w.TempDir()
	keys := filepath.Join(dir, "keys")
	if err := seal.Setup(keys); err != nil {
		w.Fatal(err)
	}
	text := fmt.Sprintf(`[api]
bind_port = 0
[etcd]
endpoints = %s
hold_ttl = 5s
[compose]
lost_answer_window = 5s
[credential]
key_repository = %s
%s
`, strings.Join(w.cluster.Endpoints, ","), keys, strings.Join(more, "\n"))
	file = filepath.Join(dir, "valence.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return file
}

// register registers the pod.
func (w *world) register() {
	w.Helper()
	c := w.client(w.balancer.URL, 0)
	_, err := podmanagers.Create(w.Context(), c.ServiceClient, podmanagers.CreateOpts{
		Name: "pod", URL: w.pod.URL, Authentication: podmanagers.Basic("admin", "admin"),
	}).Extract()
	if err != nil {
		w.Fatalf("registering the pod: %v\n%s", err, w.logs())
	}
}

// client makes a client whose session is the shell's own, so that what is
// retried is what the shell retries.
func (w *world) client(base string, number int) *client {
	w.Helper()
	endpoint, err := url.Parse(base)
	if err != nil {
		w.Fatal(err)
	}
	s := session.Open(session.Identity{
		AuthType: "none",
		Service:  func(string) (session.Service, error) { return session.Service{Endpoint: endpoint}, nil },
	}, session.Options{UserAgent: "valence-chaos"})
	w.Cleanup(s.Close)
	c, err := newClient(w, s, number)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// logs is the end of what each replica has written.
func (w *world) logs() string {
	var all strings.Builder
	for _, r := range w.replicas {
		data, _ := os.ReadFile(r.logFile())
		fmt.Fprintf(&all, "--- %s\n%s\n", r.name, data[max(0, len(data)-4000):])
	}
	return all.String()
}

// errors is what the replicas have logged as errors, the first few.
func (w *world) errors() string {
	var lines []string
	for _, r := range w.replicas {
		data, _ := os.ReadFile(r.logFile())
		for line := range strings.Lines(string(data)) {
			if strings.Contains(line, "level=ERROR") {
				lines = append(lines, r.name+" "+line)
			}
		}
	}
	return strings.Join(lines[:min(len(lines), 10)], "")
}

// healthy demands that no replica has crashed by itself, or raced.
func (w *world) healthy() {
	w.Helper()
	for _, r := range w.replicas {
		if err := r.complaints(); err != nil {
			w.Error(err)
		}
	}
}
