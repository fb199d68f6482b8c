// Valence-plugin-flood lists more things than fit into memory comfortably.
package main

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/valence-rsd/valence/sdk/plugin"
)

const rows = 100_000

type drop struct {
	Number int
	Text   string
}

var drops = plugin.Resource[drop]{
	Columns: []plugin.Column[drop]{
		{Name: "number", Heading: "Number", Value: func(d drop) any { return d.Number }},
		{Name: "text", Heading: "Text", Value: func(d drop) any { return d.Text }},
	},
	List: func(context.Context, *plugin.Call) iter.Seq2[drop, error] {
		return func(yield func(drop, error) bool) {
			for i := range rows {
				if !yield(drop{i, fmt.Sprint(i, strings.Repeat(" and so on", 40))}, nil) {
					return
				}
			}
		}
	},
}

type grammar struct {
	Flood struct {
		List plugin.ListCmd[drop] `cmd:"" help:"List drops."`
	} `cmd:"" help:"Drops."`
}

func main() {
	plugin.Serve(plugin.Family{Name: "flood", Version: "1", Grammar: func() any {
		g := &grammar{}
		g.Flood.List = drops.ListCmd()
		return g
	}})
}
