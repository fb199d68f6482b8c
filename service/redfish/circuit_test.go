package redfish

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// mute is a service that answers unless it is told to be silent: then it takes
// requests and keeps them.
type mute struct {
	url    string
	silent atomic.Bool
	asked  atomic.Int64
}

func startMute(t *testing.T) *mute {
	t.Helper()
	m := &mute{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.asked.Add(1)
		if m.silent.Load() {
			<-r.Context().Done()
			return
		}
		_, _ = w.Write([]byte(`{"Name": "it answers", "Systems": {"@odata.id": "/redfish/v1/Systems"}}`))
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

// openMute opens a service whose requests may take so long.
func openMute(t *testing.T, m *mute, timeout time.Duration) *Client {
	t.Helper()
	pod, err := Open(service.PodManager{
		URL: m.url, Credentials: service.Credentials{Type: "basic", Username: "u", Password: password},
	}, Options{RequestTimeout: timeout, SlowTimeout: 10 * timeout}, func([]byte) (any, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pod.Close() })
	return pod.Client
}

func (c *Client) probe(ctx context.Context) error {
	_, err := c.Do(ctx, Request{Method: http.MethodGet, Link: "/redfish/v1/Systems"})
	return err
}

// After a few requests without an answer no more are made, until one finds out
// that there are answers again.
func TestSilence(t *testing.T) {
	t.Parallel()
	const timeout = 200 * time.Millisecond
	m := startMute(t)
	c := openMute(t, m, timeout)
	if err := c.probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.silent.Store(true)
	for range silences {
		wantCode(t, "a request without an answer", c.probe(t.Context()), service.Unavailable)
	}
	asked, began := m.asked.Load(), time.Now()
	for range 100 {
		wantCode(t, "a request that is not made", c.probe(t.Context()), service.Unavailable)
	}
	_, err := c.Do(t.Context(), Request{Method: http.MethodPost, Link: "/", Slow: true})
	wantCode(t, "a slow one", err, service.Unavailable)
	if n := m.asked.Load() - asked; n > 1+int64(time.Since(began)/timeout) {
		t.Errorf("it was asked %d times", n)
	}
	m.silent.Store(false)
	for end := time.Now().Add(10 * time.Second); c.probe(t.Context()) != nil; time.Sleep(timeout / 10) {
		if time.Now().After(end) {
			t.Fatal("it answers again, and is not asked")
		}
	}
}

// Those who wait for the same sign-in do not wait one after the other.
func TestSilentEntry(t *testing.T) {
	t.Parallel()
	const timeout = 500 * time.Millisecond
	m := startMute(t)
	m.silent.Store(true)
	c := openMute(t, m, timeout)
	began := time.Now()
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { wantCode(t, "a request", c.probe(t.Context()), service.Unavailable) })
	}
	group.Wait()
	if n := m.asked.Load(); n > silences {
		t.Errorf("after %v it was asked %d times", time.Since(began), n)
	}
}

// Who waits no longer says nothing about the other side, and nor does an answer
// of any kind.
func TestNoSilence(t *testing.T) {
	t.Parallel()
	m := startMute(t)
	c := openMute(t, m, time.Minute)
	if err := c.probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.silent.Store(true)
	for range 2 * silences {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		wantCode(t, "given up", c.probe(ctx), service.Timeout)
		cancel()
	}
	m.silent.Store(false)
	if err := c.probe(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
