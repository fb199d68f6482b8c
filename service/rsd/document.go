package rsd

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// The documents have the properties that are read, and no more. A property
// that is missing, null or of the wrong type is left empty.

type link struct {
	ID string `json:"@odata.id"`
}

type status struct {
	State  string
	Health string
}

type rootDocument struct {
	Nodes          link
	SessionService link
	Links          struct{ Sessions link }
	Oem            struct {
		Intel struct {
			APIVersion string `json:"ApiVersion"`
			Nodes      link
		} `json:"Intel_RackScale"`
	}
}

type sessionServiceDocument struct {
	Sessions link
}

type collectionDocument struct {
	Members []link
	Next    string `json:"Members@odata.nextLink"`
	Actions struct {
		Allocate action `json:"#ComposedNodeCollection.Allocate"`
	}
}

type nodeDocument struct {
	Name        string
	Description string
	State       string `json:"ComposedNodeState"`
	PowerState  string
	Status      status
	Boot        struct {
		Enabled string `json:"BootSourceOverrideEnabled"`
		Target  string `json:"BootSourceOverrideTarget"`
	}
	Links struct {
		ComputerSystem     link
		Processors         []link
		Memory             []link
		EthernetInterfaces []link
	}
	Actions struct {
		Reset    action `json:"#ComposedNode.Reset"`
		Assemble action `json:"#ComposedNode.Assemble"`
	}
}

type action struct {
	Target  string              `json:"target"`
	Redfish []service.ResetType `json:"ResetType@Redfish.AllowableValues"`
	DMTF    []service.ResetType `json:"ResetType@DMTF.AllowableValues"`
}

// resetTypes are what the action takes; none where the pod did not say.
func (a action) resetTypes() []service.ResetType {
	if len(a.Redfish) > 0 {
		return a.Redfish
	}
	return a.DMTF
}

type processorDocument struct {
	InstructionSet string
	Model          string
	MaxSpeedMHz    number
	TotalCores     number
}

type memoryDocument struct {
	CapacityMiB       number
	DataWidthBits     number
	OperatingSpeedMhz number
}

type interfaceDocument struct {
	MACAddress    string
	SpeedMbps     number
	Status        status
	IPv4Addresses []struct{ Address, SubnetMask, Gateway string }
	VLANs         link
}

type vlanDocument struct {
	VLANID number `json:"VLANId"`
	Status status
}

// number is a count that may also be written as 2400.0 or "2400".
type number struct{ value *int }

// UnmarshalJSON leaves the number empty where there is none.
func (n *number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f >= 0 && f <= math.MaxInt32 {
		v := int(f)
		n.value = &v
	}
	return nil
}

// decode reads a document leniently: a property of the wrong type is left as
// it was. Only what is not a JSON object at all is an error.
func decode[T any](body []byte) (T, error) {
	var doc T
	err := json.Unmarshal(body, &doc)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		err = nil
	}
	if err == nil && bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
		err = errors.New("it is null")
	}
	if err != nil {
		return doc, &service.Error{Code: service.PodFailed, Message: "its answer is not a JSON object", Err: err}
	}
	return doc, nil
}
