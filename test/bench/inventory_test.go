package bench

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// podLatency is how long the pod takes for each request.
const podLatency = 5 * time.Millisecond

// BenchmarkInventory lists the systems of a pod that nothing is known of yet,
// lists them again, and reads the same documents one by one, as the original
// did. Then it does the first with ten times as many.
func BenchmarkInventory(b *testing.B) {
	b.Setenv("VALENCE_API_PODM_ENABLE_PERIODIC_SYNC", "false") // nothing may be read before it is asked for
	for range b.N {
		small := newListed(b, 1_000)
		cold := small.cold(b)
		warm := fastest(func() { small.whole(b) })
		again := small.refresh(b)
		walk := small.walk(b)
		fmt.Printf("\n%d systems, %v for each request: a cold list takes %v (%d requests); one by one %v (%d documents): %.1f times as long (at least 20: %s)\n",
			small.systems, podLatency, cold.Round(time.Millisecond), small.requests, walk.Round(time.Millisecond), len(small.documents),
			walk.Seconds()/cold.Seconds(), reached(walk.Seconds()/cold.Seconds(), 20))
		fmt.Printf("a warm list takes %v: 1/%.0f of the cold one (at most 1/20: %s); refresh=true takes %v\n",
			warm.Round(10*time.Microsecond), cold.Seconds()/warm.Seconds(), reached(cold.Seconds()/warm.Seconds(), 20), again.Round(time.Millisecond))
		small.stop(b)

		large := newListed(b, 10_000)
		before := large.process.settle(b)
		many := large.cold(b)
		ratio := many.Seconds() / float64(large.systems) / (cold.Seconds() / float64(small.systems))
		idle := large.process.settle(b)
		fmt.Printf("%d systems: cold in %v, %.2f times as long for each (%s); warm in %v; idle %.1f MB, before %.1f MB, at the peak %.1f MB\n",
			large.systems, many.Round(time.Millisecond), ratio, atMost(ratio, 1.5),
			fastest(func() { large.whole(b) }).Round(time.Millisecond), idle, before, large.process.peak(b))
		large.stop(b)
	}
}

func reached(value, least float64) string {
	if value >= least {
		return "met"
	}
	return "MISSED"
}

// listed is a service with one pod, which counts what it is asked.
type listed struct {
	*fleet
	systems   int
	pod       *podsim.Server
	requests  int      // for the cold list
	documents []string // that it read

	mu   sync.Mutex
	uris []string
}

func newListed(b *testing.B, systems int) *listed {
	b.Helper()
	l := &listed{systems: systems, fleet: newFleet(b)}
	l.pod = l.add(b, "pod", podsim.Options{
		Latency:  podLatency,
		Topology: podsim.Topology{Racks: systems / 50, DrawersPerRack: 10, SledsPerDrawer: 5},
		Fault: func(r *http.Request) podsim.Fault {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.uris = append(l.uris, r.URL.RequestURI())
			return podsim.Fault{}
		},
	})
	return l
}

func (l *listed) asked() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.uris
	l.uris = nil
	return all
}

// cold lists the systems for the first time, and remembers what that took.
func (l *listed) cold(b *testing.B) time.Duration {
	b.Helper()
	l.asked()
	began := time.Now()
	l.whole(b)
	took := time.Since(began)
	seen := map[string]bool{}
	for _, uri := range l.asked() {
		l.requests++
		if uri, _, _ = strings.Cut(uri, "?"); !seen[uri] {
			seen[uri] = true
			l.documents = append(l.documents, uri)
		}
	}
	return took
}

func (l *listed) whole(b *testing.B) {
	b.Helper()
	body, err := l.do(http.MethodGet, "/v1/systems", "", http.StatusOK)
	if found := strings.Count(string(body), `"inventory_at"`); err != nil || found != l.systems {
		b.Fatalf("%d systems, want %d: %v", found, l.systems, err)
	}
}

func (l *listed) refresh(b *testing.B) time.Duration {
	b.Helper()
	began := time.Now()
	if _, err := l.do(http.MethodGet, "/v1/systems?refresh=true&limit=1", "", http.StatusOK); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// walk reads the documents that the cold list read, one after the other.
func (l *listed) walk(b *testing.B) time.Duration {
	b.Helper()
	began := time.Now()
	for _, uri := range l.documents {
		l.document(b, uri)
	}
	return time.Since(began)
}

func (l *listed) document(b *testing.B, uri string) []byte {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, l.pod.URL+uri, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.SetBasicAuth("admin", "admin")
	resp, err := l.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v", uri, resp.Status, err)
	}
	return body
}

func (l *listed) stop(b *testing.B) {
	b.Helper()
	l.process.stop()
	_ = l.pod.Close()
}
