package rsd

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// survey is one call that reads many documents. However it is nested, it has
// no more than fanOut requests under way.
type survey struct {
	client *client
	slots  chan struct{}
}

func (c *client) survey() survey { return survey{c, make(chan struct{}, fanOut)} }

// fetch reads the body of a document. One that is not there is NotFound.
func (s survey) fetch(ctx context.Context, link string) ([]byte, error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, s.client.broken(ctx, ctx.Err(), "")
	}
	defer func() { <-s.slots }()
	a, err := s.client.do(ctx, request{
		method: http.MethodGet,
		link:   link,
		means:  only(http.StatusNotFound, service.NotFound),
	})
	return a.body, err
}

// read reads a document. One that is not there is NotFound.
func read[D any](ctx context.Context, s survey, link string) (D, error) {
	body, err := s.fetch(ctx, link)
	if err != nil {
		var none D
		return none, err
	}
	return decode[D](body)
}

// readWhole is read, with the document itself beside what is known of it.
func readWhole[D any](ctx context.Context, s survey, link string) (known D, whole map[string]any, err error) {
	body, err := s.fetch(ctx, link)
	if err != nil {
		return known, nil, err
	}
	if known, err = decode[D](body); err != nil {
		return known, nil, err
	}
	whole, err = decode[map[string]any](body)
	return known, whole, err
}

// parts reads the documents that are linked and makes parts of them, in order.
// What is not there any more is left out.
func parts[D, P any](ctx context.Context, s survey, linked links, part func(ctx context.Context, link string, doc D) (P, error)) ([]P, error) {
	return each(ctx, linked, func(ctx context.Context, l link) ([]P, error) {
		doc, err := read[D](ctx, s, l.ID)
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

// each does something for all items, some at a time, and gives all results in
// order. The first error ends it.
func each[T, R any](ctx context.Context, items []T, do func(context.Context, T) ([]R, error)) ([]R, error) {
	results := make([][]R, len(items))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(fanOut)
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

// gather is each, but an error ends nothing: the results are there, and with
// them the first error.
func gather[T, R any](ctx context.Context, items []T, do func(context.Context, T) ([]R, error)) (all []R, incomplete error) {
	var once sync.Once
	all, _ = each(ctx, items, func(ctx context.Context, item T) ([]R, error) {
		results, err := do(ctx, item)
		if err != nil {
			once.Do(func() { incomplete = err })
		}
		return results, nil
	})
	return all, incomplete
}
