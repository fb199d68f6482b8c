package command

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
)

// Warn tells what of an answer about hardware is not current or missing, and
// why.
func Warn(call *plugin.Call, f valence.Freshness) {
	for _, line := range f.Warnings() {
		call.Warnf("%s", line)
	}
}

// EmitPages hands a list of hardware over, page by page as it comes, and warns
// of what is not current or missing. The pages have a method Freshness.
func EmitPages[T any](ctx context.Context, call *plugin.Call, of *plugin.Resource[T], list valence.Pager, extract func(pagination.Page) ([]T, error)) error {
	return list.EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
		things, err := extract(page)
		if err != nil {
			return false, err
		}
		if p, ok := page.(interface{ Freshness() valence.Freshness }); ok {
			Warn(call, p.Freshness())
		}
		return true, of.EmitAll(call, things...)
	})
}
