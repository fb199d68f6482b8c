package redfish

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// TestConditional reads the hardware again and again, while it changes or not.
func TestConditional(t *testing.T) {
	t.Parallel()
	var version, sent atomic.Int32
	answers := expandable(`{}`, nil)
	tagged := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			tag := map[int32]string{0: `W/"a"`, 1: `"b"`}[version.Load()]
			if version.Load() > 1 {
				reply(200, systemAt(7))(w, r) // of a service that has no ETags any more
				return
			}
			w.Header().Set("ETag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			sent.Add(1)
			answer(w, r)
		}
	}
	answers["GET /redfish/v1/Systems/0"] = tagged(reply(200, systemAt(0)))
	s := serve(t, answers)
	pod := s.open(t, Options{})
	for i, step := range []struct {
		version, sent int32
		name          string
	}{{0, 1, "system 0"}, {0, 1, "system 0"}, {1, 2, "system 0"}, {1, 2, "system 0"}, {2, 2, "system 7"}, {1, 3, "system 0"}} {
		version.Store(step.version)
		systems, err := pod.Systems(t.Context())
		if err != nil || len(systems) != manySystems || systems[0].Name != step.name {
			t.Errorf("step %d: %+v, %v", i, systems, err)
		}
		if got := sent.Load(); got != step.sent {
			t.Errorf("step %d: the document was sent %d times, want %d", i, got, step.sent)
		}
	}
}

// TestUnconditional keeps to the inventory: what machines do is asked for anew,
// and a 304 that nobody asked for is no success.
func TestUnconditional(t *testing.T) {
	t.Parallel()
	asked := false
	s := serve(t, map[string]http.HandlerFunc{
		"GET /redfish/v1": reply(200, "{}"),
		"GET /redfish/v1/x": func(w http.ResponseWriter, r *http.Request) {
			asked = asked || r.Header.Get("If-None-Match") != ""
			reply(200, "{}", "ETag", `"a"`)(w, r)
		},
		"GET /redfish/v1/y": reply(304, ""),
	})
	client := s.open(t, Options{}).Client
	for range 2 {
		if _, err := Read[Status](t.Context(), client.Survey(), "/redfish/v1/x"); err != nil || asked {
			t.Errorf("%v, conditional: %v", err, asked)
		}
	}
	_, err := Read[Status](t.Context(), client.Inventory(), "/redfish/v1/y")
	wantCode(t, "304", err, "pod_failed")
}

func TestCacheBounds(t *testing.T) {
	t.Parallel()
	c := newCache(100)
	body := []byte(strings.Repeat("x", 40))
	for _, link := range []string{"/a", "/b", "/a", "/c"} { // the third /a replaces the first
		c.put(cached{link, `"1"`, body})
	}
	_, a := c.get("/a")
	_, b := c.get("/b")
	_, third := c.get("/c")
	if !a || b || !third || c.size != 80 || c.order.Len() != 2 {
		t.Errorf("a %v, b %v, c %v, %d bytes in %d", a, b, third, c.size, c.order.Len())
	}
	c.put(cached{"/huge", `"1"`, []byte(strings.Repeat("x", 101))})
	if _, huge := c.get("/huge"); huge || c.size != 0 || len(c.byLink) != 0 {
		t.Errorf("%d bytes are left", c.size)
	}
}
