package bench

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// BenchmarkManyComposes composes 50 nodes at once on a pod that takes 200 ms to
// assemble one. The ideal is that they take no longer than one alone.
func BenchmarkManyComposes(b *testing.B) {
	const nodes, assembly = 50, 200 * time.Millisecond
	for _, dialect := range []string{"2.3", "dmtf"} {
		f := newFleet(b)
		f.add(b, "pod", podsim.Options{
			Dialect:       dialect,
			Topology:      podsim.Topology{Racks: 2, DrawersPerRack: 6, SledsPerDrawer: 10},
			AssembleDelay: assembly,
		})
		for range b.N {
			var alone, together []float64
			for range turns {
				alone = append(alone, f.composeAll(b, 1))
				together = append(together, f.composeAll(b, nodes))
			}
			one, all := middle(alone), middle(together)
			fmt.Printf("\n%d composes at once in the dialect %s, with %v of assembly, take %.0f ms; one alone %.0f ms: %.2f times as long (%s)\n",
				nodes, dialect, assembly, all, one, all/one, atMost(all/one, 2))
		}
	}
}

// composeAll composes n nodes at once and gives how long that took, in
// milliseconds. Then it deletes them.
func (f *fleet) composeAll(b *testing.B, n int) float64 {
	b.Helper()
	made := make([]string, n)
	began := time.Now()
	all(b, n, func(i int) (err error) {
		made[i], err = f.compose(fmt.Sprintf("node-%d", i), "pod")
		return err
	})
	took := milliseconds(time.Since(began))
	all(b, n, func(i int) error {
		_, err := f.do(http.MethodDelete, made[i], "", http.StatusOK)
		return err
	})
	return took
}

// all does something n times at once.
func all(b *testing.B, n int, do func(i int) error) {
	b.Helper()
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			if err := do(i); err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
}
