package podsim_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// sized is a pod of so many systems, in drawers of ten sleds.
func sized(b *testing.B, systems int) *podsim.Simulator {
	b.Helper()
	sim, err := podsim.New(podsim.Options{
		Topology: podsim.Topology{Racks: 10, DrawersPerRack: systems / 100, SledsPerDrawer: 10},
	})
	if err != nil {
		b.Fatal(err)
	}
	return sim
}

// BenchmarkNew builds pods, and says how much memory one holds.
func BenchmarkNew(b *testing.B) {
	for _, systems := range []int{1000, 10_000} {
		b.Run(strconv.Itoa(systems), func(b *testing.B) {
			var sim *podsim.Simulator
			for b.Loop() {
				sim = sized(b, systems)
				sim.Close()
			}
			runtime.GC()
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "MiB-heap")
			runtime.KeepAlive(sim)
		})
	}
}

// BenchmarkRequests asks a pod without the network between. What it takes must not grow with the pod, but for Allocate,
// which looks at every system.
func BenchmarkRequests(b *testing.B) {
	for _, systems := range []int{1000, 10_000} {
		sim := sized(b, systems)
		do := func(b *testing.B, method, path, body string, want int) *httptest.ResponseRecorder {
			b.Helper()
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.SetBasicAuth("admin", "admin")
			w := httptest.NewRecorder()
			sim.ServeHTTP(w, r)
			if w.Code != want {
				b.Fatalf("%s %s: status %d, want %d\n%s", method, path, w.Code, want, w.Body)
			}
			return w
		}
		last := strconv.Itoa(systems)
		for name, path := range map[string]string{
			"system": "/redfish/v1/Systems/" + last, "processor": "/redfish/v1/Systems/" + last + "/Processors/1",
			"chassis": "/redfish/v1/Chassis/" + last,
		} {
			b.Run(last+"/"+name, func(b *testing.B) {
				for b.Loop() {
					do(b, http.MethodGet, path, "", http.StatusOK)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			})
		}
		b.Run(last+"/allocate", func(b *testing.B) {
			for b.Loop() {
				made := do(b, http.MethodPost, "/redfish/v1/Nodes/Actions/Allocate", "{}", http.StatusCreated)
				_, path, _ := strings.Cut(made.Header().Get("Location"), "example.com")
				do(b, http.MethodDelete, path, "", http.StatusNoContent)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
		sim.Close()
	}
}
