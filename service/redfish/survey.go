package redfish

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// Survey is one call that reads many documents. However it is nested, it has
// no more requests under way than the client allows one call.
type Survey struct {
	client *Client
	slots  chan struct{}
	// brought are the documents that came with their collections, by ref.
	brought *sync.Map
	// conditional says that what has not changed need not be sent again.
	conditional bool
}

// Survey begins a call that reads many documents.
func (c *Client) Survey() Survey {
	return Survey{client: c, slots: make(chan struct{}, c.fanOut), brought: &sync.Map{}}
}

// Inventory is Survey for hardware, which changes seldom. A document that came
// with an ETag is asked for only if it has changed since.
func (c *Client) Inventory() Survey {
	s := c.Survey()
	s.conditional = true
	return s
}

// fetch reads the body of a document. One that is not there is NotFound.
func (s Survey) fetch(ctx context.Context, link string) ([]byte, error) {
	if body, known := s.broughtAlong(link); known {
		return body, nil
	}
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, s.client.Ended(ctx)
	}
	defer func() { <-s.slots }()
	return s.get(ctx, Request{
		Method: http.MethodGet,
		Link:   link,
		Means:  Only(http.StatusNotFound, service.NotFound),
	})
}

// get sends the request, or takes the answer to an earlier one.
func (s Survey) get(ctx context.Context, r Request) ([]byte, error) {
	if !s.conditional {
		a, err := s.client.Do(ctx, r)
		return a.Body, err
	}
	earlier, _ := s.client.cache.get(r.Link)
	r.IfNoneMatch = earlier.etag
	a, err := s.client.Do(ctx, r)
	switch {
	case err != nil:
		return nil, err
	case unchanged(r, a):
		return earlier.body, nil
	}
	s.client.cache.remember(r.Link, a)
	return a.Body, nil
}

// Read reads a document. One that is not there is NotFound.
func Read[D any](ctx context.Context, s Survey, link string) (D, error) {
	body, err := s.fetch(ctx, link)
	if err != nil {
		var none D
		return none, err
	}
	return Decode[D](body)
}

// ReadWhole is Read, with the document itself beside what is known of it.
func ReadWhole[D any](ctx context.Context, s Survey, link string) (known D, whole map[string]any, err error) {
	body, err := s.fetch(ctx, link)
	if err != nil {
		return known, nil, err
	}
	if known, err = Decode[D](body); err != nil {
		return known, nil, err
	}
	whole, err = Decode[map[string]any](body)
	return known, whole, err
}

// Parts reads the documents that are linked and makes parts of them, in order.
// What is not there any more is left out.
func Parts[D, P any](ctx context.Context, s Survey, linked Links, part func(ctx context.Context, link string, doc D) (P, error)) ([]P, error) {
	return Each(ctx, s, linked, func(ctx context.Context, l Link) ([]P, error) {
		doc, err := Read[D](ctx, s, l.ID)
		if service.CodeOf(err) == service.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		made, err := part(ctx, l.ID, doc)
		return []P{made}, err
	})
}

// Each does something for all items, some at a time, and gives all results in
// order. The first error ends it.
func Each[T, R any](ctx context.Context, s Survey, items []T, do func(context.Context, T) ([]R, error)) ([]R, error) {
	results := make([][]R, len(items))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.client.fanOut)
	for i, item := range items {
		g.Go(func() (err error) {
			results[i], err = do(ctx, item)
			return err
		})
	}
	err := g.Wait()
	var all []R
	for _, r := range results {
		all = append(all, r...)
	}
	return all, err
}

// Gather is Each, but an error ends nothing: the results are there, and with
// them the first error.
func Gather[T, R any](ctx context.Context, s Survey, items []T, do func(context.Context, T) ([]R, error)) (all []R, incomplete error) {
	var once sync.Once
	all, _ = Each(ctx, s, items, func(ctx context.Context, item T) ([]R, error) {
		results, err := do(ctx, item)
		if err != nil {
			once.Do(func() { incomplete = err })
		}
		return results, nil
	})
	return all, incomplete
}
