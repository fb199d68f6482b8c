package bench

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

const (
	// podTimeout is how long a pod may take to answer.
	podTimeout = time.Second
	// think is what a client waits between two requests, so that the machine is
	// not what they wait for.
	think = 5 * time.Millisecond
)

// BenchmarkDeadPod reads the nodes of ten pods, one of which accepts requests
// and answers none in every other turn. What counts is what that does to the
// slowest of the requests for the others, and how long its own take to fail.
func BenchmarkDeadPod(b *testing.B) {
	b.Setenv("VALENCE_API_PODM_REQUEST_TIMEOUT", podTimeout.String())
	f, dead := newFleet(b), new(atomic.Bool)
	var nodes []string
	for i := range 10 {
		o := podsim.Options{Topology: podsim.Topology{Racks: 1}}
		if i == 9 {
			o.Fault = silentWhile(dead)
		}
		name := fmt.Sprintf("pod-%d", i)
		f.add(b, name, o)
		node, err := f.compose("on-"+name, name)
		if err != nil {
			b.Fatal(err)
		}
		nodes = append(nodes, node)
	}
	for range b.N {
		var before, beside, own []float64
		for range turns {
			alive, _ := f.readAll(b, nodes, http.StatusOK)
			dead.Store(true)
			others, failures := f.readAll(b, nodes, http.StatusServiceUnavailable)
			dead.Store(false)
			f.waitFor(b, nodes[9])
			before, beside, own = append(before, alive), append(beside, others), append(own, failures)
		}
		a, z := middle(before), middle(beside)
		fmt.Printf("\none dead pod among ten: 99 of 100 requests for the others take at most %.2f ms, %.2f ms while all are alive: %+.0f %% (%s); "+
			"its own fail within %.2f s of %v (%s)\n", z, a, 100*(z/a-1), atMost(100*(z/a-1), 20),
			middle(own)/1000, podTimeout, atMost(middle(own)/1000, podTimeout.Seconds()+0.1))
	}
}

// silentWhile keeps requests until the caller is gone.
func silentWhile(dead *atomic.Bool) func(*http.Request) podsim.Fault {
	return func(r *http.Request) podsim.Fault {
		if dead.Load() {
			<-r.Context().Done()
		}
		return podsim.Fault{}
	}
}

// waitFor waits until a node can be read again.
func (f *fleet) waitFor(b *testing.B, node string) {
	b.Helper()
	for range 300 {
		if _, err := f.do(http.MethodGet, node, "", http.StatusOK); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatal("the pod is alive again, and its node cannot be read")
}

// readAll reads the nodes for one turn, with a client for each, and gives the
// 99th percentile of what all but the last took, and the most of the last, in
// milliseconds. The last is to be answered with a status.
func (f *fleet) readAll(b *testing.B, nodes []string, lastStatus int) (others, last float64) {
	b.Helper()
	times := make([][]float64, len(nodes))
	var group sync.WaitGroup
	until := time.Now().Add(turn)
	for i, node := range nodes {
		status := http.StatusOK
		if i == len(nodes)-1 {
			status = lastStatus
		}
		group.Go(func() {
			for time.Now().Before(until) {
				began := time.Now()
				if _, err := f.do(http.MethodGet, node, "", status); err != nil {
					b.Error(err)
				}
				times[i] = append(times[i], milliseconds(time.Since(began)))
				time.Sleep(think)
			}
		})
	}
	group.Wait()
	all := slices.Sorted(slices.Values(slices.Concat(times[:len(nodes)-1]...)))
	return all[len(all)*99/100], slices.Max(times[len(nodes)-1])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func atMost(value, most float64) string {
	if value <= most {
		return fmt.Sprintf("at most %.4g: met", most)
	}
	return fmt.Sprintf("at most %.4g: MISSED", most)
}
