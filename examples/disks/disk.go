package main

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"github.com/valence-rsd/valence/sdk/plugin"

	"example.org/valence-plugin-disks/shelf"
)

type grammar struct {
	Disk struct {
		List   plugin.ListCmd[shelf.Disk]   `cmd:"" help:"List disks."`
		Show   plugin.ShowCmd[shelf.Disk]   `cmd:"" help:"Show a disk."`
		Erase  eraseCmd                     `cmd:"" help:"Erase disks."`
		Delete plugin.DeleteCmd[shelf.Disk] `cmd:"" help:"Take disks off the shelf."`
	} `cmd:"" help:"Disks on the shelf."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Disk.List, g.Disk.Show, g.Disk.Delete = resource.ListCmd(), resource.ShowCmd(), resource.DeleteCmd()
	return g
}

var resource = plugin.Resource[shelf.Disk]{
	Name: "disk",
	Columns: []plugin.Column[shelf.Disk]{
		{Name: "name", Heading: "Name", Value: func(d shelf.Disk) any { return d.Name }},
		{Name: "size_gib", Heading: "Size GiB", Value: func(d shelf.Disk) any { return d.SizeGiB }},
		{Name: "state", Heading: "State", Value: func(d shelf.Disk) any { return d.State }},
		{Name: "serial", Heading: "Serial", Show: plugin.LongOnly, Value: func(d shelf.Disk) any { return d.Serial }},
		{Name: "erased_percent", Heading: "Erased %", Show: plugin.RecordOnly, Value: func(d shelf.Disk) any { return d.Erased }},
	},
	List: list,
	Find: find,
	Delete: func(ctx context.Context, call *plugin.Call, d shelf.Disk) error {
		return ask(ctx, call, http.MethodDelete, "v1/disks/"+url.PathEscape(d.Name), nil)
	},
}

// list asks for one page after the other. The shell prints what it has while
// the next page is on its way, and no list is ever in memory as a whole.
func list(ctx context.Context, call *plugin.Call) iter.Seq2[shelf.Disk, error] {
	return func(yield func(shelf.Disk, error) bool) {
		for next := "v1/disks"; next != ""; {
			var page shelf.Page
			if err := ask(ctx, call, http.MethodGet, next, &page); err != nil {
				yield(shelf.Disk{}, err)
				return
			}
			for _, d := range page.Disks {
				if !yield(d, nil) {
					return
				}
			}
			next = page.Next
		}
	}
}

func find(ctx context.Context, call *plugin.Call, name string) (d shelf.Disk, err error) {
	err = ask(ctx, call, http.MethodGet, "v1/disks/"+url.PathEscape(name), &d)
	return d, err
}
