package rsd

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// TestCutShort ends the context while one of the documents is being read that a
// call could do without. What was read by then is not all there is.
func TestCutShort(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answers map[string]http.HandlerFunc
		hangs   string
		call    func(context.Context, service.Pod) error
	}{
		"Systems": {oddPod(), systems + "/B", func(ctx context.Context, p service.Pod) error {
			_, err := p.Systems(ctx)
			return err
		}},
		"System": {oddPod(), systems + "/SYS+A/E", func(ctx context.Context, p service.Pod) error {
			_, err := p.System(ctx, "SYS+A")
			return err
		}},
		"Chassis": {oddPod(), chassis + "/Sled", func(ctx context.Context, p service.Pod) error {
			_, err := p.Chassis(ctx)
			return err
		}},
		"Pools": {stored(), services + "/1/StoragePools/2", func(ctx context.Context, p service.Pod) error {
			_, err := p.Pools(ctx)
			return err
		}},
		"Volume": {stored(), services + "/2", func(ctx context.Context, p service.Pod) error {
			_, err := p.Volume(ctx, volume1)
			return err
		}},
	}
	for name, test := range tests {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		f := startFake(t, with(test.answers, map[string]http.HandlerFunc{
			"GET " + test.hangs: func(_ http.ResponseWriter, r *http.Request) {
				time.AfterFunc(100*time.Millisecond, cancel) // the rest can be read until then
				<-r.Context().Done()
			},
		}))
		wantCode(t, name, test.call(ctx, f.open(t, redfish.Options{})), service.Timeout)
		cancel()
		if f.count("GET "+test.hangs) == 0 {
			t.Errorf("%s did not read %s", name, test.hangs)
		}
	}
}
