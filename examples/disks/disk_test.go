package main

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"

	"example.org/valence-plugin-disks/shelf"
)

// newShell gives a shell before a shelf of its own.
func newShell(t *testing.T) *plugintest.Shell {
	t.Helper()
	shell := plugintest.New(t, family())
	shell.Serve(shelf.ServiceType, shelf.Handler())
	return shell
}

// What scripts rely on is written out.
func TestColumns(t *testing.T) {
	t.Parallel()
	shell := newShell(t)
	list, show := shell.Run("disk", "list"), shell.Run("disk", "show", "disk-5")
	if want := strings.Fields("name serial size_gib state"); !slices.Equal(list.Names(), want) {
		t.Errorf("disk list has %v, want %v", list.Names(), want)
	}
	want := map[string]any{"name": "disk-5", "serial": "S-0085", "size_gib": 2400.0, "state": "broken", "erased_percent": 0.0}
	if show.Err != nil || !reflect.DeepEqual(show.Rows[0], want) {
		t.Errorf("disk show: %+v", show)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	got := newShell(t).Run("disk", "list")
	var names []string
	for _, row := range got.Rows {
		names = append(names, row["name"].(string))
	}
	if want := strings.Fields("disk-1 disk-2 disk-3 disk-4 disk-5"); got.Err != nil || !slices.Equal(names, want) {
		t.Errorf("three pages have %v, %v", names, got.Err)
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	shell := newShell(t)
	got := shell.Run("disk", "erase", "disk-1")
	if got.Err != nil || len(got.Progress) != 4 || !slices.Equal(got.Notices, []string{"info disk disk-1 is erased"}) {
		t.Errorf("waiting: %+v", got)
	}
	got = shell.Run("disk", "erase", "--no-wait", "disk-2")
	if got.Err != nil || !slices.Equal(got.Notices, []string{"info disk disk-2 is being erased"}) {
		t.Errorf("not waiting: %+v", got)
	}
}

func TestEraseAsksFirst(t *testing.T) {
	t.Parallel()
	shell := newShell(t)
	got := shell.Run("disk", "erase", "--dry-run", "disk-1")
	if got.Err != nil || got.Asked != nil || !slices.Equal(got.Notices, []string{"info would erase disk disk-1"}) {
		t.Errorf("a dry run: %+v", got)
	}
	shell.Answer(plugin.Confirm, "", "no")
	got = shell.Run("disk", "erase", "disk-1", "disk-2")
	if got.Err == nil || !slices.Equal(got.Asked, []string{"Erase disk disk-1, disk-2?"}) {
		t.Errorf("against the person's word: %+v", got)
	}
	if got := shell.Run("disk", "show", "disk-1"); got.Rows[0]["state"] != shelf.Ready {
		t.Errorf("it was erased all the same: %+v", got)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	shell := newShell(t)
	if got := shell.Run("disk", "delete", "disk-1", "disk-2"); got.Err != nil {
		t.Errorf("%+v", got)
	}
	if got := shell.Run("disk", "list"); len(got.Rows) != 3 {
		t.Errorf("disks are left: %+v", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]*plugin.Error{
		"disk show x":          {Code: plugin.NotFound, Status: 404, Message: `no disk is named "x"`},
		"disk erase disk-5":    {Code: plugin.Conflict, Status: 409, Message: "disk disk-5 cannot be erased: it is broken"},
		"disk delete x disk-1": {Code: plugin.NotFound, Message: "1 of 2 failed"},
		"disk erase":           {Code: plugin.Usage, Message: `expected "<disk> ..."`},
	}
	for line, want := range tests {
		if got := newShell(t).Run(strings.Fields(line)...); !reflect.DeepEqual(got.Err, want) {
			t.Errorf("%s: %+v, want %+v", line, got.Err, want)
		}
	}
}

// A shelf that is out of order still gets one clear line.
func TestNoShelf(t *testing.T) {
	t.Parallel()
	shell := plugintest.New(t, family())
	shell.Serve(shelf.ServiceType, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
	}))
	got := shell.Run("disk", "list")
	want := &plugin.Error{Code: plugin.Failed, Status: 502, Message: "the shelf answered 502 Bad Gateway"}
	if !reflect.DeepEqual(got.Err, want) {
		t.Errorf("%+v, want %+v", got.Err, want)
	}
}

// The example uses nothing but the kit.
func TestImports(t *testing.T) {
	plugintest.CheckImports(t)
}
