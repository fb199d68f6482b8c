package nodes_test

import (
	"context"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// actWeb is one exchange of an action.
func actWeb(body string) exchange.Exchange {
	return exchange.Exchange{Method: "POST", URI: "/v1/nodes/" + webUUID + "/action", Body: body, Status: 204}
}

func TestActions(t *testing.T) {
	t.Parallel()
	type client = *gophercloud.ServiceClient
	for body, act := range map[string]func(context.Context, client) nodes.ActionResult{
		`{"Boot":{"Enabled":"Once","Target":"Pxe"}}`: func(ctx context.Context, c client) nodes.ActionResult {
			return nodes.SetBoot(ctx, c, webUUID, nodes.BootOpts{Enabled: nodes.BootOnce, Target: "Pxe"})
		},
		`{"attach":{"resource_id":"v"}}`: func(ctx context.Context, c client) nodes.ActionResult {
			return nodes.Attach(ctx, c, webUUID, "v")
		},
		`{"detach":{"resource_id":"v"}}`: func(ctx context.Context, c client) nodes.ActionResult {
			return nodes.Detach(ctx, c, webUUID, "v")
		},
	} {
		refused := actWeb(body)
		refused.Status, refused.Answer = 409, `{"title": "Conflict", "detail": "it is busy"}`
		server := exchange.Test(t, actWeb(body), refused)
		if err := act(t.Context(), server.Client).ExtractErr(); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if err := act(t.Context(), server.Client).ExtractErr(); !gophercloud.ResponseCodeIs(err, 409) {
			t.Errorf("%s refused: got %v", body, err)
		}
	}
}

// TestEveryReset holds the words against those of Redfish.
func TestEveryReset(t *testing.T) {
	t.Parallel()
	for word, action := range map[string]nodes.ResetType{
		"On": nodes.ResetOn, "ForceOn": nodes.ResetForceOn, "ForceOff": nodes.ResetForceOff,
		"GracefulRestart": nodes.ResetGracefulRestart, "GracefulShutdown": nodes.ResetGracefulShutdown,
		"ForceRestart": nodes.ResetForceRestart, "PowerCycle": nodes.ResetPowerCycle,
		"PushPowerButton": nodes.ResetPushPowerButton, "Nmi": nodes.ResetNmi,
	} {
		server := exchange.Test(t, actWeb(`{"Reset":{"Type":"`+word+`"}}`))
		if err := nodes.Reset(t.Context(), server.Client, webUUID, action).ExtractErr(); err != nil {
			t.Errorf("%s: %v", word, err)
		}
	}
}

func TestActionsRefuse(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	ctx, client := t.Context(), server.Client
	for field, got := range map[string]nodes.ActionResult{
		"[Target]":     nodes.SetBoot(ctx, client, webUUID, nodes.BootOpts{Enabled: nodes.BootOnce}),
		"[Enabled]":    nodes.SetBoot(ctx, client, webUUID, nodes.BootOpts{Target: "Pxe"}),
		"[resourceID]": nodes.Attach(ctx, client, webUUID, ""),
		"[id]":         nodes.Detach(ctx, client, "", "v"),
	} {
		if got.Err == nil || !strings.Contains(got.Err.Error(), field) {
			t.Errorf("%s: got %v", field, got.Err)
		}
	}
}
