package nodes_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

func TestCancelled(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client := server.Client
	_, findErr := nodes.Find(ctx, client, "web-1")
	var allErr error
	for _, err := range nodes.All(ctx, client, nil) {
		allErr = err
	}
	_, waitErr := nodes.WaitFor(ctx, client, webUUID, nil)
	for name, err := range map[string]error{
		"Get": nodes.Get(ctx, client, webUUID).Err, "Create": nodes.Create(ctx, client, nodes.CreateOpts{Name: "a"}).Err,
		"Delete": nodes.Delete(ctx, client, webUUID).Err, "Reset": nodes.Reset(ctx, client, webUUID, nodes.ResetOn).Err,
		"Find": findErr, "All": allErr, "WaitFor": waitErr,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, getWeb(composedBody))
	got, err := nodes.Get(t.Context(), server.Client, webUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(composed(), *got); diff != "" {
		t.Error(diff)
	}
}

func TestNodeSurvivesItsOwnJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(composed())
	if err != nil {
		t.Fatal(err)
	}
	var back nodes.Node
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(composed(), back); diff != "" {
		t.Error(diff)
	}
}

func TestGetErrors(t *testing.T) {
	t.Parallel()
	missing := getWeb(notFoundBody)
	missing.Status = 404
	server := exchange.Test(t, missing, getWeb(`{"created_at": "yesterday"}`), getWeb(`{"uuid"`))
	_, err := nodes.Get(t.Context(), server.Client, webUUID).Extract()
	answer, ok := errors.AsType[*valence.Error](err)
	if !ok || answer.Status != 404 || answer.RequestID() != "req-1" {
		t.Errorf("got %T %v", err, err)
	}
	if !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Error("gophercloud does not see a 404")
	}
	_, err = nodes.Get(t.Context(), server.Client, webUUID).Extract()
	if err == nil || !strings.Contains(err.Error(), `"yesterday"`) {
		t.Errorf("a bad time: got %v", err)
	}
	_, err = nodes.Get(t.Context(), server.Client, webUUID).Extract()
	if err == nil || !strings.Contains(err.Error(), "/v1/nodes/"+webUUID) {
		t.Errorf("an answer cut short: got %v", err)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts   nodes.CreateOpts
		body   string
		prefer string
		key    string
	}{
		"name only":  {opts: nodes.CreateOpts{Name: "a"}, body: `{"name":"a"}`},
		"any at all": {opts: nodes.CreateOpts{Name: "a", Properties: &valence.Properties{}}, body: `{"name":"a","properties":{}}`},
		"properties": {
			opts: nodes.CreateOpts{Name: "web-1", Description: "front end", PodManagerID: podmUUID, Properties: &valence.Properties{
				Memory:    valence.Memory{CapacityMiB: 16384, Type: "DDR4"},
				Processor: valence.Processor{TotalCores: 8, Model: "Xeon Gold"},
			}},
			body: `{"description":"front end","name":"web-1","podm_id":"` + podmUUID + `","properties":` +
				`{"memory":{"capacity_mib":"16384","type":"DDR4"},"processor":{"model":"Xeon Gold","total_cores":"8"}}}`,
		},
		"flavor, asynchronous, own key": {
			opts:   nodes.CreateOpts{Name: "web-1", FlavorID: "f", IdempotencyKey: "mine", Async: true},
			body:   `{"flavor_id":"f","name":"web-1"}`,
			prefer: "respond-async", key: "mine",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			post := exchange.Exchange{Method: "POST", URI: "/v1/nodes", Body: c.body, Status: 202, Answer: composingBody}
			server := exchange.Test(t, post)
			result := nodes.Create(t.Context(), server.Client, c.opts)
			node, err := result.Extract()
			if err != nil {
				t.Fatal(err)
			}
			if node.UUID != webUUID || node.State != nodes.StateComposing || result.StatusCode != 202 {
				t.Errorf("got status %d and %+v", result.StatusCode, node)
			}
			header := server.Seen()[0]
			if got := header.Get("Prefer"); got != c.prefer {
				t.Errorf("Prefer is %q, want %q", got, c.prefer)
			}
			key := header.Get("Idempotency-Key")
			if c.key != "" && key != c.key || c.key == "" && uuid.Validate(key) != nil {
				t.Errorf("Idempotency-Key is %q, want %q or a UUID", key, c.key)
			}
		})
	}
}

// TestCreateKeepsKeyThroughRetries lets gophercloud retry a Create that was
// answered with 503: the service must see one key twice, and another key for
// another Create.
func TestCreateKeepsKeyThroughRetries(t *testing.T) {
	t.Parallel()
	post := exchange.Exchange{Method: "POST", URI: "/v1/nodes", Body: `{"name":"a"}`, Answer: composingBody}
	busy := post
	busy.Status = 503
	server := exchange.Test(t, busy, post, post)
	server.Client.RetryFunc = func(_ context.Context, _, _ string, _ *gophercloud.RequestOpts, err error, count uint) error {
		if count > 1 {
			return err
		}
		return nil
	}
	for range 2 {
		if _, err := nodes.Create(t.Context(), server.Client, nodes.CreateOpts{Name: "a"}).Extract(); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	for _, header := range server.Seen() {
		keys = append(keys, header.Get("Idempotency-Key"))
	}
	if keys[0] != keys[1] || keys[1] == keys[2] {
		t.Errorf("keys are %q", keys)
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	for field, opts := range map[string]nodes.CreateOpts{
		"Name":                          {},
		"FlavorID":                      {Name: "a", FlavorID: "f", Properties: &valence.Properties{}},
		"Properties.Memory.CapacityMiB": {Name: "a", Properties: &valence.Properties{Memory: valence.Memory{CapacityMiB: -1}}},
	} {
		_, err := nodes.Create(t.Context(), server.Client, opts).Extract()
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	call := exchange.Exchange{Method: "DELETE", URI: "/v1/nodes/" + webUUID}
	confirmed, null, nothing, missing := call, call, call, call
	confirmed.Answer, null.Answer, nothing.Status, missing.Status = deletedBody, "null", 204, 404
	server := exchange.Test(t, confirmed, null, nothing, missing)
	for range 3 {
		if err := nodes.Delete(t.Context(), server.Client, webUUID).ExtractErr(); err != nil {
			t.Error(err)
		}
	}
	if err := nodes.Delete(t.Context(), server.Client, webUUID).ExtractErr(); !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("got %v", err)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t,
		exchange.Exchange{Method: "POST", URI: "/v1/nodes/" + webUUID + "/action", Body: `{"Reset":{"Type":"ForceOff"}}`, Status: 204},
		exchange.Exchange{Method: "POST", URI: "/v1/nodes/" + webUUID + "/action", Body: `{"Reset":{"Type":"Nmi"}}`, Status: 400,
			Answer: `{"title": "Bad Request", "detail": "Nmi is not offered: On, ForceOff"}`},
	)
	if err := nodes.Reset(t.Context(), server.Client, webUUID, nodes.ResetForceOff).ExtractErr(); err != nil {
		t.Error(err)
	}
	err := nodes.Reset(t.Context(), server.Client, webUUID, nodes.ResetNmi).ExtractErr()
	if err == nil || err.Error() != "Bad Request: Nmi is not offered: On, ForceOff" {
		t.Errorf("got %v", err)
	}
	err = nodes.Reset(t.Context(), server.Client, webUUID, "").ExtractErr()
	if err == nil || !strings.Contains(err.Error(), "ResetType") {
		t.Errorf("got %v", err)
	}
}
