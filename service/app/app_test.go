package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/test/stack"
)

// options are those of a small service of this test's own.
func options(t *testing.T) app.Options {
	t.Helper()
	return app.Options{Config: stack.Config(t), Logger: slog.New(slog.DiscardHandler)}
}

// listen makes the service listen on an address.
func listen(o *app.Options, addr net.Addr) {
	tcp := addr.(*net.TCPAddr)
	o.Config.API.BindHost, o.Config.API.BindPort = tcp.IP.String(), tcp.Port
}

// start starts a service and stops it at the end of the test, if it has not
// been stopped by then.
func start(t *testing.T, o app.Options) (*app.App, string) {
	t.Helper()
	service, err := app.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	service.Start(t.Context())
	t.Cleanup(func() { stop(service, time.Minute) })
	return service, "http://" + service.Addr().String()
}

func stop(service *app.App, within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return service.Stop(ctx)
}

// post sends a JSON body and gives the status and the text of the answer.
func post(url, body string, headers ...string) (int, string, error) {
	return send("POST", url, body, headers...)
}

func send(method, url, body string, headers ...string) (int, string, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return answer(http.DefaultTransport.RoundTrip(request))
}

func get(url string) (int, string, error) { return answer(http.Get(url)) }

func answer(response *http.Response, err error) (int, string, error) {
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// register registers a pod with a service.
func register(t *testing.T, base string, pod *podsim.Server) {
	t.Helper()
	status, text, err := post(base+"/v1/pod_managers", fmt.Sprintf(`{"name":"pod","url":%q,"authentication":[`+
		`{"type":"basic","auth_items":{"username":"admin","password":"admin"}}]}`, pod.URL))
	if err != nil || status != 200 || !strings.Contains(text, `"Online"`) {
		t.Fatalf("registering the pod: %d %s %v", status, text, err)
	}
}

func startPod(t *testing.T, o podsim.Options) *podsim.Server {
	t.Helper()
	pod, err := podsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pod.Close() })
	return pod
}

// until waits for something to become true.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !true(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func TestTenInOneProcess(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for range 10 {
		o := options(t)
		group.Go(func() {
			service, err := app.New(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			service.Start(t.Context())
			base := "http://" + service.Addr().String()
			if status, text, err := post(base+"/v1/flavors", `{"name":"a","properties":{}}`); status != 200 {
				t.Errorf("making a flavor: %d %s %v", status, text, err)
			}
			if _, text, err := get(base + "/v1/flavors"); strings.Count(text, `"uuid"`) != 1 {
				t.Errorf("each service has a store of its own, but one lists %s, %v", text, err)
			}
			if err := stop(service, time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestNoLogger(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Logger = nil
	if _, err := app.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), "option Logger is nil") {
		t.Errorf("got %v", err)
	}
}

func TestStartsThatFail(t *testing.T) {
	t.Parallel()
	running := options(t)
	other, _ := start(t, running)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*app.Options)
		want   string
	}{
		"port taken":       {func(o *app.Options) { listen(o, other.Addr()) }, "address already in use"},
		"data dir in use":  {func(o *app.Options) { o.Config.Etcd.DataDir = running.Config.Etcd.DataDir }, "in use by another process"},
		"data dir no dir":  {func(o *app.Options) { o.Config.Etcd.DataDir = file }, "not a directory"},
		"open to everyone": {func(o *app.Options) { o.Config.API.BindHost = "0.0.0.0" }, "listens on loopback only"},
		"no keys":          {func(o *app.Options) { o.Config.Credentials.KeyRepository = file }, "setting up the keys"},
	} {
		o := options(t)
		c.change(&o)
		_, err := app.New(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one line with %q", name, err, c.want)
		}
	}
}

func TestFailedStartGivesEverythingBack(t *testing.T) {
	t.Parallel()
	running := options(t)
	service, _ := start(t, running)
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := probe.Addr()
	probe.Close()

	o := options(t)
	listen(&o, free)
	o.Config.Etcd.DataDir = running.Config.Etcd.DataDir
	if _, err := app.New(t.Context(), o); err == nil {
		t.Fatal("two services share a data directory")
	}
	again, err := net.Listen("tcp", free.String())
	if err != nil {
		t.Errorf("the failed start kept its listener: %v", err)
	} else {
		again.Close()
	}
	if err := stop(service, time.Minute); err != nil {
		t.Fatal(err)
	}
	o.Config.API.BindPort = 0
	start(t, o) // the data directory is free now
}

func TestRemoteNoauthWhereAllowed(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Config.API.BindHost, o.Config.API.AllowRemoteNoauth = "0.0.0.0", true
	service, _ := start(t, o)
	_, port, _ := net.SplitHostPort(service.Addr().String())
	if status, _, err := get("http://127.0.0.1:" + port + "/healthz"); status != 200 {
		t.Errorf("%d, %v", status, err)
	}
}

func TestStopWithoutStart(t *testing.T) {
	t.Parallel()
	service, err := app.New(t.Context(), options(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := stop(service, time.Minute); err != nil {
			t.Error(err)
		}
	}
	if _, err := net.Dial("tcp", service.Addr().String()); err == nil {
		t.Error("it still listens")
	}
}

func TestRunUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	service, err := app.New(t.Context(), options(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- service.Run(ctx) }()
	if status, _, err := get("http://" + service.Addr().String() + "/healthz"); status != 200 {
		t.Errorf("%d, %v", status, err)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("Run does not return")
	}
}

func TestSlowRequestIsCutOff(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Config.API.RequestTimeout = 200 * time.Millisecond
	service, base := start(t, o)
	conn, err := net.Dial("tcp", service.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/flavors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
	text, _ := io.ReadAll(conn)
	if !strings.HasPrefix(string(text), "HTTP/1.1 408 ") || !strings.Contains(string(text), "the body did not arrive in time") {
		t.Errorf("answer: %s", text)
	}
	// Work that takes longer than a request may is not cut off.
	pod := startPod(t, podsim.Options{AllocateDelay: 3 * o.Config.API.RequestTimeout})
	register(t, base, pod)
	if status, text, err := post(base+"/v1/nodes", `{"name":"slow"}`); status != 200 {
		t.Errorf("a slow compose: %d %s %v", status, text, err)
	}
}
