package podmanagers

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// Pool is a pool of storage of a pod manager. A nil number means that the pod
// manager did not say.
type Pool struct {
	Name        string   `json:"name"`
	ResourceURI string   `json:"resource_uri"` // the pool's path on its pod manager
	Protocol    string   `json:"protocol"`     // such as "iSCSI" or "NVMeOverFabrics"
	Health      string   `json:"health_status"`
	CapacityGiB *float64 `json:"capacity_gib"`
	FreeGiB     *float64 `json:"free_gib"`
}

// PoolsResult is the answer to GetPools. Call its Extract method to interpret
// it as Pools.
type PoolsResult struct{ gophercloud.Result }

// Extract gives the pools of a result.
func (r PoolsResult) Extract() ([]Pool, error) {
	pools, err := resource.Extract[[]Pool](r.Result)
	if err != nil {
		return nil, err
	}
	return *pools, nil
}

// GetPools reads the pools of storage of a pod manager.
func GetPools(ctx context.Context, client *gophercloud.ServiceClient, id string) (r PoolsResult) {
	r.Result = resource.Get(ctx, client, poolsPath(id))
	return
}
