package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/httpapi"
)

// These tests are about parts that fail in ways that the real ones cannot be
// made to fail in on demand.

// brokenStore lists nodes from a function; every other method panics.
type brokenStore struct {
	httpapi.Store
	nodes func(service.NodeFilter) iter.Seq2[service.Node, error]
}

func (s brokenStore) Nodes(_ context.Context, f service.NodeFilter, _ string) iter.Seq2[service.Node, error] {
	return s.nodes(f)
}

func (brokenStore) Version(_ context.Context, k service.Kind) (int64, error) {
	if k == service.KindFlavor {
		panic("flavors are broken")
	}
	return time.Now().UnixNano(), nil
}

// brokenWork fails to show a node; every other method panics.
type brokenWork struct {
	service.Work
	err error
}

func (w brokenWork) Show(context.Context, string) (service.Node, *service.Machine, error) {
	return service.Node{}, nil, w.err
}

// admit lets everybody in as one caller.
type admit service.Caller

func (a admit) Caller(*http.Request) (service.Caller, error) { return service.Caller(a), nil }
func (admit) Challenge() string                              { return "" }

// nobody lets nobody in.
type nobody struct{}

func (nobody) Caller(*http.Request) (service.Caller, error) {
	return service.Caller{}, service.Errorf(service.Unauthorized, "a token is needed")
}
func (nobody) Challenge() string { return "Keystone uri=here" }

// serveBroken serves what o has, to an administrator unless o says otherwise.
func serveBroken(t *testing.T, o httpapi.Options) (base string, log *logBuffer) {
	t.Helper()
	log = &logBuffer{}
	o.Logger = slog.New(slog.NewTextHandler(log, nil))
	o.Metrics = prometheus.NewRegistry()
	if o.Access == nil {
		o.Access = admit(service.Caller{UserID: "alice", Role: service.Admin})
	}
	handler, err := httpapi.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL, log
}

// nodesThen gives n nodes and then, where err is not nil, the error.
func nodesThen(n int, err error) func(service.NodeFilter) iter.Seq2[service.Node, error] {
	return func(service.NodeFilter) iter.Seq2[service.Node, error] {
		return func(yield func(service.Node, error) bool) {
			for i := range n {
				if !yield(service.Node{UUID: uuid.NewString(), Name: fmt.Sprint("node-", i)}, nil) {
					return
				}
			}
			if err != nil {
				yield(service.Node{}, err)
			}
		}
	}
}

const blandDetail = "The service failed; its log says more under this request id."

func TestPanicIsADocumentAndALogLine(t *testing.T) {
	t.Parallel()
	base, log := serveBroken(t, httpapi.Options{Store: brokenStore{}})
	got := call(t, "GET", base+"/v1/flavors", "")
	got.failure(t, 500, "Internal Server Error", blandDetail)
	lines := log.lines(got.header.Get("X-Openstack-Request-Id"))
	if len(lines) != 1 || !strings.Contains(lines[0], "level=ERROR") || !strings.Contains(lines[0], "panic: ") {
		t.Errorf("log lines: %q", lines)
	}
	call(t, "GET", base+"/healthz", "").object(t, 200)
}

func TestInternalErrorIsLoggedAndNotShown(t *testing.T) {
	t.Parallel()
	base, log := serveBroken(t, httpapi.Options{Store: brokenStore{nodes: nodesThen(0, nil)}, Work: brokenWork{err: errors.New("disk on fire")}})
	got := call(t, "GET", base+"/v1/nodes/"+uuid.NewString(), "")
	got.failure(t, 500, "Internal Server Error", blandDetail)
	lines := log.lines("disk on fire")
	if len(lines) != 1 || !strings.Contains(lines[0], got.header.Get("X-Openstack-Request-Id")) ||
		!strings.Contains(lines[0], "user=alice") {
		t.Errorf("log lines: %q", lines)
	}
}

func TestEveryCodeAsADocument(t *testing.T) {
	t.Parallel()
	for code, want := range map[service.Code]struct {
		status int
		title  string
	}{
		service.Invalid:      {400, "Bad Request"},
		service.Unauthorized: {401, "Authorization Error"},
		service.Forbidden:    {403, "Not Allowed"},
		service.NotFound:     {404, "Resource could not be found"},
		service.Conflict:     {409, "Conflict"},
		service.Stale:        {412, "Changed by somebody else"},
		service.NoCapacity:   {409, "Not enough hardware"},
		service.PodFailed:    {502, "Pod manager failed"},
		service.Unavailable:  {503, "Connection Error"},
		service.Timeout:      {504, "Timed out"},
	} {
		cause := errors.New("cause for the log")
		base, log := serveBroken(t, httpapi.Options{Store: brokenStore{nodes: nodesThen(0, nil)}, Work: brokenWork{
			err: &service.Error{Code: code, Message: "message for the caller", Err: cause},
		}})
		got := call(t, "GET", base+"/v1/nodes/"+uuid.NewString(), "")
		got.failure(t, want.status, want.title, "message for the caller")
		if len(log.lines("cause for the log")) != 1 {
			t.Errorf("%s: the cause is not in the log: %s", code, log)
		}
	}
}

func TestListThatFails(t *testing.T) {
	t.Parallel()
	lost := service.Errorf(service.Unavailable, "the store does not answer")
	for name, n := range map[string]int{"at once": 0, "before anything was sent": 5} {
		base, _ := serveBroken(t, httpapi.Options{Store: brokenStore{nodes: nodesThen(n, lost)}})
		t.Run(name, func(t *testing.T) {
			call(t, "GET", base+"/v1/nodes", "").failure(t, 503, "Connection Error", "the store does not answer")
		})
	}
	t.Run("half way", func(t *testing.T) {
		base, log := serveBroken(t, httpapi.Options{Store: brokenStore{nodes: nodesThen(5000, lost)}})
		got, err := try(t, "GET", base+"/v1/nodes", "")
		if err == nil {
			t.Errorf("the list of %d bytes looks whole", len(got.body))
		}
		if lines := log.lines("the store does not answer"); len(lines) != 1 {
			t.Errorf("log lines: %q", lines)
		}
	})
}

func TestListIsSentWhileItIsRead(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	nodes := func(service.NodeFilter) iter.Seq2[service.Node, error] {
		return func(yield func(service.Node, error) bool) {
			nodesThen(1000, nil)(service.NodeFilter{})(yield)
			select {
			case <-arrived: // the caller has the beginning before the end exists
			case <-time.After(10 * time.Second):
				t.Error("nothing arrives before the list is complete")
			}
			yield(service.Node{Name: "last"}, nil)
		}
	}
	base, _ := serveBroken(t, httpapi.Options{Store: brokenStore{nodes: nodes}})
	response, err := http.Get(base + "/v1/nodes")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, 1)
	if _, err := response.Body.Read(first); err != nil || first[0] != '[' {
		t.Fatalf("%q, %v", first, err)
	}
	close(arrived)
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	base, _ := serveBroken(t, httpapi.Options{Access: nobody{}})
	refused := call(t, "GET", base+"/v1/flavors", "")
	refused.failure(t, 401, "Authorization Error", "a token is needed")
	if got := refused.header.Get("WWW-Authenticate"); got != "Keystone uri=here" {
		t.Errorf("WWW-Authenticate: %q", got)
	}
	call(t, "GET", base+"/v1", "").object(t, 200)

	base, _ = serveBroken(t, httpapi.Options{Access: admit(service.Caller{UserID: "bob", ProjectID: "p1", Role: service.Member})})
	for _, request := range []string{
		"POST /v1/flavors", "PATCH /v1/flavors/1", "DELETE /v1/flavors/1",
		"POST /v1/pod_managers", "PATCH /v1/pod_managers/1", "DELETE /v1/pod_managers/1",
	} {
		method, path, _ := strings.Cut(request, " ")
		call(t, method, base+path, "{}").failure(t, 403, "Not Allowed", "this takes the role admin")
	}
}

func TestNodesOfOtherProjectsAreNotListed(t *testing.T) {
	t.Parallel()
	var asked service.NodeFilter
	store := brokenStore{nodes: func(f service.NodeFilter) iter.Seq2[service.Node, error] {
		asked = f
		return nodesThen(0, nil)(f)
	}}
	base, _ := serveBroken(t, httpapi.Options{Store: store, Access: admit(service.Caller{ProjectID: "p1", Role: service.Reader})})
	if got := call(t, "GET", base+"/v1/nodes?name=n", "").body; got != "[]\n" {
		t.Errorf("got %q", got)
	}
	if want := (service.NodeFilter{Name: "n", ProjectID: "p1"}); asked != want {
		t.Errorf("asked for %+v, want %+v", asked, want)
	}
	base, _ = serveBroken(t, httpapi.Options{Store: store, Access: admit(service.Caller{UserID: "bob", Role: service.Reader})})
	call(t, "GET", base+"/v1/nodes", "").failure(t, 403, "Not Allowed", "this takes a token for a project")
}
