package httpapi

import (
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// createFlavorWire is the body that makes a flavor.
type createFlavorWire struct {
	Name        string           `json:"name" maxLength:"255"`
	Description string           `json:"description,omitempty" maxLength:"1024"`
	Properties  requirementsWire `json:"properties"`
}

// changeFlavorWire is the body that changes a flavor. Properties are replaced
// as a whole. Keys that only the service writes are let through and ignored, so
// that a document that was read can be sent back.
type changeFlavorWire struct {
	Name        *string           `json:"name,omitempty" maxLength:"255"`
	Description *string           `json:"description,omitempty" maxLength:"1024"`
	Properties  *requirementsWire `json:"properties,omitempty"`

	UUID      any `json:"uuid,omitempty" readOnly:"true"`
	CreatedAt any `json:"created_at,omitempty" readOnly:"true"`
	UpdatedAt any `json:"updated_at,omitempty" readOnly:"true"`
}

// flavorWire is a flavor as it is shown.
type flavorWire struct {
	UUID        string           `json:"uuid"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Properties  requirementsWire `json:"properties"`
	CreatedAt   string           `json:"created_at"`
	UpdatedAt   string           `json:"updated_at"`
}

// flavor makes the flavor that a checked body asks for.
func (in createFlavorWire) flavor() service.Flavor {
	at := service.Now()
	return service.Flavor{
		UUID:        uuid.NewString(),
		Name:        in.Name,
		Description: in.Description,
		Properties:  in.Properties.requirements(),
		CreatedAt:   at,
		UpdatedAt:   at,
	}
}

// apply changes f as a checked body asks for.
func (in changeFlavorWire) apply(f *service.Flavor) {
	if in.Name != nil {
		f.Name = *in.Name
	}
	if in.Description != nil {
		f.Description = *in.Description
	}
	if in.Properties != nil {
		f.Properties = in.Properties.requirements()
	}
	f.UpdatedAt = service.Now()
}

func wireFlavor(f service.Flavor) flavorWire {
	return flavorWire{
		UUID:        f.UUID,
		Name:        f.Name,
		Description: f.Description,
		Properties:  wireRequirements(f.Properties),
		CreatedAt:   timestamp(f.CreatedAt),
		UpdatedAt:   timestamp(f.UpdatedAt),
	}
}
