package redfish

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// page reads a page of a collection. One without Members does not say what
// there is.
func (s Survey) page(ctx context.Context, link, what string) (collectionDocument, error) {
	doc, err := Read[collectionDocument](ctx, s, link)
	if err == nil && doc.Members == nil {
		err = service.Errorf(service.PodFailed, "its collection of %s has no Members", what)
	}
	return doc, err
}

// Members lists the refs of a collection, from all its pages. One that is not
// there is NotFound.
func (s Survey) Members(ctx context.Context, link, what string) ([]string, error) {
	var refs []string
	seen := map[string]bool{}
	for {
		seen[link] = true
		page, err := s.page(ctx, link, what)
		if err != nil {
			return nil, err
		}
		for _, member := range page.Members {
			ref, err := s.client.Ref(member.ID)
			if err != nil {
				return nil, err
			}
			s.keep(ref, member)
			refs = append(refs, ref)
		}
		if link = page.Next; link == "" {
			return refs, nil
		}
		if seen[link] {
			return nil, service.Errorf(service.PodFailed, "the pages of its %s go round in a circle", what)
		}
	}
}

// MembersOf is MembersToRead for a collection that belongs to something else.
// Where there is none, there are no members.
func (s Survey) MembersOf(ctx context.Context, l Link, what string) (Links, error) {
	return ifAny(ctx, l, what, s.MembersToRead)
}

// ifAny lists the members of a collection that need not be there.
func ifAny(ctx context.Context, l Link, what string, members func(_ context.Context, link, what string) ([]string, error)) (Links, error) {
	if l.ID == "" {
		return nil, nil
	}
	refs, err := members(ctx, l.ID, what)
	if service.CodeOf(err) == service.NotFound {
		return nil, nil
	}
	return LinksTo(refs...), err
}

// Expected turns NotFound into PodFailed: what the entry point links has to be
// there.
func Expected(err error) error {
	var e *service.Error
	if errors.As(err, &e) && e.Code == service.NotFound {
		return &service.Error{Code: service.PodFailed, Message: e.Message, Err: e.Err}
	}
	return err
}

// Search gives the first ref that is the one looked for, or nothing. One that
// cannot be judged counts only where no other is it: then it could be it.
func (s Survey) Search(ctx context.Context, refs []string, is func(context.Context, string) (bool, error)) (string, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var found string
	var once sync.Once
	var g errgroup.Group
	g.SetLimit(s.client.fanOut)
	for _, ref := range refs {
		g.Go(func() error {
			yes, err := is(ctx, ref)
			if yes {
				once.Do(func() { found = ref })
			}
			if yes || service.CodeOf(err) == service.Timeout {
				stop() // what hangs once hangs for each of them
			}
			return err
		})
	}
	if err := g.Wait(); found == "" {
		return "", err
	}
	return found, nil
}

// LinksTo makes links to refs.
func LinksTo(refs ...string) Links {
	all := make(Links, 0, len(refs))
	for _, ref := range refs {
		all = append(all, Link{ref})
	}
	return all
}

// RefsOf gives the refs of links, each once. A link that cannot be followed
// links nothing of this pod.
func (c *Client) RefsOf(lists ...Links) []string {
	var refs []string
	seen := map[string]bool{}
	for _, l := range slices.Concat(lists...) {
		if ref, err := c.Ref(l.ID); err == nil && !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs
}
