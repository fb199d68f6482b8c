package bench

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// turns is how often each side of a comparison is measured, by turns, and
// turn how long each time.
const (
	turns = 5
	turn  = 2 * time.Second
)

// clients is how many connections ask at once.
const clients = 32

// BenchmarkFlavors compares the list of 100 flavors with a bare handler that
// writes the same bytes, each in a process of its own.
func BenchmarkFlavors(b *testing.B) {
	api := startService(b, b.TempDir())
	for i := range 100 {
		createFlavor(b, api.url, i)
	}
	body := get(b, api.url+"/v1/flavors")
	bare := startBare(b, body)
	for range b.N {
		ours, theirs := compare(
			func() float64 { return load(b, api.address(), "GET", "/v1/flavors", nil) },
			func() float64 { return load(b, bare, "GET", "/v1/flavors", nil) },
		)
		fmt.Printf("\nGET /v1/flavors, 100 flavors, %d bytes: %.0f a second; a bare handler %.0f; %s\n",
			len(body), ours, theirs, share(ours, theirs, 0.5))
	}
}

// BenchmarkCreateFlavors compares making flavors with putting the same records
// into an etcd: both are a process of their own, behind a socket.
func BenchmarkCreateFlavors(b *testing.B) {
	api := startService(b, b.TempDir())
	client := startEtcd(b)
	for range b.N {
		ours, theirs := compare(
			func() float64 { return load(b, api.address(), "POST", "/v1/flavors", flavorBody(1)) },
			func() float64 { return puts(b, client) },
		)
		fmt.Printf("\nPOST /v1/flavors: %.0f a second; puts of the etcd client: %.0f; %s\n",
			ours, theirs, share(ours, theirs, 0.5))
	}
}

// BenchmarkManyNodes lists ever more nodes. What one of them costs must not
// grow with their number, and a list must not be in memory as a whole.
func BenchmarkManyNodes(b *testing.B) {
	for range b.N {
		var first float64
		for _, n := range []int{1_000, 10_000, 100_000} {
			dir := b.TempDir()
			fill(b, dir, n)
			api := startService(b, dir)
			get(b, api.url+"/v1/nodes?limit=1")
			idle := api.settle(b)
			took := fastest(func() { count(b, api.url+"/v1/nodes", n) })
			each := float64(took.Nanoseconds()) / float64(n) / 1000
			if first == 0 {
				first = each
			}
			fmt.Printf("\n%d nodes: listed in %v, %.2f µs each, %.2f of those with 1,000; idle %.1f MB, and %.1f MB more at the peak of a list (%s)\n",
				n, took.Round(time.Millisecond), each, each/first, idle, api.peak(b)-idle, within(api.peak(b)-idle, 48))
			api.stop()
		}
	}
}

// compare measures both by turns, and gives the medians.
func compare(ours, theirs func() float64) (float64, float64) {
	var a, b []float64
	for range turns {
		a, b = append(a, ours()), append(b, theirs())
	}
	return middle(a), middle(b)
}

func share(ours, theirs, aim float64) string {
	verdict := "MISSED"
	if ours >= aim*theirs {
		verdict = "met"
	}
	return fmt.Sprintf("%.0f %% (at least %.0f %%: %s)", 100*ours/theirs, 100*aim, verdict)
}

func within(mb, most float64) string {
	if mb <= most {
		return fmt.Sprintf("less than %.0f: met", most)
	}
	return fmt.Sprintf("less than %.0f: MISSED", most)
}

// fastest is the shortest of a few times: what is slower was disturbed.
func fastest(do func()) time.Duration {
	best := time.Hour
	for range 3 {
		began := time.Now()
		do()
		best = min(best, time.Since(began))
	}
	return best
}

func flavorBody(i int) []byte {
	return fmt.Appendf(nil, `{"name":"flavor-%d","properties":{"memory":{"capacity_mib":"16384","type":"DDR4"},`+
		`"processor":{"total_cores":"8","model":"Xeon Gold"}}}`, i)
}

func createFlavor(b *testing.B, base string, i int) {
	b.Helper()
	resp, err := http.Post(base+"/v1/flavors", "application/json", strings.NewReader(string(flavorBody(i))))
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.Fatalf("making a flavor: %s", resp.Status)
	}
}

// node is the i-th of many nodes, as a composed one is recorded.
func node(i int, podManager, id string) service.Node {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return service.Node{
		UUID: id, Name: fmt.Sprintf("node-%06d", i), PodManagerID: podManager,
		ProjectID: "8d3a2c5be6b14c1f9a6f0c6c2a0f6d11", State: service.NodeComposed,
		Requirements: service.Requirements{Memory: service.MemoryRequirement{CapacityMiB: 16384, Type: "DDR4"}},
		Ref:          fmt.Sprintf("/redfish/v1/Nodes/%d", i), CreatedAt: now, UpdatedAt: now,
	}
}

func tempFile(b *testing.B, name string, data []byte) string {
	b.Helper()
	path := b.TempDir() + "/" + name
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}
