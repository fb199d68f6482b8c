package composition_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// TestManyAtOnce lets many clients compose, by name and by description, look, and take apart: no two ever have the same
// block, and afterwards the pod is as it was.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small(), ComposeDelay: 2 * time.Millisecond})
	before := s.snapshot(t)
	owners := &sync.Map{}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			for n := range 15 {
				body := request("a", []string{"C1a", "C2b"}[n%2], "Pool")
				if i%2 == 0 {
					body = over(wanted(1, 1, oneDrive))
				}
				s.own(t, owners, body, fmt.Sprint(i, " ", n))
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff(before, s.snapshot(t)); diff != "" {
		t.Errorf("the pod is not as it was (-before +after):\n%s", diff)
	}
}

// own composes a system if it can, sees to it that nobody else has its blocks, and takes it apart.
func (s *server) own(t *testing.T, owners *sync.Map, body, who string) {
	r, err := s.trySend("POST", systems, body)
	if err != nil || r.status != http.StatusCreated && r.status != http.StatusConflict {
		t.Errorf("POST: %d, %v, %s", r.status, err, r.body)
	}
	if r.status != http.StatusCreated {
		return
	}
	var mine []string
	for _, uri := range uris(at(r.json(t), "Links", "ResourceBlocks")) {
		if strings.HasSuffix(uri, "/Pool") {
			continue // two may have it
		}
		if other, taken := owners.LoadOrStore(uri, who); taken {
			t.Errorf("%s and %s have %s", other, who, uri)
		}
		mine = append(mine, uri)
	}
	for _, uri := range mine {
		owners.Delete(uri)
	}
	if r, err := s.trySend("DELETE", r.header.Get("Location"), ""); err != nil || r.status != http.StatusNoContent {
		t.Errorf("DELETE: %d, %v", r.status, err)
	}
}
