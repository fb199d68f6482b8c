package resource

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
)

// Remove deletes in a way that the query says, which comes with its question
// mark.
func Remove(ctx context.Context, client *gophercloud.ServiceClient, path []string, query string) gophercloud.ErrResult {
	target, err := resourceURL(client, path)
	if err != nil {
		return gophercloud.ErrResult{Result: gophercloud.Result{Err: err}}
	}
	return gophercloud.ErrResult{Result: doURL(ctx, client, http.MethodDelete, target+query, &gophercloud.RequestOpts{})}
}
