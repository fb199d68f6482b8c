package valence_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence"
)

// refusal gets an error through a real request that was answered like this.
func refusal(t *testing.T, status int, header http.Header, body string) (target string, err error) {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer service.Close()
	client, err := valence.NewClient(service.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	target = client.ServiceURL("nodes")
	_, err = client.Get(t.Context(), target, nil, nil)
	return target, valence.RequestError(http.MethodGet, target, err)
}

func TestRequestError(t *testing.T) {
	t.Parallel()
	asJSON := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Openstack-Request-Id": {"req-7"}}
	asText := http.Header{"Content-Type": {"text/plain"}}
	asHTML := http.Header{"Content-Type": {"text/html"}, "X-Openstack-Request-Id": {"req-8"}}
	for name, c := range map[string]struct {
		status int
		header http.Header
		body   string
		want   valence.Error
		text   string
	}{
		"document": {404, asJSON,
			`{"request_id":"4c1b","status":404,"code":"Not Found","title":"Resource could not be found","detail":"no node: 7"}`,
			valence.Error{Code: "Not Found", Title: "Resource could not be found", Detail: "no node: 7", ReqID: "4c1b"},
			"Resource could not be found: no node: 7"},
		"zero request id": {409, asJSON,
			`{"request_id":"00000000-0000-0000-0000-000000000000","status":409,"code":"Conflict","title":"Conflict","detail":""}`,
			valence.Error{Code: "Conflict", Title: "Conflict", ReqID: "req-7"},
			"Conflict"},
		"control characters": {400, asJSON,
			`{"title":"Validation\u001b[2J Error","detail":"two\nlines"}`,
			valence.Error{Title: "Validation\x1b[2J Error", Detail: "two\nlines", ReqID: "req-7"},
			"Validation [2J Error: two lines"},
		"status of the answer wins": {502, asJSON, `{"status":200,"code":"Base.GeneralError"}`,
			valence.Error{Code: "Base.GeneralError", ReqID: "req-7"}, "Base.GeneralError"},
		"another document": {401, asJSON, `{"error": "who?"}`,
			valence.Error{Detail: `{"error": "who?"}`, ReqID: "req-7"}, `GET URL answered 401 Unauthorized: {"error": "who?"}`},
		"wrong types": {500, asJSON, `{"title": 5}`,
			valence.Error{Detail: `{"title": 5}`, ReqID: "req-7"}, `GET URL answered 500 Internal Server Error: {"title": 5}`},
		"text": {503, asText, "try\r\nlater\n",
			valence.Error{Detail: "try later"}, "GET URL answered 503 Service Unavailable: try later"},
		"page of a proxy": {502, asHTML, "<html><body>bad</body></html>",
			valence.Error{ReqID: "req-8"}, "GET URL answered 502 Bad Gateway"},
		"nothing at all": {504, nil, "", valence.Error{}, "GET URL answered 504 Gateway Timeout"},
		"unknown status": {599, nil, "", valence.Error{}, "GET URL answered 599"},
		"long text": {500, asText, strings.Repeat("é", 5000),
			valence.Error{Detail: strings.Repeat("é", 200) + "…"},
			"GET URL answered 500 Internal Server Error: " + strings.Repeat("é", 200) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := refusal(t, c.status, c.header, c.body)
			got, ok := errors.AsType[*valence.Error](err)
			if !ok {
				t.Fatalf("got %T: %v", err, err)
			}
			c.want.Status = c.status
			if diff := cmp.Diff(c.want, *got, cmpopts.IgnoreUnexported(valence.Error{})); diff != "" {
				t.Error(diff)
			}
			if want := strings.Replace(c.text, "URL", target, 1); got.Error() != want {
				t.Errorf("text is %q, want %q", got.Error(), want)
			}
			if got.StatusCode() != c.status || got.RequestID() != c.want.ReqID {
				t.Errorf("StatusCode %d, RequestID %q", got.StatusCode(), got.RequestID())
			}
			if !gophercloud.ResponseCodeIs(fmt.Errorf("more: %w", err), c.status) {
				t.Error("gophercloud does not see the status")
			}
			if cause, _ := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); string(cause.Body) != c.body {
				t.Errorf("the whole answer is lost: %q", cause.Body)
			}
			if again := valence.RequestError("GET", target, err); again != err {
				t.Errorf("translated twice: %v", again)
			}
		})
	}
}

func TestRequestErrorWithoutAnswer(t *testing.T) {
	t.Parallel()
	if err := valence.RequestError("GET", "http://x", nil); err != nil {
		t.Errorf("nil became %v", err)
	}
	client, err := valence.NewClient("http://127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Get(ctx, client.Endpoint, nil, nil)
	err = valence.RequestError("GET", client.Endpoint, err)
	if !errors.Is(err, context.Canceled) || strings.Count(err.Error(), client.Endpoint) != 1 {
		t.Errorf("a cancelled request: %v", err)
	}
	err = valence.RequestError("GET", "http://x/v1/nodes", errors.New("unexpected EOF"))
	if want := "GET http://x/v1/nodes: unexpected EOF"; err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRequestErrorAfterSigningInAgain(t *testing.T) {
	t.Parallel()
	again := &gophercloud.ErrErrorAfterReauthentication{
		ErrOriginal: gophercloud.ErrUnexpectedResponseCode{Actual: 403, Method: "GET", URL: "http://x", Body: []byte(`{"title":"Forbidden"}`)},
	}
	err := valence.RequestError("GET", "http://x", again)
	got, ok := errors.AsType[*valence.Error](err)
	if !ok || got.Status != 403 || got.Title != "Forbidden" {
		t.Errorf("got %v", err)
	}
	if _, ok := errors.AsType[*gophercloud.ErrErrorAfterReauthentication](err); !ok {
		t.Error("the error of gophercloud is lost")
	}
}

func TestNameErrors(t *testing.T) {
	t.Parallel()
	missing := error(&valence.NotFoundError{Kind: "node", Name: "web"})
	if want := `no node is named "web"`; missing.Error() != want {
		t.Errorf("got %q, want %q", missing, want)
	}
	if s, ok := missing.(interface{ StatusCode() int }); !ok || s.StatusCode() != 404 {
		t.Error("no status 404")
	}
	if e, _ := errors.AsType[gophercloud.ErrResourceNotFound](missing); e.Name != "web" || e.ResourceType != "node" {
		t.Errorf("gophercloud sees %+v", e)
	}

	several := error(&valence.AmbiguousError{Kind: "flavor", Name: "small", UUIDs: []string{"u1", "u2"}})
	if want := `2 flavors are named "small", so a uuid is needed: u1, u2`; several.Error() != want {
		t.Errorf("got %q, want %q", several, want)
	}
	if c, ok := several.(interface{ ErrorCode() string }); !ok || c.ErrorCode() != "ambiguous" {
		t.Error("no code ambiguous")
	}
	if e, _ := errors.AsType[gophercloud.ErrMultipleResourcesFound](several); e.Count != 2 {
		t.Errorf("gophercloud sees %+v", e)
	}
}

func FuzzRequestError(f *testing.F) {
	f.Add(404, "application/json", []byte(`{"title":"x","detail":"y"}`))
	f.Add(500, "text/plain; charset", []byte("\x1b]0;\xff\n"))
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		err := valence.RequestError("GET", "http://x", gophercloud.ErrUnexpectedResponseCode{
			Actual: status, Body: body, ResponseHeader: http.Header{"Content-Type": {kind}},
		})
		if !gophercloud.ResponseCodeIs(err, status) {
			t.Errorf("status lost: %v", err)
		}
		if text := err.Error(); text == "" || strings.ContainsAny(text, "\n\r\x1b\x00") {
			t.Errorf("not one plain line: %q", text)
		}
	})
}
