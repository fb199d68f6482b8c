package resource

import (
	"context"
	"net/http"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
)

// GetWith is Get with a query, which comes with its question mark or is empty.
func GetWith(ctx context.Context, client *gophercloud.ServiceClient, path []string, query string) gophercloud.Result {
	target, err := resourceURL(client, path)
	if err != nil {
		return gophercloud.Result{Err: err}
	}
	var body any
	r := doURL(ctx, client, http.MethodGet, target+query, &gophercloud.RequestOpts{JSONResponse: &body})
	r.Body = body
	return r
}

// notFilters are the keys of a query that say how to list, not what.
var notFilters = []string{"", "podm_id", "refresh", "show_detail", "limit", "marker", "sort", "fields"}

// HardwareQuery makes the query for a list of hardware out of options whose
// fields have the tag q, and of filters by their names. It comes with its
// question mark, or is empty. The error is gophercloud's ErrInvalidInput.
func HardwareQuery(opts any, filters map[string]string) (string, error) {
	u, err := gophercloud.BuildQueryString(opts)
	if err != nil {
		return "", err
	}
	query := u.Query()
	for name, value := range filters {
		if slices.Contains(notFilters, name) || query.Has(name) {
			err := gophercloud.ErrInvalidInput{Value: name}
			err.Argument = "Filters"
			return "", err
		}
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}
