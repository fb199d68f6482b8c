package nodes_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

func TestWaitForComposed(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, getWeb(composingBody), getWeb(composingBody), getWeb(composedBody))
	var states []nodes.State
	got, err := nodes.WaitFor(t.Context(), server.Client, webUUID, func(n nodes.Node) {
		states = append(states, n.State)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(composed(), got); diff != "" {
		t.Error(diff)
	}
	want := []nodes.State{nodes.StateComposing, nodes.StateComposing, nodes.StateComposed}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Error(diff)
	}
}

func TestWaitForFailed(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, getWeb(composingBody), getWeb(failedBody))
	got, err := nodes.WaitFor(t.Context(), server.Client, webUUID, nil)
	failed, ok := errors.AsType[*nodes.FailedError](err)
	if !ok {
		t.Fatalf("got %T %v", err, err)
	}
	if diff := cmp.Diff(got, failed.Node); diff != "" {
		t.Error(diff)
	}
	want := `composing node "web-1" (` + webUUID + `) failed: no free system has 9999999 MiB of memory`
	if err.Error() != want || failed.ErrorCode() != "no_capacity" {
		t.Errorf("got %v, code %s", err, failed.ErrorCode())
	}
	silent := &nodes.FailedError{Node: nodes.Node{Name: "a", UUID: "u"}}
	if silent.Error() != `composing node "a" (u) failed` || silent.ErrorCode() != "failed" {
		t.Errorf("without a reason: %v, code %s", silent, silent.ErrorCode())
	}
}

func TestWaitForServiceWithoutStates(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, getWeb(webBrief))
	got, err := nodes.WaitFor(t.Context(), server.Client, webUUID, nil)
	if err != nil || got.Name != "web-1" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWaitForDeleted(t *testing.T) {
	t.Parallel()
	gone := getWeb(notFoundBody)
	gone.Status = 404
	server := exchange.Test(t, getWeb(strings.Replace(composingBody, "composing", "deleting", 1)), gone)
	got, err := nodes.WaitFor(t.Context(), server.Client, webUUID, nil)
	if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.StatusCode() != 404 {
		t.Errorf("got %T %v", err, err)
	}
	if got.State != nodes.StateDeleting || !strings.Contains(err.Error(), "last seen deleting") {
		t.Errorf("got %s, %v", got.State, err)
	}
}

func TestWaitForEndsWithContext(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, getWeb(composingBody))
	ctx, cancel := context.WithCancel(t.Context())
	started := time.Now()
	got, err := nodes.WaitFor(ctx, server.Client, webUUID, func(nodes.Node) { cancel() })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "last seen composing") {
		t.Errorf("got %v", err)
	}
	if got.UUID != webUUID {
		t.Errorf("the last node is lost: %+v", got)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s to notice", took)
	}
}

func TestWaitForPower(t *testing.T) {
	t.Parallel()
	off := strings.Replace(composedBody, `"node_power_state": "On"`, `"node_power_state": "PoweringOn"`, 1)
	server := exchange.Test(t, getWeb(off), getWeb(composedBody))
	var seen []string
	got, err := nodes.WaitForPower(t.Context(), server.Client, webUUID, "On", func(n nodes.Node) {
		seen = append(seen, n.PowerState)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(composed(), got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"PoweringOn", "On"}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestWaitForPowerEndsWithContext(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, getWeb(composedBody))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := nodes.WaitForPower(ctx, server.Client, webUUID, "Off", func(nodes.Node) { cancel() })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "last seen composed and its power On") {
		t.Errorf("got %v", err)
	}
}
