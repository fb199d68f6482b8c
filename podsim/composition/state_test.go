package composition_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// TestState: a pod that is made again and given the state of the first is the first, but for what was being composed.
func TestState(t *testing.T) {
	t.Parallel()
	first := serve(t, composition.Options{Layout: small(), ComposeDelay: 200 * time.Millisecond})
	if s := first.State(); len(s.Documents) != 0 {
		t.Errorf("a fresh pod remembers %v", s)
	}
	first.send(t, "DELETE", first.compose(t, "C2b"), "").want(t, http.StatusNoContent)
	system := first.compose(t, "C1a", "Pool")
	first.send(t, "PATCH", system, `{"AssetTag":"7"}`).want(t, http.StatusOK)
	first.send(t, "POST", composeAction, manifest("PreviewReserve", "", composing("One", of("C1b")))).want(t, http.StatusOK)
	before := first.snapshot(t)
	go func() { _, _ = first.trySend("POST", systems, request("late", "C2a")) }()
	for first.state(t, "C2a") != "Composing" {
		time.Sleep(time.Millisecond)
	}
	kept, err := json.Marshal(first.State())
	if err != nil {
		t.Fatal(err)
	}

	second := serve(t, composition.Options{Layout: small()})
	var state composition.State
	if err := json.Unmarshal(kept, &state); err != nil {
		t.Fatal(err)
	}
	if err := second.Restore(state); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, second.snapshot(t)); diff != "" {
		t.Errorf("the pod is another (-before +restored):\n%s", diff)
	}
	if next := second.compose(t, "C2a"); next == system || strings.HasSuffix(next, "Composed1") {
		t.Errorf("%s was there before", next)
	}
	second.send(t, "POST", system+resetEnd, `{"ResetType":"On"}`).want(t, http.StatusNoContent)
	second.send(t, "DELETE", system, "").want(t, http.StatusNoContent)
}

func TestBadState(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]composition.State{
		"no object":  {Documents: map[string]json.RawMessage{systems: json.RawMessage(`7`)}},
		"no systems": {Documents: map[string]json.RawMessage{systems: json.RawMessage(`null`)}},
	} {
		if err := serve(t, composition.Options{Layout: small()}).Restore(state); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
