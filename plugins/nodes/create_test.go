package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/test/stack"
)

// names are those of the rows.
func names(rows []map[string]any) []string {
	var out []string
	for _, row := range rows {
		out = append(out, fmt.Sprint(row["name"]))
	}
	return out
}

func TestCreateCount(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{AssembleDelay: 50 * time.Millisecond})
	got := shell.Run("node", "create", "--count=3", "--cores=2", "web")
	if d := cmp.Diff([]string{"web-1", "web-2", "web-3"}, names(got.Rows)); d != "" || got.Err != nil {
		t.Fatalf("%v (-want +got):\n%s", got.Err, d)
	}
	// The columns are those of a list.
	if d := cmp.Diff(strings.Fields("index name podm_id resource_uri state uuid"), got.Names()); d != "" {
		t.Errorf("columns (-want +got):\n%s", d)
	}
	for _, row := range got.Rows {
		if row["state"] != "composed" {
			t.Errorf("it did not wait: %v", row)
		}
	}
	one := shell.Run("node", "create", "--count=1")
	if len(one.Rows) != 1 || !strings.HasSuffix(names(one.Rows)[0], "-1") || len(one.Names()) != 6 {
		t.Errorf("one in a list: %+v", one)
	}
}

// TestCreateCountGoesOn asks for more than the pod has.
func TestCreateCountGoesOn(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{Topology: podsim.Topology{Racks: 1, DrawersPerRack: 1, SledsPerDrawer: 3}})
	got := shell.Run("node", "create", "--count=5", "web")
	want := &plugin.Error{Code: plugin.Conflict, Message: "2 of 5 failed"}
	if d := cmp.Diff(want, got.Err); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(got.Rows) != 3 || len(got.Notices) != 2 || !strings.HasPrefix(got.Notices[0], "error web-") {
		t.Errorf("%d rows, notices %v", len(got.Rows), got.Notices)
	}
	if left := listed(t, s); len(left) != 3 {
		t.Errorf("in the service: %v", left)
	}
}

// listed are the names of the nodes of a service.
func listed(t *testing.T, s *stack.Stack) []string {
	t.Helper()
	got := shellFor(t, s).Run("node", "list")
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	return names(got.Rows)
}

func TestCreateDryRun(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	got := shell.Run("node", "create", "--dry-run", "--count=2", "web")
	want := []string{"info would compose node web-1", "info would compose node web-2"}
	if d := cmp.Diff(want, got.Notices); d != "" || got.Err != nil || len(got.Rows) > 0 {
		t.Errorf("%+v (-want +got):\n%s", got, d)
	}
	if got := shell.Run("node", "create", "--dry-run", "--flavor=none"); got.Err == nil || got.Err.Code != plugin.NotFound {
		t.Errorf("a flavor that does not exist: %+v", got)
	}
	if left := listed(t, s); len(left) > 0 {
		t.Errorf("composed: %v", left)
	}
}

func TestCreateNoWait(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{AssembleDelay: time.Minute})
	got := shell.Run("node", "create", "--no-wait", "web-1")
	if got.Err != nil || got.Rows[0]["state"] != "composing" {
		t.Fatalf("%+v", got)
	}
	if gone := shell.Run("node", "delete", "--yes", "web-1"); gone.Err != nil {
		t.Errorf("cancelling it: %+v", gone)
	}
}

func TestCreateTimeout(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{AssembleDelay: time.Minute})
	got := shell.Run("node", "create", "--timeout=300ms", "slow")
	want := &plugin.Error{Code: plugin.Timeout, Message: "gave up waiting: node slow is still being composed",
		Hint: "see: valence node show slow"}
	if d := cmp.Diff(want, got.Err); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	several := shell.Run("node", "create", "--timeout=300ms", "--count=2", "slow")
	want = &plugin.Error{Code: plugin.Timeout, Message: "gave up waiting: nodes slow-1, slow-2 are still being composed",
		Hint: "see: valence node list --state composing"}
	if several.Err != nil {
		several.Err.Message = strings.Replace(several.Err.Message, "slow-2, slow-1", "slow-1, slow-2", 1)
	}
	if d := cmp.Diff(want, several.Err); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(several.Notices) > 0 {
		t.Errorf("besides: %v", several.Notices)
	}
}

func TestCreateTwiceWithOneKey(t *testing.T) {
	t.Parallel()
	shell, s := start(t, podsim.Options{})
	line := []string{"node", "create", "--idempotency-key=job 7", "--count=2", "web"}
	first, second := shell.Run(line...), shell.Run(line...)
	if first.Err != nil || second.Err != nil {
		t.Fatal(first.Err, second.Err)
	}
	if d := cmp.Diff(first.Rows, second.Rows); d != "" {
		t.Errorf("the second time (-first +second):\n%s", d)
	}
	if left := listed(t, s); len(left) != 2 {
		t.Errorf("composed: %v", left)
	}
	if other := shell.Run("node", "create", "--idempotency-key=job 7-1", "other"); other.Err == nil || other.Err.Code != plugin.Conflict {
		t.Errorf("the same key for another node: %+v", other)
	}
}

// deaf is a shell that loses the answers to the first requests that change
// something.
type deaf struct {
	plugin.Shell
	service *url.URL
	lose    int
	rows    [][]any
}

func (d *deaf) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Host, req.Host = d.service.Host, ""
	resp, err := http.DefaultTransport.RoundTrip(req)
	if req.Method != http.MethodPost || d.lose == 0 || err != nil {
		return resp, err
	}
	d.lose--
	return nil, errors.Join(plugin.Errorf(plugin.Failed, "cannot reach the service"), resp.Body.Close())
}

func (d *deaf) Row(values []any) error {
	d.rows = append(d.rows, values)
	return nil
}

func (d *deaf) Progress(string, int64, int64) {}

// TestCreateWithoutAnswer: a request whose answer is lost is repeated, and
// nothing is composed twice.
func TestCreateWithoutAnswer(t *testing.T) {
	t.Parallel()
	_, s := start(t, podsim.Options{})
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	shell := &deaf{service: at, lose: 2}
	if err := family().Run(t.Context(), shell, "node", "create", "web-1"); err != nil || len(shell.rows) != 1 {
		t.Errorf("%v, rows %v", err, shell.rows)
	}
	if left := listed(t, s); !slices.Equal(left, []string{"web-1"}) {
		t.Errorf("composed: %v", left)
	}
	shell.lose = 100
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := family().Run(ctx, shell, "node", "create", "web-2"); err == nil {
		t.Error("no error of a command that was cancelled")
	}
}

func TestCreateUsage(t *testing.T) {
	t.Parallel()
	shell, _ := start(t, podsim.Options{})
	for line, want := range map[string]string{
		"--count=0":                          `"0" is not a number of nodes`,
		"--count=many":                       "expected 1 or more",
		"--timeout=-1s":                      "--timeout is below zero",
		"--timeout=soon":                     "--timeout",
		"--idempotency-key=x":                "--idempotency-key needs a NAME",
		"--flavor=small --pci-device=SSD":    "--pci-device",
		"--flavor=small --processor-model=X": "--processor-model",
	} {
		got := shell.Run(append([]string{"node", "create"}, strings.Fields(line)...)...)
		if got.Err == nil || got.Err.Code != plugin.Usage || !strings.Contains(got.Err.Message, want) {
			t.Errorf("%s: %+v, want %q", line, got.Err, want)
		}
	}
}
