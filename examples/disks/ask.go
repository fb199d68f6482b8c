package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/valence-rsd/valence/sdk/plugin"

	"example.org/valence-plugin-disks/shelf"
)

// ask sends a request to the shelf and decodes the answer, unless nothing is
// wanted of it. The shell knows where the shelf is and who is asking.
func ask(ctx context.Context, call *plugin.Call, method, path string, answer any) error {
	endpoint, client := call.Service(shelf.ServiceType)
	req, err := http.NewRequestWithContext(ctx, method, endpoint+path, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusBadRequest {
		return refused(resp)
	}
	if answer == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		return fmt.Errorf("reading the shelf's answer: %w", err)
	}
	return nil
}

// refusal is what the shelf says of a request that it refuses.
type refusal struct {
	shelf.Failure
	status int
}

// Error is the shelf's own sentence.
func (r *refusal) Error() string { return r.Message }

// StatusCode is all that the kit needs to know for the exit status: 404 becomes
// 4, 409 becomes 5.
func (r *refusal) StatusCode() int { return r.status }

func refused(resp *http.Response) error {
	r := &refusal{status: resp.StatusCode}
	if err := json.NewDecoder(resp.Body).Decode(&r.Failure); err != nil || r.Message == "" {
		r.Message = "the shelf answered " + resp.Status
	}
	return r
}
