package httpapi

import (
	"iter"
	"net/http"
	"net/url"

	"github.com/valence-rsd/valence/service"
)

// attachmentWire is a storage that is attached to a node, with the keys of the
// API document (contract 5.1). Its id is that of the storage: a storage is
// attached once.
type attachmentWire struct {
	ID     string  `json:"id"`
	Volume string  `json:"volumeId" doc:"The storage."`
	Server string  `json:"serverId" doc:"The node."`
	Device *string `json:"device" doc:"Where the storage is on its pod."`
	State  string  `json:"state" enum:"attaching,attached,detaching"`
}

// attachWire is the body that attaches a storage: one of the two keys, which
// mean the same, as they stand or in the envelope of the API document.
type attachWire struct {
	Volume   string          `json:"volumeId,omitempty" maxLength:"255" doc:"The UUID or name of a storage."`
	Device   string          `json:"deviceId,omitempty" maxLength:"255" doc:"The same as volumeId."`
	Envelope *attachBodyWire `json:"storagevolumeAttachment,omitempty"`
}

type attachBodyWire struct {
	Volume string `json:"volumeId,omitempty" maxLength:"255"`
	Device string `json:"deviceId,omitempty" maxLength:"255"`
}

// volume is the one storage that a body names.
func (in attachWire) volume() (string, error) {
	if in.Envelope == nil {
		in.Envelope = &attachBodyWire{}
	}
	var found string
	for _, word := range []string{in.Volume, in.Device, in.Envelope.Volume, in.Envelope.Device} {
		switch {
		case word == "":
		case found != "":
			return "", invalid("the body names several storages; expected one, as volumeId")
		default:
			found = word
		}
	}
	if found == "" {
		return "", invalid("the body names no storage; expected one, as volumeId")
	}
	return found, nil
}

func wireAttachment(v service.Volume) attachmentWire {
	return attachmentWire{v.UUID, v.UUID, v.NodeID, orNull(resourceURI(v.Ref)), string(v.State)}
}

func (a *api) routeAttachments() {
	const path = "/v1/nodes/{node}/storages"
	attachments := a.attachmentListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    path,
		id:      "list-attachments",
		summary: "The storages that are attached to a node.",
		query:   attachments.query(),
		answers: map[int]any{http.StatusOK: []attachmentWire{}},
	}, attachments.serve(a))
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    path,
		id:      "attach-storage",
		summary: "Attach a storage to a node.",
		rights:  member,
		answers: map[int]any{http.StatusOK: attachmentWire{}},
	}, a.attachStorage)
	a.handle(operation{
		method:  http.MethodGet,
		path:    path + "/{attachment}",
		id:      "show-attachment",
		summary: "One storage that is attached to a node.",
		answers: map[int]any{http.StatusOK: attachmentWire{}},
	}, a.showAttachment)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    path + "/{attachment}",
		id:      "detach-storage",
		summary: "Detach a storage from a node.",
		rights:  member,
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.detachStorage)
}

func (a *api) attachmentListing() listing[service.Volume, attachmentWire] {
	return listing[service.Volume, attachmentWire]{
		columns: []column[service.Volume]{
			{name: "volumeId", value: func(v service.Volume) string { return v.UUID }},
			{name: "state", value: func(v service.Volume) string { return string(v.State) }},
		},
		id:   func(v service.Volume) string { return v.UUID },
		wire: wireAttachment,
		items: func(r *http.Request, _ url.Values, after string) (iter.Seq2[service.Volume, error], error) {
			node, err := a.visibleNode(r)
			if err != nil {
				return nil, err
			}
			return a.store.Volumes(r.Context(), service.VolumeFilter{NodeID: node}, after), nil
		},
	}
}

// visibleNode gives the UUID of the node in the path, which exists.
func (a *api) visibleNode(r *http.Request) (string, error) {
	id, err := a.nodeID(r)
	if err != nil {
		return "", err
	}
	node, err := a.store.Node(r.Context(), id)
	if err != nil {
		return "", err
	}
	if !service.CallerOf(r.Context()).Sees(node.ProjectID) {
		return "", service.Errorf(service.NotFound, "node %q does not exist", id)
	}
	return id, nil
}

func (a *api) attachStorage(w http.ResponseWriter, r *http.Request, in attachWire) error {
	word, err := in.volume()
	if err != nil {
		return err
	}
	node, err := a.nodeID(r)
	if err != nil {
		return err
	}
	id, err := a.volumeID(r, word)
	if err != nil {
		return err
	}
	volume, err := a.storage.Attach(r.Context(), node, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wireAttachment(volume))
}

func (a *api) showAttachment(w http.ResponseWriter, r *http.Request) error {
	volume, err := a.attachment(r)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wireAttachment(volume))
}

func (a *api) detachStorage(w http.ResponseWriter, r *http.Request) error {
	volume, err := a.attachment(r)
	if err != nil {
		return err
	}
	if err := a.storage.Detach(r.Context(), volume.NodeID, volume.UUID); err != nil {
		return err
	}
	return confirm(w, r, "DELETED", "The storage was detached.")
}

// attachment gives the volume of the attachment in the path.
func (a *api) attachment(r *http.Request) (service.Volume, error) {
	node, err := a.visibleNode(r)
	if err != nil {
		return service.Volume{}, err
	}
	word := r.PathValue("attachment")
	id, err := a.volumeID(r, word)
	if err != nil {
		return service.Volume{}, err
	}
	volume, err := a.store.Volume(r.Context(), id)
	if err != nil {
		return volume, err
	}
	if volume.NodeID != node {
		return volume, service.Errorf(service.NotFound, "storage %q is not attached to this node", clip(word))
	}
	return volume, nil
}
