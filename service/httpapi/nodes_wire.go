package httpapi

import (
	"strings"

	"github.com/valence-rsd/valence/service"
)

// composeWire is the body of a compose. Of properties and flavor_id at most
// one is allowed.
type composeWire struct {
	Name        string            `json:"name" maxLength:"255"`
	Description string            `json:"description,omitempty" maxLength:"1024"`
	PodManager  string            `json:"podm_id,omitempty" doc:"A pod manager; not needed where there is only one."`
	Flavor      string            `json:"flavor_id,omitempty" doc:"A flavor; excludes properties."`
	Properties  *requirementsWire `json:"properties,omitempty" doc:"What is needed at least; excludes flavor_id."`
}

// request turns a checked body into the request that it asks for.
func (in composeWire) request() (service.ComposeRequest, error) {
	if in.Flavor != "" && in.Properties != nil {
		return service.ComposeRequest{}, invalid("the body has both flavor_id and properties; expected one of them")
	}
	return service.ComposeRequest{
		Name:         in.Name,
		Description:  in.Description,
		PodManagerID: in.PodManager,
		FlavorID:     in.Flavor,
		Requirements: in.Properties.requirements(),
	}, nil
}

// NodeBriefWire is a node in a list. Index and resource_uri are empty until
// hardware is allocated. It is exported, like NodeWire, for nothing but huma,
// which leaves embedded types out of a schema unless they are.
type NodeBriefWire struct {
	UUID        string `json:"uuid"`
	Name        string `json:"name"`
	PodManager  string `json:"podm_id"`
	Index       string `json:"index" doc:"What the pod calls the node."`
	ResourceURI string `json:"resource_uri" doc:"Where on the pod the node is."`
	State       string `json:"state" enum:"composing,composed,failed,deleting"`
}

// NodeWire is everything Valence itself knows of a node.
type NodeWire struct {
	NodeBriefWire
	Description string       `json:"description"`
	ProjectID   string       `json:"project_id,omitempty"`
	ManagedBy   string       `json:"managed_by,omitempty"`
	Failure     *failureWire `json:"failure,omitempty" doc:"Why composing failed; only in state failed."`
	Progress    string       `json:"progress,omitempty" enum:"intended,allocated,assembling,undoing" doc:"How far the work on it has come; only in states composing and deleting."`
	CreatedAt   string       `json:"created_at"`
	UpdatedAt   string       `json:"updated_at"`
}

type failureWire struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func wireNodeBrief(n service.Node) NodeBriefWire {
	return NodeBriefWire{
		UUID:        n.UUID,
		Name:        n.Name,
		PodManager:  n.PodManagerID,
		Index:       n.Index(),
		ResourceURI: resourceURI(n.Ref),
		State:       string(n.State),
	}
}

func wireNode(n service.Node) NodeWire {
	out := NodeWire{
		NodeBriefWire: wireNodeBrief(n),
		Description:   n.Description,
		ProjectID:     n.ProjectID,
		ManagedBy:     n.ManagedBy,
		Progress:      string(n.Step),
		CreatedAt:     timestamp(n.CreatedAt),
		UpdatedAt:     timestamp(n.UpdatedAt),
	}
	if n.Failure != nil {
		out.Failure = &failureWire{string(n.Failure.Code), n.Failure.Message}
	}
	return out
}

// resourceURI is a path on a pod, below the pod's entry point.
func resourceURI(ref string) string { return strings.TrimPrefix(ref, "/redfish/v1/") }
