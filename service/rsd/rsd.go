package rsd

import (
	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Open is a service.Driver with the default options.
func Open(pm service.PodManager) (service.Pod, error) {
	return New(redfish.Options{})(pm)
}

// New makes a driver with options.
func New(o redfish.Options) service.Driver {
	return func(pm service.PodManager) (service.Pod, error) {
		common, err := redfish.Open(pm, o, isPodManager)
		if err != nil {
			return nil, err
		}
		return &pod{common}, nil
	}
}
