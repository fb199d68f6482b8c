package composition

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// TestManyAtOnce composes more machines than there are, all at the same time,
// from two processes: no block is given out twice, and who comes too late is
// told so.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	const systems, crowd, assembly = 8, 20, 200 * time.Millisecond
	sim, err := podsim.Start(podsim.Options{
		Dialect: "dmtf", Topology: podsim.Topology{Racks: 4}, Username: "operator", Password: password, AssembleDelay: assembly,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	pods := []service.Pod{openAt(t, sim.URL, Options{}), openAt(t, sim.URL, Options{})}
	refs, errs := make([]string, crowd), make([]error, crowd)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range crowd {
		wg.Go(func() {
			refs[i], errs[i] = pods[i%len(pods)].Allocate(t.Context(), service.Allocation{
				NodeUUID: fmt.Sprintf("6f1d9a52-0a3c-4c0e-9f52-%012d", i), Name: fmt.Sprint("web-", i),
			})
		})
	}
	wg.Wait()
	took := time.Since(began)
	given := map[string]int{}
	for i, ref := range refs {
		if errs[i] == nil {
			given[ref]++
			continue
		}
		wantCode(t, ref, errs[i], service.NoCapacity)
		if !strings.Contains(errs[i].Error(), "no free hardware") {
			t.Errorf("%v does not say what was missing", errs[i])
		}
	}
	for ref, n := range given {
		if n > 1 {
			t.Errorf("%s was given out %d times", ref, n)
		}
	}
	if len(given) != systems {
		t.Errorf("%d machines were composed of %d: %v", len(given), systems, errs)
	}
	t.Logf("%d machines of %s each took %s", len(given), assembly, took)
	for i, ref := range refs {
		if errs[i] == nil && pods[0].Delete(t.Context(), ref) != nil {
			t.Errorf("%s could not be deleted", ref)
		}
	}
	if left := machines(t, pods[1]); len(left) > 0 {
		t.Errorf("these machines are left: %v", left)
	}
}

// TestOneReading has many calls at once share what one of them reads, and what
// comes of a pod manager that does not answer.
func TestOneReading(t *testing.T) {
	t.Parallel()
	const calls, slow = 20, 100 * time.Millisecond
	var readings atomic.Int32
	f := startFake(t, oneZone(map[string]string{"A": compute("Compute", "", []string{"cpu8"}, nil)}, parts()), nil)
	list := f.documents[blocks]
	f.answers = map[string]http.HandlerFunc{"GET " + blocks: func(w http.ResponseWriter, r *http.Request) {
		readings.Add(1)
		select {
		case <-time.After(slow / 2):
			reply(200, list)(w, r)
		case <-r.Context().Done():
		}
	}}
	for name, test := range map[string]struct {
		timeout time.Duration
		code    service.Code
	}{"answers": {10 * slow, service.NoCapacity}, "silent": {slow / 4, service.Unavailable}} {
		readings.Store(0)
		pod := openAt(t, f.url, Options{Options: redfish.Options{RequestTimeout: test.timeout}})
		var wg sync.WaitGroup
		began := time.Now()
		for range calls {
			wg.Go(func() {
				_, err := pod.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID})
				wantCode(t, name, err, test.code)
			})
		}
		wg.Wait()
		if n := readings.Load(); n > 3 {
			t.Errorf("%s: %d calls read the blocks %d times", name, calls, n)
		}
		if took := time.Since(began); took > calls*slow/4 {
			t.Errorf("%s: %d calls took %s", name, calls, took)
		}
	}
}
