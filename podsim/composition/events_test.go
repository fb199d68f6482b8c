package composition_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// TestEvents: whoever listens hears of everything that happens, and of nothing that is only tried out.
func TestEvents(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var heard []string
	s := serve(t, composition.Options{Layout: small(), Tell: func(kind, uri, message string) {
		mu.Lock()
		defer mu.Unlock()
		words := strings.Fields(message)
		heard = append(heard, kind+" "+uri[strings.LastIndexByte(uri, '/')+1:]+" "+words[len(words)-1])
	}})
	want := func(events ...string) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if diff := cmp.Diff(events, heard); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		heard = nil
	}
	s.send(t, "POST", composeAction, manifest("Preview", "", composing("One", of("C1b")))).want(t, http.StatusOK)
	want()
	system := s.compose(t, "C1a")
	want("StatusChange C1a Composing", "StatusChange C1a Composed", "ResourceAdded Composed2 composed")
	s.send(t, "POST", system+resetEnd, `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	s.send(t, "POST", system+resetEnd, `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	want("StatusChange Composed2 On")
	s.send(t, "PATCH", system, `{"Name":"db-1"}`).want(t, http.StatusOK)
	want("ResourceUpdated Composed2 changed")
	s.send(t, "DELETE", system, "").want(t, http.StatusNoContent)
	want("StatusChange C1a Unused", "ResourceRemoved Composed2 apart")
}
