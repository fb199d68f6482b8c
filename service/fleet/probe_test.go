package fleet_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service"
)

// authority makes a certificate authority, in PEM.
func authority(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	ok(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// version is how often pod managers have been written, in a way.
func (w *world) version(t *testing.T) int64 {
	t.Helper()
	v, err := w.store.Version(t.Context(), service.KindPodManager)
	ok(t, err)
	return v
}

// TestProbeAll follows a pod manager that goes down and comes up again.
func TestProbeAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var down atomic.Bool
	pod, err := podsim.Start(podsim.Options{Fault: func(*http.Request) podsim.Fault {
		if down.Load() {
			return podsim.Fault{Status: http.StatusServiceUnavailable}
		}
		return podsim.Fault{}
	}})
	ok(t, err)
	t.Cleanup(func() { pod.Close() })
	pm, err := w.fleet.Register(t.Context(), podManager(pod.URL))
	ok(t, err)

	for _, step := range []struct {
		down   bool
		status service.PodManagerStatus
	}{
		{false, service.PodManagerOnline}, {true, service.PodManagerOffline},
		{true, service.PodManagerOffline}, {false, service.PodManagerOnline},
	} {
		down.Store(step.down)
		before, version := pm, w.version(t)
		ok(t, w.fleet.ProbeAll(t.Context()))
		pm, err = w.store.PodManager(t.Context(), pm.UUID)
		ok(t, err)
		changed := before.Status != step.status
		if pm.Status != step.status || (pm.StatusReason != "") != step.down {
			t.Errorf("it is %s because of %q, want it %s", pm.Status, pm.StatusReason, step.status)
		}
		if pm.StatusSince.After(before.StatusSince) != changed || (w.version(t) != version) != changed {
			t.Errorf("from %s to %s: since %s, before since %s", before.Status, pm.Status, pm.StatusSince, before.StatusSince)
		}
		if !pm.UpdatedAt.Equal(before.UpdatedAt) {
			t.Error("a probe counts as an update")
		}
	}
}

// TestProbeAllAtOnce is about many pod managers that take connections and say
// nothing.
func TestProbeAllAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 20 {
		deaf, err := net.Listen("tcp", "127.0.0.1:0")
		ok(t, err)
		defer deaf.Close()
		pm := podManager("http://" + deaf.Addr().String())
		pm.UUID, pm.Name, pm.Status = uuid.NewString(), fmt.Sprint("deaf", i), service.PodManagerOnline
		ok(t, w.store.CreatePodManager(t.Context(), pm))
	}
	begin := time.Now()
	ok(t, w.fleet.ProbeAll(t.Context()))
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	for pm, err := range w.store.PodManagers(t.Context(), "") {
		ok(t, err)
		if pm.Status != service.PodManagerOffline || pm.StatusReason == "" {
			t.Errorf("%s is %s because of %q", pm.Name, pm.Status, pm.StatusReason)
		}
	}
}

// TestReasonsAreFreeOfSecrets looks at why pod managers are offline.
func TestReasonsAreFreeOfSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pm := podManager(simulated(t))
	pm.Credentials.Password = "s3cret"
	pm, err := w.fleet.Register(t.Context(), pm)
	ok(t, err)
	if pm.Status != service.PodManagerOffline || pm.StatusReason == "" || strings.Contains(pm.StatusReason, "s3cret") {
		t.Errorf("it is %s because of %q", pm.Status, pm.StatusReason)
	}
}

// TestProbeAgain is about a change that is noticed, and about the end.
func TestProbeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pod, err := podsim.Start(podsim.Options{})
	ok(t, err)
	pm, err := w.fleet.Register(t.Context(), podManager(pod.URL))
	ok(t, err)
	ok(t, w.fleet.ProbeAll(t.Context()))
	ok(t, pod.Close())
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.fleet.ProbeAll(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("without a context: %v", err)
	}
	before, err := w.store.PodManager(t.Context(), pm.UUID)
	ok(t, err)
	if before.Status != service.PodManagerOnline {
		t.Errorf("the end of a probe made it %s", before.Status)
	}
	ok(t, w.fleet.ProbeAll(t.Context()))
	after, err := w.store.PodManager(t.Context(), pm.UUID)
	ok(t, err)
	if after.Status != service.PodManagerOffline {
		t.Errorf("it is %s", after.Status)
	}
}
