package nodes

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// ResetType is a power action, in the words of Redfish.
type ResetType string

// The power actions. The first four are in the original contract; which of
// them a node takes, its pod manager decides.
const (
	ResetOn               ResetType = "On"
	ResetForceOn          ResetType = "ForceOn"
	ResetForceOff         ResetType = "ForceOff"
	ResetGracefulRestart  ResetType = "GracefulRestart"
	ResetGracefulShutdown ResetType = "GracefulShutdown"
	ResetForceRestart     ResetType = "ForceRestart"
	ResetPowerCycle       ResetType = "PowerCycle"
	ResetPushPowerButton  ResetType = "PushPowerButton"
	ResetNmi              ResetType = "Nmi"
)

// Reset does a power action. It returns when the pod manager has accepted it,
// which may be before the machine has followed: WaitForPower waits for that.
func Reset(ctx context.Context, client *gophercloud.ServiceClient, id string, action ResetType) (r ActionResult) {
	if action == "" {
		r.Err = gophercloud.ErrMissingInput{Argument: "ResetType"}
		return
	}
	return act(ctx, client, id, "Reset", map[string]any{"Type": action})
}

// BootEnabled says how long a boot target holds, in the words of Redfish.
type BootEnabled string

// How long a boot target holds. The original service knows no BootDisabled.
const (
	BootOnce       BootEnabled = "Once"       // for the next boot
	BootContinuous BootEnabled = "Continuous" // for every boot from now on
	BootDisabled   BootEnabled = "Disabled"   // no longer: the machine's own order counts
)

// BootOpts says what a node boots from.
type BootOpts struct {
	Enabled BootEnabled `json:"Enabled" required:"true"`
	Target  string      `json:"Target" required:"true"` // such as "Pxe" or "Hdd"; what a node takes, its pod manager says
}

// ToNodeBootMap makes the request body. An error is gophercloud's
// ErrMissingInput and names the field.
func (opts BootOpts) ToNodeBootMap() (map[string]any, error) {
	return gophercloud.BuildRequestBody(opts, "")
}

// BootOptsBuilder allows extensions to add parameters to the SetBoot request.
type BootOptsBuilder interface {
	ToNodeBootMap() (map[string]any, error)
}

// SetBoot sets what a node boots from.
func SetBoot(ctx context.Context, client *gophercloud.ServiceClient, id string, opts BootOptsBuilder) (r ActionResult) {
	body, err := opts.ToNodeBootMap()
	if err != nil {
		r.Err = err
		return
	}
	return act(ctx, client, id, "Boot", body)
}

// Attach attaches a pooled device, by UUID, or a storage, by UUID or name.
func Attach(ctx context.Context, client *gophercloud.ServiceClient, id, resourceID string) (r ActionResult) {
	return actOn(ctx, client, id, "attach", resourceID)
}

// Detach undoes Attach.
func Detach(ctx context.Context, client *gophercloud.ServiceClient, id, resourceID string) (r ActionResult) {
	return actOn(ctx, client, id, "detach", resourceID)
}

func actOn(ctx context.Context, client *gophercloud.ServiceClient, id, action, resourceID string) (r ActionResult) {
	if resourceID == "" {
		r.Err = gophercloud.ErrMissingInput{Argument: "resourceID"}
		return
	}
	return act(ctx, client, id, action, map[string]any{"resource_id": resourceID})
}

func act(ctx context.Context, client *gophercloud.ServiceClient, id, action string, body any) (r ActionResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodPost, actionPath(id), map[string]any{action: body})
	return
}
