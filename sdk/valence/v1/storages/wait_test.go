package storages_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

func get(answer string) exchange.Exchange { return call("GET", logsUUID, "", answer) }

func TestWaitFor(t *testing.T) {
	t.Parallel()
	for _, end := range []storages.State{storages.StateAvailable, storages.StateAttached} {
		server := exchange.Test(t, get(logsBody), get(logsIn("erasing")), get(logsIn(string(end))))
		var states []storages.State
		got, err := storages.WaitFor(t.Context(), server.Client, logsUUID, func(s storages.Storage) { states = append(states, s.State) })
		if err != nil || got.State != end {
			t.Errorf("got %+v, %v", got, err)
		}
		if diff := cmp.Diff([]storages.State{storages.StateCreating, storages.StateErasing, end}, states); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWaitForFailed(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, get(failedBody))
	got, err := storages.WaitFor(t.Context(), server.Client, logsUUID, nil)
	failed, ok := errors.AsType[*storages.FailedError](err)
	if !ok {
		t.Fatalf("got %T %v", err, err)
	}
	if diff := cmp.Diff(got, failed.Storage); diff != "" {
		t.Error(diff)
	}
	if err.Error() != `making storage "logs" (`+logsUUID+`) failed: no pool has room for 9000 GiB` || failed.ErrorCode() != "no_capacity" {
		t.Errorf("got %v, code %s", err, failed.ErrorCode())
	}
	silent := &storages.FailedError{Storage: storages.Storage{Name: "a", UUID: "u"}}
	if silent.Error() != `making storage "a" (u) failed` || silent.ErrorCode() != "failed" {
		t.Errorf("without a reason: %v, code %s", silent, silent.ErrorCode())
	}
}

func TestWaitForDeleted(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, get(logsIn("deleting")), missing(get("")))
	got, err := storages.WaitFor(t.Context(), server.Client, logsUUID, nil)
	if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.StatusCode() != 404 {
		t.Errorf("got %T %v", err, err)
	}
	if got.State != storages.StateDeleting || !strings.Contains(err.Error(), "last seen deleting") {
		t.Errorf("got %s, %v", got.State, err)
	}
}

func TestWaitForEndsWithContext(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, get(logsBody))
	ctx, cancel := context.WithCancel(t.Context())
	got, err := storages.WaitFor(ctx, server.Client, logsUUID, func(storages.Storage) { cancel() })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "last seen creating") || got.UUID != logsUUID {
		t.Errorf("got %+v, %v", got, err)
	}
}
