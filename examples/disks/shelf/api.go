// Package shelf is the service of the example: a shelf of disks with a REST
// interface. Its types are the interface; its handler is an implementation that
// keeps the disks in memory.
package shelf

// ServiceType is the name of the service in a cloud's catalog and, with
// underscores, in clouds.yaml.
const ServiceType = "disk-shelf"

// Disk is a disk on the shelf.
type Disk struct {
	Name    string `json:"name"`
	Serial  string `json:"serial"`
	SizeGiB int    `json:"size_gib"`
	State   string `json:"state"`
	Erased  int    `json:"erased_percent"`
}

// The states of a disk.
const (
	Ready   = "ready"
	Erasing = "erasing"
	Broken  = "broken"
)

// Page is a part of the list of disks.
type Page struct {
	Disks []Disk `json:"disks"`
	Next  string `json:"next,omitempty"` // where the next page is, seen from the root of the service
}

// Failure is the body of an answer that is an error.
type Failure struct {
	Message string `json:"message"`
}
