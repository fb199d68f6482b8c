package ironic

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/ports"

	"github.com/valence-rsd/valence/service"
	harness "github.com/valence-rsd/valence/test/ironic"
)

// The pod's password has what JSON and Python write in another way.
const podPassword = `The-pod's "own\pass`

// world is a Provisioner and what it works with.
type world struct {
	*Provisioner
	t      *testing.T
	ironic *gophercloud.ServiceClient // to look at the real Ironic with
	log    *buffer
}

// newWorld makes a Provisioner with a log that is searched for secrets in the
// end. An empty URL is that of the shared Ironic.
func newWorld(t *testing.T, url string) *world {
	t.Helper()
	if url == "" {
		url = harness.Shared(t).URL
	}
	return newWorldWith(t, Options{Endpoint: url})
}

func newWorldWith(t *testing.T, o Options) *world {
	t.Helper()
	w := &world{t: t, log: &buffer{}}
	o.Timeout = cmp.Or(o.Timeout, 2*time.Minute) // the machine may have much to do
	o.Logger = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.Provisioner = p
	w.ironic = lookAt(o.Endpoint)
	t.Cleanup(func() { w.hides(w.log.String()) })
	return w
}

func lookAt(url string) *gophercloud.ServiceClient {
	return &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{},
		Endpoint:       url + "/v1/", Type: serviceType, Microversion: microversion,
	}
}

// hides fails the test if a text contains a secret, in whatever way it is
// written.
func (w *world) hides(text string) {
	w.t.Helper()
	hidden := secrets{podPassword, w.o.Password}
	for _, secret := range hidden.written() {
		if strings.Contains(text, secret) {
			w.t.Errorf("a secret is in %q", text)
		}
	}
}

// succeeds fails the test at an error.
func (w *world) succeeds(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fails wants an error with a code and texts, and without secrets.
func (w *world) fails(err error, code service.Code, texts ...string) {
	w.t.Helper()
	if err == nil || service.CodeOf(err) != code {
		w.t.Fatalf("error %v with the code %q; want %q", err, service.CodeOf(err), code)
	}
	w.hides(err.Error())
	for _, text := range texts {
		w.contains(err.Error(), text)
	}
}

func (w *world) contains(text, want string) {
	w.t.Helper()
	if !strings.Contains(text, want) {
		w.t.Errorf("%q; want it to contain %q", text, want)
	}
}

func (w *world) register(e service.Enrolment) {
	w.t.Helper()
	w.succeeds(w.Register(w.t.Context(), e))
}

// node reads a node from the real Ironic.
func (w *world) node(id string) *nodes.Node {
	w.t.Helper()
	node, err := nodes.Get(w.t.Context(), w.ironic, id).Extract()
	w.succeeds(err)
	return node
}

// has says whether the real Ironic has a node.
func (w *world) has(id string) bool {
	w.t.Helper()
	err := nodes.Get(w.t.Context(), w.ironic, id).Err
	if err != nil && !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		w.t.Fatal(err)
	}
	return err == nil
}

// ports reads the ports of a node from the real Ironic: MAC addresses to UUIDs.
func (w *world) ports(node string) map[string]string {
	w.t.Helper()
	page, err := ports.ListDetail(w.ironic, ports.ListOpts{NodeUUID: node}).AllPages(w.t.Context())
	w.succeeds(err)
	found, err := ports.ExtractPorts(page)
	w.succeeds(err)
	macs := map[string]string{}
	for _, p := range found {
		macs[p.Address] = p.UUID
	}
	return macs
}

// enrolment is that of a node that no other test has, with interfaces.
func enrolment(macs ...string) service.Enrolment {
	id := uuid.NewString()
	e := service.Enrolment{
		Node:    service.Node{UUID: id, Name: "web-" + id[24:]},
		Machine: service.Machine{SystemRef: "/redfish/v1/Systems/1-s-1"},
		PodManager: service.PodManager{
			URL:         "http://127.0.0.1:1",
			Credentials: service.Credentials{Type: "basic", Username: "pod-user", Password: podPassword},
		},
	}
	for _, mac := range macs {
		e.Machine.Interfaces = append(e.Machine.Interfaces, service.Interface{MAC: mac})
	}
	return e
}

// newMACs are addresses that no other test has.
func newMACs(n int) []string {
	macs := make([]string, n)
	for i := range macs {
		b := make([]byte, 5)
		_, _ = rand.Read(b) // it never fails
		macs[i] = fmt.Sprintf("02:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4])
	}
	return macs
}

// number is one that a pod may or may not give.
func number(n int) *int { return &n }

// before stands before the shared Ironic and forwards what it does not answer
// itself.
func before(t *testing.T, answers func(w http.ResponseWriter, r *http.Request, forward http.Handler)) string {
	t.Helper()
	to, err := url.Parse(harness.Shared(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(to)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answers(w, r, forward) }))
	t.Cleanup(s.Close)
	return s.URL
}

// buffer is a log that many may write to.
type buffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	return len(p), nil
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(slices.Clone(b.text))
}
