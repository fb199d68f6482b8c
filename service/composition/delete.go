package composition

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Delete implements service.Pod. A composed system is deleted, a physical one
// loses its blocks and stays.
func (p *pod) Delete(ctx context.Context, ref string) error {
	err := p.Missing(ctx, p.remove(ctx, ref))
	if service.CodeOf(err) == service.NotFound {
		return nil
	}
	return p.Failed(err, "deleting machine %s", ref)
}

func (p *pod) remove(ctx context.Context, ref string) error {
	doc, header, err := p.machine(ctx, ref)
	if err != nil {
		return err
	}
	// What cannot be read cannot be unsigned, and may be gone with its drawer.
	blocks, _ := redfish.Gather(ctx, p.Client.Survey(), p.Client.RefsOf(doc.Links.ResourceBlocks), func(ctx context.Context, ref string) ([]block, error) {
		return p.readBlocks(ctx, p.Client.Survey(), []string{ref})
	})
	if removable(doc, header) {
		_, err = p.Client.Do(ctx, redfish.Request{
			Method: http.MethodDelete,
			Link:   ref,
			Slow:   true,
			Means:  redfish.Only(http.StatusNotFound, service.NotFound),
		})
	} else {
		err = p.shrink(ctx, ref, blocks)
	}
	if err == nil {
		p.unsign(ctx, ref, doc, blocks)
	}
	return err
}

// removable says whether a system can be deleted: a physical one must not be
// (DSP2050, "Expandable systems"), and Allow tells of others.
func removable(doc systemDocument, header http.Header) bool {
	allow := strings.Join(header.Values("Allow"), ",")
	return doc.composed() && (allow == "" || strings.Contains(strings.ToUpper(allow), http.MethodDelete))
}

// shrink takes all blocks from a system, its own last: where they cannot be
// removed one by one, all at once.
func (p *pod) shrink(ctx context.Context, ref string, blocks []block) error {
	s := p.Client.Survey()
	byAction, err := p.byAction(ctx, s)
	if err != nil {
		return err
	}
	if byAction {
		return p.decompose(ctx, s, ref)
	}
	slices.SortStableFunc(blocks, func(a, b block) int { return cmp.Compare(last(a), last(b)) })
	for _, b := range blocks {
		doc, header, err := p.machine(ctx, ref)
		if service.CodeOf(err) == service.NotFound {
			return nil // it is free
		}
		if err == nil {
			err = p.drop(ctx, ref, header.Get("ETag"), doc, b.ref)
		}
		if refused(err) && b.bears() {
			return p.decompose(ctx, s, ref)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// last orders blocks: what the others hang on is last.
func last(b block) int {
	if b.bears() {
		return 1
	}
	return 0
}

// decompose has the Compose action take a system apart.
func (p *pod) decompose(ctx context.Context, s redfish.Survey, ref string) error {
	doc, err := p.composer(ctx, s)
	if err != nil {
		return err
	}
	request := map[string]any{"Links": map[string]redfish.Links{"ComputerSystems": redfish.LinksTo(ref)}}
	if doc.Actions.Compose.Target == "" {
		return service.Errorf(service.Conflict, "it keeps its last resource block")
	}
	made, err := p.Client.Do(ctx, redfish.Request{
		Method: http.MethodPost,
		Link:   doc.Actions.Compose.Target,
		Body:   manifest("DecomposeSystem", redfish.LastOf(ref), request),
		Slow:   true,
	})
	if err == nil {
		err = p.failedInside(made)
	}
	return err
}

// unsign takes reservations and marks off what was freed: no service does
// (DSP2050, "Delete a composed resource"). What fails does no harm: a
// reservation of ours binds nobody, and a mark counts on machines only.
func (p *pod) unsign(ctx context.Context, ref string, doc systemDocument, blocks []block) {
	for _, b := range blocks {
		if b.signable() && (b.mark() != "" || b.reserved()) {
			_ = p.Client.Patch(ctx, b.ref, "", blockChange(false, b.client()))
		}
	}
	if tag, mark := redfish.SplitMark(doc.AssetTag); mark != "" && !doc.composed() {
		_ = p.Client.Patch(ctx, ref, "", map[string]string{"AssetTag": tag})
	}
}
