package ironic

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2/openstack/baremetal/v1/nodes"
)

// node reads a node of Ironic; nil if there is none.
func (c *call) node(ctx context.Context, uuid string) (*nodes.Node, error) {
	node, err := nodes.Get(ctx, c.client, uuid).Extract()
	if notFound(err) {
		return nil, nil
	}
	return node, err
}

// create makes the node. When it is not known whether there is one now it is
// removed: nobody would know of it.
func (c *call) create(ctx context.Context, doc document, names []string) error {
	err := withName(doc, names, func(doc document) error {
		return nodes.Create(ctx, c.client, doc).Err
	})
	if a, answered := answerOf(err); err != nil && (!answered || a.Actual >= http.StatusInternalServerError) {
		c.undo(ctx, doc["uuid"].(string))
	}
	return c.trouble(ctx, "creating the node in Ironic", err)
}

// update brings the node in step with the document.
func (c *call) update(ctx context.Context, there nodes.Node, doc document, names []string) error {
	doc = doc.over(there)
	delete(doc, "uuid")
	err := withName(doc, names, func(doc document) error {
		return c.patiently(ctx, func() error {
			return nodes.Update(ctx, c.client, there.UUID, doc.patches()).Err
		})
	})
	return c.trouble(ctx, "updating the node in Ironic", err)
}

// withName tries a document with the names in turn, as long as it is refused.
// Why it is refused is not looked at: besides the names that others have and
// those with wrong letters Ironic has reserved words, which change from one
// release to the next. The caller's own name stands.
func withName(doc document, names []string, try func(document) error) error {
	if _, ok := doc["name"]; ok || len(names) == 0 {
		return try(doc)
	}
	var err error
	for _, name := range names {
		if err = try(doc.called(name)); !refused(err) || locked(err) {
			return err
		}
	}
	return err
}

// undo removes a node that was being registered, even if the caller has given
// up.
func (c *call) undo(ctx context.Context, uuid string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	err := c.patiently(ctx, func() error { return nodes.Delete(ctx, c.client, uuid).ExtractErr() })
	if err != nil && !notFound(err) {
		c.log.WarnContext(ctx, "a node that could not be registered may be left in Ironic", "node", uuid,
			"error", c.trouble(ctx, "removing the node from Ironic", err))
	}
}
