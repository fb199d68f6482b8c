package resource

import (
	"context"
	"fmt"
	"iter"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
)

// List makes a pager over a collection. The query comes with its question mark
// or is empty; an error in making it, or the path, comes out of the pager.
func List(client *gophercloud.ServiceClient, path []string, query string, err error, page func(valence.PageBase) pagination.Page) valence.Pager {
	target, pathErr := resourceURL(client, path)
	if err == nil {
		err = pathErr
	}
	pager := valence.NewPager(client, target+query, func(r pagination.PageResult) pagination.Page {
		return page(valence.PageBase{PageResult: r})
	})
	pager.Err = err
	return pager
}

// ExtractItems decodes the items of a page.
func ExtractItems[T any](base valence.PageBase) ([]T, error) {
	var s []T
	if err := base.ExtractInto(&s); err != nil {
		return nil, fmt.Errorf("decoding the list of the service: %w", err)
	}
	return s, nil
}

// All gives the items of a pager one by one, holding one page at a time. An
// error is the last thing it gives, with a zero item.
func All[T any](ctx context.Context, pager valence.Pager, extract func(pagination.Page) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := pager.EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
			items, err := extract(page)
			if err != nil {
				return false, err
			}
			for _, item := range items {
				if !yield(item, nil) {
					return false, nil
				}
			}
			return true, nil
		})
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}
