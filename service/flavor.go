package service

import "time"

// Flavor is a named set of requirements. Names need not be unique. Nodes do
// not remember the flavor they were composed from: a flavor may be deleted at
// any time.
type Flavor struct {
	UUID        string       `json:"uuid"`
	Name        string       `json:"name"`
	Description string       `json:"description,omitzero"`
	Properties  Requirements `json:"properties"`
	CreatedAt   time.Time    `json:"created_at"`
	UpdatedAt   time.Time    `json:"updated_at"`
}
