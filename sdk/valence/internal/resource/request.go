package resource

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence"
)

// Get reads a document. The path is the segments below /v1.
func Get(ctx context.Context, client *gophercloud.ServiceClient, path []string) gophercloud.Result {
	return GetWith(ctx, client, path, "")
}

// Send sends a document and reads the one that comes back.
func Send(ctx context.Context, client *gophercloud.ServiceClient, method string, path []string, document any, headers map[string]string) gophercloud.Result {
	var body any
	r := do(ctx, client, method, path, &gophercloud.RequestOpts{
		JSONBody: document, JSONResponse: &body, MoreHeaders: headers,
	})
	r.Body = body
	return r
}

// Exec sends a document, or none when it is nil, and reads no answer: the
// contract has calls that answer with a confirmation, null, or nothing at all.
func Exec(ctx context.Context, client *gophercloud.ServiceClient, method string, path []string, document any) gophercloud.ErrResult {
	return gophercloud.ErrResult{Result: do(ctx, client, method, path, &gophercloud.RequestOpts{JSONBody: document})}
}

// ForceDelete deletes what an ordinary DELETE would not: the record goes, and
// whatever is on the pod is left alone.
func ForceDelete(ctx context.Context, client *gophercloud.ServiceClient, path []string) gophercloud.ErrResult {
	return Remove(ctx, client, path, "?force=true")
}

// Remove deletes in a way that the query says, which comes with its question
// mark.
func Remove(ctx context.Context, client *gophercloud.ServiceClient, path []string, query string) gophercloud.ErrResult {
	target, err := resourceURL(client, path)
	if err != nil {
		return gophercloud.ErrResult{Result: gophercloud.Result{Err: err}}
	}
	return gophercloud.ErrResult{Result: doURL(ctx, client, http.MethodDelete, target+query, &gophercloud.RequestOpts{})}
}

// do makes a request to a path.
func do(ctx context.Context, client *gophercloud.ServiceClient, method string, path []string, opts *gophercloud.RequestOpts) gophercloud.Result {
	target, err := resourceURL(client, path)
	if err != nil {
		return gophercloud.Result{Err: err}
	}
	return doURL(ctx, client, method, target, opts)
}

// doURL accepts every status the contract has for success, and the ones that it
// should have had: old and new services differ in 200, 201 and 204.
func doURL(ctx context.Context, client *gophercloud.ServiceClient, method, target string, opts *gophercloud.RequestOpts) (r gophercloud.Result) {
	opts.OkCodes = []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent}
	resp, err := client.Request(ctx, method, target, opts) //nolint:bodyclose // gophercloud closes a body that it need not keep
	if resp != nil {
		r.StatusCode, r.Header = resp.StatusCode, resp.Header
	}
	r.Err = valence.RequestError(method, target, err)
	return r
}

// resourceURL refuses identifiers that would name another resource, such as an
// empty one, which would turn the deletion of one node into one of all.
func resourceURL(client *gophercloud.ServiceClient, path []string) (string, error) {
	escaped := make([]string, len(path))
	for i, segment := range path {
		switch segment {
		case "":
			return "", gophercloud.ErrMissingInput{Argument: "id"}
		case ".", "..":
			err := gophercloud.ErrInvalidInput{Value: segment}
			err.Argument = "id"
			return "", err
		}
		escaped[i] = url.PathEscape(segment)
	}
	return client.ServiceURL(escaped...), nil
}

// Extract decodes the document of a result.
func Extract[T any](r gophercloud.Result) (*T, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	var s T
	if err := r.ExtractInto(&s); err != nil {
		return nil, fmt.Errorf("decoding the answer of the service: %w", err)
	}
	return &s, nil
}
