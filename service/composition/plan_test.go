package composition

import (
	"fmt"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// made is a free block for the planner.
func made(name string, cores, mib int, kinds ...string) (block, size) {
	b := block{ref: "/" + name}
	b.doc.Kinds, b.doc.State.Is = kinds, stateUnused
	var s size
	if cores > 0 {
		s.processors = []processorDocument{{Kind: "CPU", Model: "Xeon", TotalCores: redfish.Number{Value: &cores}}}
	}
	if mib > 0 {
		s.memory = []memoryDocument{{Type: "DDR4", CapacityMiB: redfish.Number{Value: &mib}}}
	}
	return b, s
}

// shelf is a stock in one zone, from lines like "A Compute 8 1024": name, types,
// cores, MiB, and then the chassis or "home=…", "busy" or "zone=…".
func shelf(t *testing.T, lines ...string) *stock {
	t.Helper()
	st := &stock{blocks: map[string]block{}, sizes: map[string]size{}, systems: systems}
	zones := map[string]*zone{}
	var order []string
	for _, line := range lines {
		var name, kinds string
		var cores, mib int
		if _, err := fmt.Sscan(line, &name, &kinds, &cores, &mib); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		b, s := made(name, cores, mib, strings.Split(kinds, "+")...)
		in := "1"
		for _, word := range strings.Fields(line)[4:] {
			what, value, _ := strings.Cut(word, "=")
			switch what {
			case "home":
				b.home = value
			case "busy":
				b.doc.State.Is = "Composed"
			case "zone":
				in = value
			default:
				b.chassis = word
			}
		}
		st.blocks[b.ref] = b
		if b.free() {
			st.sizes[b.ref] = s
		}
		if zones[in] == nil {
			zones[in] = &zone{ref: "/z" + in, id: in}
			order = append(order, in)
		}
		zones[in].blocks = append(zones[in].blocks, b.ref)
	}
	for _, id := range order {
		st.zones = append(st.zones, *zones[id])
	}
	return st
}

func limits(pairs map[string]any) []offer {
	return []offer{{useCase: useSpecific, target: systems, template: template{"Name" + requiredOnCreate: true, blockLimits: pairs}}}
}

// TestPlacement chooses blocks.
func TestPlacement(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		shelf  []string
		offers []offer
		want   want
		spread bool
		blocks string // empty where there is no plan
	}{
		"the smallest":              {[]string{"A Compute 32 1024", "B Compute 8 1024", "C Compute 16 1024"}, nil, want{cores: 4}, false, "/B"},
		"the smallest that fits":    {[]string{"A Compute 32 1024", "B Compute 8 1024", "C Compute 16 1024"}, nil, want{cores: 12}, false, "/C"},
		"small in both":             {[]string{"A Compute 8 65536", "B Compute 10 1024", "C Compute 64 1024"}, nil, want{cores: 8}, false, "/B"},
		"not what is in use":        {[]string{"A Compute 8 1024 busy", "B Compute 16 1024"}, nil, want{cores: 4}, false, "/B"},
		"physical systems last":     {[]string{"A ComputerSystem 8 1024 home=/s", "B Compute 64 65536"}, nil, want{}, false, "/B"},
		"a physical system at last": {[]string{"A ComputerSystem 8 1024 home=/s", "B Compute 4 65536"}, nil, want{cores: 8}, false, "/A"},
		"separate ones": {[]string{"P1 Processor 8 0", "P2 Processor 16 0", "M1 Memory 0 1024", "M2 Memory 0 4096", "M3 Memory 0 2048"}, nil,
			want{cores: 8, mib: 2000}, false, "/P1 /M3"},
		"several separate ones": {[]string{"P1 Processor 8 0", "P2 Processor 16 0", "P3 Processor 4 0", "M1 Memory 0 1024"}, nil,
			want{cores: 20}, false, "/P2 /P3 /M1"},
		"not enough of them":    {[]string{"P1 Processor 8 0", "P2 Processor 16 0", "M1 Memory 0 1024"}, nil, want{cores: 25}, false, ""},
		"no memory":             {[]string{"P1 Processor 8 0"}, nil, want{}, false, ""},
		"not across zones":      {[]string{"P1 Processor 8 0 zone=1", "M1 Memory 0 1024 zone=2"}, nil, want{}, false, ""},
		"of whichever zone":     {[]string{"A Compute 64 1024 zone=1", "B Compute 8 1024 zone=2"}, nil, want{}, false, "/B"},
		"another model":         {[]string{"A Compute 8 1024"}, nil, want{model: "EPYC"}, false, ""},
		"the model":             {[]string{"A Compute 8 1024"}, nil, want{model: "xeon", memory: "ddr4"}, false, "/A"},
		"another memory":        {[]string{"A Compute 8 1024"}, nil, want{memory: "DDR5"}, false, ""},
		"as many as must be":    {[]string{"A Compute 8 1024", "S1 Storage 0 0", "N Network 0 0", "S2 Storage 0 0"}, limits(map[string]any{"MinCompute": 1.0, "MinStorage": 2.0}), want{}, false, "/A /S1 /S2"},
		"fewer than must be":    {[]string{"A Compute 8 1024", "S1 Storage 0 0"}, limits(map[string]any{"MinStorage": 2.0}), want{}, false, ""},
		"more than may be":      {[]string{"A Compute+Network 8 1024"}, limits(map[string]any{"MaxNetwork": 0.0}), want{}, false, ""},
		"a device":              {[]string{"A Compute 8 1024", "S1 Storage 0 0", "SSD1 Storage 0 0"}, nil, want{devices: []service.DeviceType{"SSD"}}, false, "/A /SSD1"},
		"not two of one":        {[]string{"A Compute 8 1024", "SSD1 Storage 0 0"}, nil, want{devices: []service.DeviceType{"SSD", "SSD"}}, false, ""},
		"packed":                {[]string{"A Compute 8 1024 /c1", "X Compute 8 1024 /c1 busy", "B Compute 16 1024 /c2"}, nil, want{}, false, "/A"},
		"spread":                {[]string{"A Compute 8 1024 /c1", "X Compute 8 1024 /c1 busy", "B Compute 16 1024 /c2"}, nil, want{}, true, "/B"},
		"none offered there":    {[]string{"A Compute 8 1024"}, []offer{{useCase: useSpecific, zones: []string{"/z2"}}}, want{}, false, ""},
		"constrained, devices":  {[]string{"A Compute 8 1024", "SSD1 Storage 0 0"}, []offer{{useCase: useConstrained}}, want{devices: []service.DeviceType{"SSD"}}, false, ""},
		"constrained, physical": {[]string{"A ComputerSystem 8 1024 home=/s"}, []offer{{useCase: useConstrained}}, want{}, false, ""},
	}
	for name, test := range tests {
		st := shelf(t, test.shelf...)
		st.offers = test.offers
		kinds := map[string]service.DeviceType{"/SSD1": service.DeviceSSD, "/S1": service.DeviceUnknown}
		p := planner{stock: st, want: test.want, kinds: kinds, usable: block.free, spread: test.spread}
		pl, found := p.best()
		var refs []string
		for _, b := range pl.blocks() {
			refs = append(refs, b.ref)
		}
		if got := strings.Join(refs, " "); got != test.blocks || found != (test.blocks != "") {
			t.Errorf("%s: %q, want %q", name, got, test.blocks)
		}
		if !found {
			wantCode(t, name, p.shortage(), service.NoCapacity)
		}
	}
}

// TestWays prefers the way in which the client chooses.
func TestWays(t *testing.T) {
	t.Parallel()
	st := &stock{systems: systems, offers: []offer{{useCase: useConstrained}, {useCase: useSpecific, zones: []string{"/z1"}}}}
	for ref, want := range map[string]string{"/z1": useSpecific, "/z2": useConstrained} {
		if got := st.ways(zone{ref: ref})[0].useCase; got != want {
			t.Errorf("in %s: %s, want %s", ref, got, want)
		}
	}
}

func TestTaken(t *testing.T) {
	t.Parallel()
	st := shelf(t, "A Compute 8 1024", "B Compute 8 1024")
	c := &composing{pod: &pod{taken: taken{}}, stock: st, out: map[string]bool{}}
	first, err := c.take(want{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.take(want{})
	if err != nil || second.bearers[0].ref == first.bearers[0].ref {
		t.Errorf("both calls have %s, %v", second.bearers[0].ref, err)
	}
	_, err = c.take(want{})
	wantCode(t, "a third call", err, service.NoCapacity)
	c.leave(first, true) // it is composed, and the stock does not know it yet
	_, err = c.take(want{})
	wantCode(t, "after one was composed", err, service.NoCapacity)
	c.leave(second, false)
	if again, err := c.take(want{}); err != nil || again.bearers[0].ref != second.bearers[0].ref {
		t.Errorf("after one was given up: %v, %v", again.bearers, err)
	}
}

func TestTypeAtLeast(t *testing.T) {
	t.Parallel()
	for odataType, want := range map[string]bool{
		"#ResourceBlock.v1_4_3.ResourceBlock": true, "#ResourceBlock.v1_3_0.ResourceBlock": false, "#ResourceBlock.v1_10_0.ResourceBlock": true,
		"#ResourceBlock.v1_5": true, "": false, "#ResourceBlock.v1_": false, "#ResourceBlock.ResourceBlock": false,
	} {
		if got := typeAtLeast(odataType, '4'); got != want {
			t.Errorf("%s: %t", odataType, got)
		}
	}
}
