package service

import (
	"log/slog"
	"time"
)

// PodManager is a registered pod manager: the service that owns a pod's
// hardware. Name and URL are each unique.
type PodManager struct {
	UUID        string      `json:"uuid"`
	Name        string      `json:"name"`
	URL         string      `json:"url"`    // scheme, host and port; no credentials in it
	Driver      string      `json:"driver"` // such as "redfishv1"
	Credentials Credentials `json:"credentials"`
	Description string      `json:"description,omitzero"`
	Location    string      `json:"location,omitzero"` // where it stands, in the operator's words
	// CACertificate is the PEM of the authorities that its certificate must
	// come from; empty: those of the system.
	CACertificate string           `json:"ca_certificate,omitzero"`
	Status        PodManagerStatus `json:"status"`
	StatusReason  string           `json:"status_reason,omitzero"` // why it is not online, for people
	StatusSince   time.Time        `json:"status_since,omitzero"`
	CreatedAt     time.Time        `json:"created_at"`
	UpdatedAt     time.Time        `json:"updated_at"`
}

// PodManagerStatus is what the last probe of a pod manager found.
type PodManagerStatus string

// The statuses of a pod manager.
const (
	PodManagerOnline  PodManagerStatus = "Online"
	PodManagerOffline PodManagerStatus = "Offline"
	PodManagerUnknown PodManagerStatus = "Unknown" // not probed, or no way to sign in
)

// Credentials sign in to a pod manager. Only the store and the driver may look
// at the password; it prints as a mask.
type Credentials struct {
	Type     string `json:"type"` // "basic"
	Username string `json:"username"`
	Password string `json:"password"`
}

// Mask stands where a secret would.
const Mask = "***"

// String hides the password from every %v and %s.
func (c Credentials) String() string { return c.Type + ":" + c.Username + ":" + Mask }

// GoString hides the password from %#v.
func (c Credentials) GoString() string { return c.String() }

// LogValue hides the password from slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }
