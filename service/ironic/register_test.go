package ironic

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"

	"github.com/valence-rsd/valence/service"
)

func macsOf(ports map[string]string) []string { return slices.Sorted(maps.Keys(ports)) }

func TestRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	macs := slices.Sorted(slices.Values(newMACs(2)))
	dashed := strings.ToUpper(strings.ReplaceAll(macs[1], ":", "-"))
	e := enrolment(macs[0], "", dashed, macs[1])
	e.Machine.Processors = []service.Processor{
		{InstructionSet: "x86-64", TotalCores: number(8)}, {InstructionSet: "x86-64", TotalCores: number(8)},
	}
	e.Machine.Memory = []service.MemoryModule{{CapacityMiB: number(16384)}, {}, {CapacityMiB: number(16384)}}
	w.register(e)

	node := w.node(e.Node.UUID)
	got := map[string]any{
		"name": node.Name, "driver": node.Driver, "state": node.ProvisionState,
		"driver_info": node.DriverInfo, "properties": node.Properties,
	}
	want := map[string]any{
		"name": e.Node.Name, "driver": "redfish", "state": "enroll",
		"driver_info": map[string]any{
			"redfish_address": e.PodManager.URL, "redfish_username": "pod-user",
			"redfish_password":  "******", // Ironic does not show it; TestPower shows that it is right
			"redfish_system_id": e.Machine.SystemRef,
		},
		"properties": map[string]any{"cpus": 16.0, "memory_mb": 32768.0, "cpu_arch": "x86_64"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the node (-want +got):\n" + diff)
	}
	first := w.ports(e.Node.UUID)
	if diff := cmp.Diff(macs, macsOf(first)); diff != "" {
		t.Error("the ports (-want +got):\n" + diff)
	}

	w.register(e)
	if diff := cmp.Diff(first, w.ports(e.Node.UUID)); diff != "" {
		t.Error("the ports after doing it twice (-want +got):\n" + diff)
	}
	if again := w.node(e.Node.UUID); !again.CreatedAt.Equal(node.CreatedAt) || again.Name != node.Name {
		t.Errorf("doing it twice made another node: %v", again)
	}
}

func TestRegisterBringsInStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	macs := newMACs(3)
	e := enrolment(macs[0], macs[1])
	w.register(e)
	kept := w.ports(e.Node.UUID)[macs[1]]
	w.succeeds(nodes.Update(t.Context(), w.ironic, e.Node.UUID, nodes.UpdateOpts{
		set("http://images/kernel", "driver_info", "deploy_kernel"), set(400, "properties", "local_gb"),
	}).Err)

	e.Node.Name += "-renamed"
	e.Machine.SystemRef = "/redfish/v1/Systems/other"
	e.Machine.Interfaces = []service.Interface{{MAC: macs[1]}, {MAC: macs[2]}}
	e.Properties = map[string]any{"resource_class": "gold", "extra": map[string]any{"a/b~c": nil}}
	w.register(e)

	node := w.node(e.Node.UUID)
	got := []any{node.Name, node.DriverInfo["redfish_system_id"], node.DriverInfo["deploy_kernel"], node.Properties["local_gb"],
		node.ResourceClass, node.Extra}
	want := []any{e.Node.Name, e.Machine.SystemRef, "http://images/kernel", 400.0, "gold", map[string]any{"a/b~c": nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the node (-want +got):\n" + diff)
	}
	now := w.ports(e.Node.UUID)
	if diff := cmp.Diff(slices.Sorted(slices.Values(macs[1:])), macsOf(now)); diff != "" {
		t.Error("the ports (-want +got):\n" + diff)
	}
	if now[macs[1]] != kept {
		t.Error("a port that stays was made anew")
	}
}

func TestRegisterWithProperties(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	e := enrolment()
	e.Properties = map[string]any{
		"driver_info":     map[string]any{"redfish_username": "other", "redfish_verify_ca": false},
		"properties":      map[string]any{"cpus": 2},
		"name":            e.Node.Name + "-by-hand",
		"power_interface": "redfish",
	}
	w.register(e)
	node := w.node(e.Node.UUID)
	got := []any{node.Name, node.PowerInterface, node.Properties, node.DriverInfo["redfish_username"],
		node.DriverInfo["redfish_verify_ca"], node.DriverInfo["redfish_address"]}
	want := []any{e.Node.Name + "-by-hand", "redfish", map[string]any{"cpus": 2.0}, "other", false, e.PodManager.URL}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the node (-want +got):\n" + diff)
	}
}

func TestVerifyCA(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.o.VerifyCA = "/etc/ssl/pods.pem"
	e := enrolment()
	w.register(e)
	if got := w.node(e.Node.UUID).DriverInfo["redfish_verify_ca"]; got != w.o.VerifyCA {
		t.Errorf("redfish_verify_ca is %v", got)
	}
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		properties map[string]any
		code       service.Code
		text       string
	}{
		"unknown key":       {map[string]any{"colour": "red"}, service.Invalid, "'colour' was unexpected"},
		"unknown driver":    {map[string]any{"driver": "pxe_ipmitool"}, service.Invalid, "No valid host was found"},
		"wrong kind":        {map[string]any{"owner": 7}, service.Invalid, "7 is not of type 'string'"},
		"driver_info":       {map[string]any{"driver_info": "redfish"}, service.Invalid, "driver_info: is a string; expected an object"},
		"driver_info null":  {map[string]any{"driver_info": nil}, service.Invalid, "driver_info: is null"},
		"uuid":              {map[string]any{"uuid": "f00"}, service.Invalid, "uuid: cannot be chosen"},
		"the secret quoted": {map[string]any{"name": podPassword}, service.Invalid, "invalid name '***'"},
		"the secret inside": {map[string]any{"owner": []string{podPassword}}, service.Invalid, "***"},
		"a caller's secret": {map[string]any{"name": "not a name", "driver_info": map[string]any{"ipmi_hex_kg_key": "not a name"}},
			service.Invalid, "invalid name '***'"},
		"no system": {map[string]any{"driver_info": map[string]any{"redfish_system_id": nil}}, service.Conflict, "no computer system"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			e := enrolment(newMACs(1)...)
			e.Properties = c.properties
			w.fails(w.Register(t.Context(), e), c.code, c.text)
			if w.has(e.Node.UUID) {
				t.Error("the node is there")
			}
			e.Properties = nil
			w.register(e)
			e.Properties = c.properties
			w.fails(w.Register(t.Context(), e), c.code)
			if !w.has(e.Node.UUID) {
				t.Error("the node that was there is gone")
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	taken := enrolment()
	newWorld(t, "").register(taken)
	for name, c := range map[string]struct{ name, want string }{
		"taken":           {taken.Node.Name, taken.Node.Name + "-*"},
		"wrong letters":   {"ein höchst, ungewöhnlicher Name!", "ein-h-chst-ungew-hnlicher-Name-*"},
		"no right letter": {"名前", "node-*"},
		"reserved":        {"maintenance", "maintenance-*"},
		"a UUID":          {taken.Node.UUID, taken.Node.UUID + "-*"},
		"too long":        {strings.Repeat("x", 300), strings.Repeat("x", maxName) + "-*"},
		"none":            {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			e := enrolment()
			e.Node.Name = c.name
			want := strings.ReplaceAll(c.want, "*", e.Node.UUID[:8])
			for range 2 {
				w.register(e)
				if got := w.node(e.Node.UUID).Name; got != want {
					t.Errorf("the name is %q, want %q", got, want)
				}
			}
			if name == "none" {
				return
			}
			// One that is there gets the name, too.
			e = enrolment()
			w.register(e)
			e.Node.Name = c.name
			w.register(e)
			if got := w.node(e.Node.UUID).Name; got != strings.ReplaceAll(c.want, "*", e.Node.UUID[:8]) {
				t.Errorf("the name becomes %q, want %q", got, c.want)
			}
		})
	}
}

func TestForeignPort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	macs := newMACs(2)
	owner := enrolment(macs[0])
	w.register(owner)

	e := enrolment(macs[1], macs[0])
	w.fails(w.Register(t.Context(), e), service.Conflict, macs[0], owner.Node.UUID)
	if w.has(e.Node.UUID) {
		t.Error("the node without its ports is left")
	}
	if got := w.ports(owner.Node.UUID); len(got) != 1 {
		t.Errorf("the owner's ports are %v", got)
	}

	e.Machine.Interfaces = e.Machine.Interfaces[:1]
	w.register(e)
	e.Machine.Interfaces = append(e.Machine.Interfaces, service.Interface{MAC: macs[0]})
	w.fails(w.Register(t.Context(), e), service.Conflict, owner.Node.UUID)
	if !w.has(e.Node.UUID) {
		t.Error("a node that was there before is gone")
	}
}

func TestWrongMAC(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	e := enrolment("no-mac")
	w.fails(w.Register(t.Context(), e), service.Invalid, "no-mac")
	if w.has(e.Node.UUID) {
		t.Error("the node without its ports is left")
	}
}

// Whoever lost the answer cannot know that there is a node.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	var made atomic.Bool
	url := before(t, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		if r.Method == http.MethodPost {
			forward.ServeHTTP(discard{http.Header{}, &made}, r)
			panic(http.ErrAbortHandler)
		}
		forward.ServeHTTP(w, r)
	})
	w := newWorld(t, url)
	e := enrolment()
	w.fails(w.Register(t.Context(), e), service.Unavailable, "creating the node in Ironic")
	if !made.Load() || w.has(e.Node.UUID) {
		t.Errorf("made: %v, there: %v; want made and removed", made.Load(), w.has(e.Node.UUID))
	}
}

// discard is an answer that gets lost; it knows whether something was made.
type discard struct {
	header http.Header
	made   *atomic.Bool
}

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(status int)      { d.made.Store(status == http.StatusCreated) }

// Whoever gives up leaves nothing half done.
func TestGiveUpBetweenNodeAndPorts(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url := before(t, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		if r.Method == http.MethodPost && r.URL.Path == "/v1/ports" {
			_, _ = io.Copy(io.Discard, r.Body) // until then nobody notices that the caller leaves
			cancel()
			<-r.Context().Done()
			return
		}
		forward.ServeHTTP(w, r)
	})
	w := newWorld(t, url)
	e := enrolment(newMACs(1)...)
	w.fails(w.Register(ctx, e), service.Timeout, "given up", e.Machine.Interfaces[0].MAC)
	if w.has(e.Node.UUID) {
		t.Error("the node without its ports is left")
	}
}
