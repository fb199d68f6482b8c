package plugintest_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
)

type disk struct{ Name string }

var errGone = errors.New("gone")

var disks = plugin.Resource[disk]{
	Name: "disk",
	Columns: []plugin.Column[disk]{
		{Name: "name", Heading: "Name", Value: func(d disk) any { return d.Name }},
		{Name: "size", Heading: "Size", Show: plugin.RecordOnly, Value: func(disk) any { return 7 }},
	},
	List: func(context.Context, *plugin.Call) iter.Seq2[disk, error] {
		return func(yield func(disk, error) bool) {
			_ = yield(disk{"a"}, nil) && yield(disk{"b"}, nil) && yield(disk{}, errGone)
		}
	},
	Find: func(ctx context.Context, call *plugin.Call, name string) (disk, error) {
		endpoint, client := call.Service("rack-scale")
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"disks/"+name, nil)
		if err != nil {
			return disk{}, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return disk{}, err
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != http.StatusOK {
			return disk{}, plugin.Errorf(plugin.NotFound, "no disk named %s", name)
		}
		body, err := io.ReadAll(resp.Body)
		return disk{string(body)}, err
	},
	Delete: func(_ context.Context, call *plugin.Call, d disk) error {
		call.Infof("deleted %s", d.Name)
		return nil
	},
}

type grammar struct {
	Disk struct {
		List   plugin.ListCmd[disk]   `cmd:"" help:"List disks."`
		Show   plugin.ShowCmd[disk]   `cmd:"" help:"Show a disk."`
		Delete plugin.DeleteCmd[disk] `cmd:"" help:"Delete disks."`
	} `cmd:"" help:"Disks."`
}

func shell(t *testing.T) *plugintest.Shell {
	s := plugintest.New(t, plugin.Family{Name: "disks", Services: []string{"rack-scale"}, Grammar: func() any {
		g := &grammar{}
		g.Disk.List, g.Disk.Show, g.Disk.Delete = disks.ListCmd(), disks.ShowCmd(), disks.DeleteCmd()
		return g
	}})
	s.Serve("rack-scale", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/disks/missing" || r.URL.Path == "/disks/lost" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "disk "+r.URL.Path)
	}))
	return s
}

func TestCommands(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line []string
		want plugintest.Result
	}{
		"a list keeps what came before its error": {[]string{"disk", "list"}, plugintest.Result{
			Rows: []map[string]any{{"name": "a"}, {"name": "b"}},
			Err:  &plugin.Error{Code: plugin.Failed, Message: "gone"},
		}},
		"show": {[]string{"disk", "show", "x"}, plugintest.Result{
			Rows: []map[string]any{{"name": "disk /disks/x", "size": 7.0}},
		}},
		"show nothing": {[]string{"disk", "show", "missing"}, plugintest.Result{
			Err: &plugin.Error{Code: plugin.NotFound, Message: "no disk named missing"},
		}},
		"a flag like an argument": {[]string{"disk", "show", "--", "--x"}, plugintest.Result{
			Rows: []map[string]any{{"name": "disk /disks/--x", "size": 7.0}},
		}},
		"delete goes on": {[]string{"disk", "delete", "--yes", "missing", "x", "lost"}, plugintest.Result{
			Notices: []string{"error missing: no disk named missing", "info deleted disk /disks/x", "error lost: no disk named lost"},
			Err:     &plugin.Error{Code: plugin.NotFound, Message: "2 of 3 failed"},
		}},
		"delete one": {[]string{"disk", "delete", "-y", "missing"}, plugintest.Result{
			Err: &plugin.Error{Code: plugin.NotFound, Message: "no disk named missing"},
		}},
		"usage": {[]string{"disk", "show"}, plugintest.Result{
			Err: &plugin.Error{Code: plugin.Usage, Message: `expected "<name>"`},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(&tt.want, shell(t).Run(tt.line...)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestDelete is about what comes before something is deleted.
func TestDelete(t *testing.T) {
	t.Parallel()
	s := shell(t)
	tests := []struct {
		line    string
		asked   []string
		notices []string
	}{
		{"disk delete a b", []string{"Delete disk a, b?"}, []string{"info deleted disk /disks/a", "info deleted disk /disks/b"}},
		{"disk delete --yes a", nil, []string{"info deleted disk /disks/a"}},
		{"disk delete --dry-run a", nil, []string{"info would delete disk a"}},
	}
	for _, tt := range tests {
		got := s.Run(strings.Fields(tt.line)...)
		if d := cmp.Diff(tt.notices, got.Notices); d != "" || got.Err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.line, got.Err, d)
		}
		if d := cmp.Diff(tt.asked, got.Asked); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.line, d)
		}
	}
	s.Answer(plugin.Confirm, "", "no")
	if got := s.Run("disk", "delete", "a"); got.Err == nil || len(got.Notices) > 0 {
		t.Errorf("against the person's word: %+v", got)
	}
}
