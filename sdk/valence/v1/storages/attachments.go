package storages

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// Attachment is a storage that is attached to a node. Its ID is that of the
// storage, for a storage is attached once.
type Attachment struct {
	ID        string `json:"id"`
	StorageID string `json:"volumeId"`
	NodeID    string `json:"serverId"`
	Device    string `json:"device"` // path of the storage on its pod manager
	State     State  `json:"state"`  // attaching, attached or detaching
}

// AttachmentPage is a page of a list of attachments.
type AttachmentPage struct{ valence.PageBase }

// ExtractAttachments gives the attachments of a page that ListAttachments made.
func ExtractAttachments(r pagination.Page) ([]Attachment, error) {
	page, ok := r.(AttachmentPage)
	if !ok {
		return nil, fmt.Errorf("expected a page of attachments, not %T", r)
	}
	return resource.ExtractItems[Attachment](page.PageBase)
}

// AttachmentResult is the answer to Attach and GetAttachment. Call its Extract
// method to interpret it as an Attachment.
type AttachmentResult struct{ gophercloud.Result }

// Extract gives the attachment of a result.
func (r AttachmentResult) Extract() (*Attachment, error) {
	return resource.Extract[Attachment](r.Result)
}

// DetachResult is the answer to Detach. Call its ExtractErr method to see
// whether the storage is detached.
type DetachResult struct{ gophercloud.ErrResult }

// ListAttachmentsOptsBuilder allows extensions to add parameters to the
// ListAttachments request.
type ListAttachmentsOptsBuilder interface {
	ToAttachmentListQuery() (string, error)
}

// ListAttachmentsOpts selects the attachments of a node. An empty filter
// matches everything.
type ListAttachmentsOpts struct {
	StorageID string `q:"volumeId"`
	State     State  `q:"state"`

	// Limit and Marker are as in ListOpts.
	Limit  int    `q:"limit"`
	Marker string `q:"marker"`
}

// ToAttachmentListQuery formats ListAttachmentsOpts into a query string.
func (opts ListAttachmentsOpts) ToAttachmentListQuery() (string, error) {
	return resource.Query(opts, nil)
}

// ListAttachments gives a pager over what is attached to a node; nil options
// select all.
func ListAttachments(client *gophercloud.ServiceClient, nodeID string, opts ListAttachmentsOptsBuilder) valence.Pager {
	var query string
	var err error
	if opts != nil {
		query, err = opts.ToAttachmentListQuery()
	}
	return resource.List(client, attachmentsPath(nodeID), query, err, func(base valence.PageBase) pagination.Page {
		return AttachmentPage{base}
	})
}

// AllAttachments walks through the attachments of ListAttachments, holding one
// page at a time. An error ends the walk and comes with a zero attachment.
func AllAttachments(ctx context.Context, client *gophercloud.ServiceClient, nodeID string, opts ListAttachmentsOptsBuilder) iter.Seq2[Attachment, error] {
	return resource.All(ctx, ListAttachments(client, nodeID, opts), ExtractAttachments)
}

// GetAttachment reads one attachment. A storage that is not attached to the
// node is an error of status 404.
func GetAttachment(ctx context.Context, client *gophercloud.ServiceClient, nodeID, storageID string) (r AttachmentResult) {
	r.Result = resource.Get(ctx, client, attachmentPath(nodeID, storageID))
	return
}

// Attach attaches a storage to a node on the same pod manager, and returns when
// that is done. Attaching what is attached there already is no error.
func Attach(ctx context.Context, client *gophercloud.ServiceClient, nodeID, storageID string) (r AttachmentResult) {
	if storageID == "" {
		r.Err = gophercloud.ErrMissingInput{Argument: "storageID"}
		return
	}
	r.Result = resource.Send(ctx, client, http.MethodPost, attachmentsPath(nodeID), map[string]any{"volumeId": storageID}, nil)
	return
}

// Detach detaches a storage from a node, and returns when that is done. One
// that is erased whenever it is detached is in state erasing then: WaitFor
// waits for the rest.
func Detach(ctx context.Context, client *gophercloud.ServiceClient, nodeID, storageID string) (r DetachResult) {
	r.ErrResult = resource.Exec(ctx, client, http.MethodDelete, attachmentPath(nodeID, storageID), nil)
	return
}
