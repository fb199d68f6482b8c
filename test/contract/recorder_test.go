package contract_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// recorded is what all tests of this package have sent and seen.
var recorded recorder

// recorder holds what passes through it against the description.
type recorder struct {
	once    sync.Once
	spec    *description
	specErr error

	mu   sync.Mutex
	seen map[sight]bool
	// lacking says that a test could not run here.
	lacking bool
}

// sight is that a test saw an operation answer in some way.
type sight struct{ operation, answer, test string }

// description reads it from a service, once: all services give the same.
func (rec *recorder) description(t testing.TB, base string) *description {
	t.Helper()
	rec.once.Do(func() {
		response, err := http.Get(base + "/openapi.json")
		if err != nil {
			rec.specErr = err
			return
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			rec.specErr = err
			return
		}
		rec.spec, rec.specErr = parseDescription(text)
	})
	if rec.specErr != nil {
		t.Fatal(rec.specErr)
	}
	return rec.spec
}

// tripper is a recording http.RoundTripper for one test.
type tripper struct {
	t     testing.TB
	quiet bool // keep it out of the table
}

func (rt tripper) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	test := rt.t.Name()
	if rt.quiet {
		test = ""
	}
	if err := recorded.check(rt.t, test, r, sent, response, got); err != nil {
		rt.t.Errorf("%s %s: %d %s\nis not as it is described:\n%v", r.Method, r.URL, response.StatusCode, got, err)
	}
	response.Body = io.NopCloser(bytes.NewReader(got))
	return response, nil
}

// check says how a request and its answer differ from the description, and
// notes the name of a test that saw them.
func (rec *recorder) check(t testing.TB, test string, r *http.Request, sent []byte, response *http.Response, got []byte) error {
	var errs []error
	spec := rec.description(t, "http://"+r.Host)
	op, known := spec.find(r)
	_, expected := op.Responses[strconv.Itoa(response.StatusCode)]
	if response.StatusCode >= 400 && !expected && r.Method != http.MethodHead {
		errs = append(errs, checkRefusal(response, got))
	}
	if !known { // pages for people, HEAD, and what is nowhere
		return errors.Join(errs...)
	}
	if test != "" {
		rec.note(op, response, got, test)
	}
	r, response = twin(r, op, sent), &http.Response{
		StatusCode: response.StatusCode, Header: response.Header, Body: io.NopCloser(bytes.NewReader(got)),
	}
	check := spec.full
	if r.URL.Query().Has("fields") {
		check = spec.partial
	}
	if response.StatusCode < 400 {
		if !expected {
			errs = append(errs, fmt.Errorf("the status %d is not described", response.StatusCode))
		}
		_, found := check.ValidateHttpRequestSync(r)
		errs = append(errs, faults("the request", found))
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	_, found := check.ValidateHttpResponse(r, response)
	return errors.Join(append(errs, faults("the answer", found))...)
}

// twin is the request as the description writes it: without slash at its end,
// with a body only where one is described, and with the media types that are.
// Old clients are granted more.
func twin(r *http.Request, op operation, sent []byte) *http.Request {
	out := r.Clone(r.Context())
	if path := strings.TrimRight(r.URL.EscapedPath(), "/"); path != "" {
		out.URL.RawPath, out.URL.Path = path, cmp.Or(unescape(path), path)
	}
	out.Body, out.ContentLength = http.NoBody, 0
	if op.RequestBody.Content != nil && (len(sent) > 0 || op.RequestBody.Required) {
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(sent)), int64(len(sent))
		out.Header.Set("Content-Type", mediaType(op, sent))
	}
	return out
}

// mediaType is the one of those described that a body is.
func mediaType(op operation, sent []byte) string {
	if op.method == http.MethodPatch && bytes.HasPrefix(sent, []byte("[")) {
		return "application/json-patch+json"
	}
	return "application/json"
}

func unescape(path string) string {
	plain, _ := url.PathUnescape(path)
	return plain
}

// note remembers the answer for the table.
func (rec *recorder) note(op operation, response *http.Response, got []byte, test string) {
	answer := strconv.Itoa(response.StatusCode) + " " + http.StatusText(response.StatusCode)
	var refusal struct{ Title string }
	if response.StatusCode >= 400 && json.Unmarshal(got, &refusal) == nil && refusal.Title != "" {
		answer = strconv.Itoa(response.StatusCode) + " " + refusal.Title
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.seen == nil {
		rec.seen = map[sight]bool{}
	}
	rec.seen[sight{op.String(), answer, test}] = true
}

// lack notes that a test could not run, so that the rest is not all there is.
func (rec *recorder) lack() {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.lacking = true
}

// neverGranted gives the operations that no test saw succeed.
func (rec *recorder) neverGranted() []string {
	granted := map[string]bool{}
	for s := range rec.seen {
		granted[s.operation] = granted[s.operation] || s.answer < "4"
	}
	var missing []string
	for _, op := range rec.spec.operations() {
		if !granted[op.String()] {
			missing = append(missing, op.String())
		}
	}
	return missing
}

// checkRefusal says how an answer differs from an error document of the
// contract (3.1): all five keys and no other, which agree with the head.
func checkRefusal(response *http.Response, body []byte) error {
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("an answer %d is no JSON: %w", response.StatusCode, err)
	}
	id := response.Header.Get("X-Openstack-Request-Id")
	want := map[string]any{
		"status": float64(response.StatusCode), "code": http.StatusText(response.StatusCode),
		"request_id": id, "title": got["title"], "detail": got["detail"],
	}
	var errs []error
	if diff := gocmp.Diff(want, got); diff != "" {
		errs = append(errs, fmt.Errorf("error document (-want +got):\n%s", diff))
	}
	for _, key := range []string{"title", "detail"} {
		if text, _ := got[key].(string); text == "" {
			errs = append(errs, fmt.Errorf("the error document has no %s", key))
		}
	}
	if !strings.HasPrefix(id, "req-") {
		errs = append(errs, fmt.Errorf("the request id is %q", id))
	}
	if media := response.Header.Get("Content-Type"); media != "application/json" {
		errs = append(errs, fmt.Errorf("the error document is of type %q", media))
	}
	return errors.Join(errs...)
}
