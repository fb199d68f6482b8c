package nodes

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// Assets is all that a node is made of: its metadata, and its drives.
type Assets struct {
	Metadata
	Storage []Drive `json:"storage"`
}

// Drive is one drive of a node.
type Drive struct {
	Name        string   `json:"name"`
	Protocol    string   `json:"protocol"`   // such as "NVMe"
	MediaType   string   `json:"media_type"` // such as "SSD"
	Model       string   `json:"model"`
	SizeGiB     *float64 `json:"volume_size_gb"` // in GiB, in spite of the name; nil where the pod manager did not say
	Health      string   `json:"health_status"`
	Pooled      bool     `json:"pooled_resource"` // attached over a fabric, and not built in
	ResourceURI string   `json:"resource_uri"`    // the drive's path on its pod manager
}

// AssetsResult is the answer to GetAssets. Call its Extract method to interpret
// it as Assets.
type AssetsResult struct{ gophercloud.Result }

// Extract gives the assets of a result.
func (r AssetsResult) Extract() (*Assets, error) { return resource.Extract[Assets](r.Result) }

// GetAssets reads what a node is made of. A node without hardware, such as one
// that failed, has none.
func GetAssets(ctx context.Context, client *gophercloud.ServiceClient, id string) (r AssetsResult) {
	r.Result = resource.Get(ctx, client, assetsPath(id))
	return
}
