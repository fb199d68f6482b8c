package plugin

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/internal/wire"
)

type disk struct{ Name string }

var disks = Resource[disk]{Name: "disk", Columns: []Column[disk]{
	{Name: "name", Heading: "Name", Value: func(d disk) any { return d.Name }},
	{Name: "serial", Heading: "Serial", Show: LongOnly, Value: func(disk) any { return nil }},
	{Name: "detail", Heading: "Detail", Show: RecordOnly, Value: func(disk) any { return map[string]int{"a": 1} }},
}}

type formatCmd struct {
	Disk   []string      `arg:"" help:"Disks." complete:"disk"`
	Mode   string        `short:"m" help:"How." enum:"quick, full" default:"quick"`
	Tag    []string      `help:"Tags." placeholder:"KEY=VALUE" sep:"none" complete:"tag"`
	Passes int           `help:"Times." xor:"how"`
	Wait   time.Duration `help:"Wait." xor:"how"`
	Force  bool          `help:"Do." negatable:""`
}

func (*formatCmd) Run(context.Context, *Call) error { return nil }
func (*formatCmd) Help() string                     { return "Two paragraphs." }
func (*formatCmd) Examples() []string               { return []string{"disk format sda"} }

func family(grammar any) Family {
	return Family{Name: "disks", Version: "1", Services: []string{"rack-scale"}, Grammar: func() any { return grammar }}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	got, err := family(&struct {
		Disk struct {
			Pool   string          `help:"Pool."`
			List   ListCmd[disk]   `cmd:"" aliases:"ls" help:"List disks."`
			Show   ShowCmd[disk]   `cmd:"" help:"Show a disk." hidden:""`
			Delete DeleteCmd[disk] `cmd:"" help:"Delete disks."`
			Format formatCmd       `cmd:"" help:"Format disks."`
		} `cmd:"" help:"Disks."`
	}{Disk: struct {
		Pool   string          `help:"Pool."`
		List   ListCmd[disk]   `cmd:"" aliases:"ls" help:"List disks."`
		Show   ShowCmd[disk]   `cmd:"" help:"Show a disk." hidden:""`
		Delete DeleteCmd[disk] `cmd:"" help:"Delete disks."`
		Format formatCmd       `cmd:"" help:"Format disks."`
	}{List: disks.ListCmd(), Show: disks.ShowCmd(), Delete: disks.DeleteCmd()}}).manifest()
	if err != nil {
		t.Fatal(err)
	}
	pool := wire.Flag{Value: wire.Value{Name: "pool", Help: "Pool.", Type: wire.String}}
	want := wire.Manifest{Protocol: 1, Family: "disks", Version: "1", Services: []string{"rack-scale"}, Commands: []wire.Command{{
		Name: "disk", Help: "Disks.", Commands: []wire.Command{
			{Name: "list", Aliases: []string{"ls"}, Help: "List disks.", Examples: []string{"disk list", "disk list --long -f json"}, Flags: []wire.Flag{pool}, Result: wire.Result{Kind: wire.List, Columns: []wire.Column{
				{Name: "name", Heading: "Name"}, {Name: "serial", Heading: "Serial", Long: true},
			}}},
			{
				Name: "show", Help: "Show a disk.", Hidden: true, Examples: []string{"disk show my-disk", "disk show my-disk -f json"}, Flags: []wire.Flag{pool},
				Args: []wire.Value{{Name: "disk", Help: "Name or UUID of the disk.", Type: wire.String, Required: true, Complete: "disk"}},
				Result: wire.Result{Kind: wire.Record, Columns: []wire.Column{
					{Name: "name", Heading: "Name"}, {Name: "serial", Heading: "Serial"}, {Name: "detail", Heading: "Detail"},
				}},
			},
			{
				Name: "delete", Help: "Delete disks.", Examples: []string{"disk delete my-disk", "disk delete my-disk other-disk"},
				Flags: []wire.Flag{
					pool,
					{Value: wire.Value{Name: "yes", Help: "Do not ask first; without a terminal nobody is asked.", Type: wire.Bool}, Short: "y"},
					{Value: wire.Value{Name: "dry-run", Help: "Say what would be done, and do nothing.", Type: wire.Bool}},
				},
				Args: []wire.Value{{Name: "disk", Help: "Name or UUID of each disk.", Type: wire.String, Required: true, Repeat: true, Complete: "disk"}},
			},
			{
				Name: "format", Help: "Format disks.", Detail: "Two paragraphs.", Examples: []string{"disk format sda"},
				Args: []wire.Value{{Name: "disk", Help: "Disks.", Type: wire.String, Required: true, Repeat: true, Complete: "disk"}},
				Flags: []wire.Flag{
					pool,
					{Value: wire.Value{Name: "mode", Help: "How.", Type: wire.String, Enum: []string{"quick", "full"}, Default: "quick"}, Short: "m"},
					{Value: wire.Value{Name: "tag", Help: "Tags.", Type: wire.String, Repeat: true, Complete: "tag"}, Placeholder: "KEY=VALUE"},
					{Value: wire.Value{Name: "passes", Help: "Times.", Type: wire.Int}, Xor: []string{"how"}},
					{Value: wire.Value{Name: "wait", Help: "Wait.", Type: wire.String}, Xor: []string{"how"}},
					{Value: wire.Value{Name: "force", Help: "Do.", Type: wire.Bool}, Negatable: true},
				},
			},
		},
	}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	data, err := json.Marshal(got)
	if err != nil || !strings.Contains(string(data), `"long":true`) {
		t.Errorf("as JSON: %s, %v", data, err)
	}
}

type dumbCmd struct{}

func TestManifestMistakes(t *testing.T) {
	t.Parallel()
	tests := map[string]any{
		"has no help": &struct {
			Disk struct {
				List ListCmd[disk] `cmd:"" help:"List."`
			} `cmd:""`
		}{},
		"has no method Run": &struct {
			Disk struct {
				Dumb dumbCmd `cmd:"" help:"Dumb."`
			} `cmd:"" help:"Disks."`
		}{},
		"building the grammar": &struct {
			Disk struct {
				Size string `short:"sz" help:"Two letters."`
			} `cmd:"" help:"Disks."`
		}{},
	}
	for want, grammar := range tests {
		_, err := family(grammar).Describe()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
