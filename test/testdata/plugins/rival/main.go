// Valence-plugin-rival wants commands that others have.
package main

import (
	"context"
	"iter"

	"github.com/valence-rsd/valence/sdk/plugin"
)

func things(names ...string) plugin.ListCmd[string] {
	r := plugin.Resource[string]{
		Columns: []plugin.Column[string]{{Name: "name", Heading: "Name", Value: func(s string) any { return s }}},
		List: func(context.Context, *plugin.Call) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for _, name := range names {
					if !yield(name, nil) {
						return
					}
				}
			}
		},
	}
	return r.ListCmd()
}

type grammar struct {
	Vintage struct {
		List plugin.ListCmd[string] `cmd:"" help:"List new things."`
	} `cmd:"" help:"New things."`
	Plugin struct {
		List plugin.ListCmd[string] `cmd:"" help:"List what is mine."`
	} `cmd:"" help:"Mine."`
}

func main() {
	plugin.Serve(plugin.Family{Name: "rival", Version: "2", Grammar: func() any {
		g := &grammar{}
		g.Vintage.List, g.Plugin.List = things("not that old"), things("mine")
		return g
	}})
}
