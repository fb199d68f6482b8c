package valence

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"
)

// Pager walks a collection page by page. It is gophercloud's pager, except
// that a refusal by the service comes back as an *Error.
type Pager struct {
	pagination.Pager
	url string
}

// NewPager makes a pager that starts at a URL. The page type that createPage
// returns embeds PageBase.
func NewPager(client *gophercloud.ServiceClient, url string, createPage func(pagination.PageResult) pagination.Page) Pager {
	return Pager{Pager: pagination.NewPager(client, url, createPage), url: url}
}

// EachPage calls the handler with each page until it returns false or an
// error. The handler's error comes back unchanged.
func (p Pager) EachPage(ctx context.Context, handler func(context.Context, pagination.Page) (bool, error)) error {
	var stopped error
	err := p.Pager.EachPage(ctx, func(ctx context.Context, page pagination.Page) (bool, error) {
		var more bool
		more, stopped = handler(ctx, page)
		return more, stopped
	})
	if stopped != nil {
		return stopped
	}
	return p.requestError(err)
}

// AllPages reads every page and gives their items as a single page.
func (p Pager) AllPages(ctx context.Context) (pagination.Page, error) {
	page, err := p.Pager.AllPages(ctx)
	return page, p.requestError(err)
}

// requestError leaves alone what went wrong before any request was made.
func (p Pager) requestError(err error) error {
	if p.Err != nil {
		return p.Err
	}
	return RequestError(http.MethodGet, p.url, err)
}

// PageBase is what the page types of all resources embed: a bare JSON array,
// with a Link header that leads to the next page where there is one.
type PageBase struct {
	pagination.PageResult
}

// NextPageURL follows the first Link header of relation "next" (RFC 8288). Only
// its query is used: the rest of the URL stays what it was, because a service
// behind a proxy may not know the address it is called by, and because a
// credential must not follow a link to another host.
func (p PageBase) NextPageURL() (string, error) {
	target := nextLink(p.Header.Values("Link"))
	if target == "" {
		return "", nil
	}
	next, err := url.Parse(target)
	if err != nil {
		return "", fmt.Errorf("following the link to the next page: %w", err)
	}
	here := p.URL
	if next.RawQuery == "" || next.RawQuery == here.RawQuery {
		return "", errors.New("the link to the next page leads back to the same page")
	}
	here.RawQuery = next.RawQuery
	return here.String(), nil
}

// IsEmpty says whether there is nothing left to see. A page without items that
// links to another one is not empty: gophercloud would stop at it.
func (p PageBase) IsEmpty() (bool, error) {
	items, ok := p.Body.([]any)
	if !ok {
		return true, fmt.Errorf("the answer is not a list: expected a JSON array, but its content type is %q and it decodes to %T",
			p.Header.Get("Content-Type"), p.Body)
	}
	return len(items) == 0 && nextLink(p.Header.Values("Link")) == "", nil
}

// GetBody gives the decoded array.
func (p PageBase) GetBody() any { return p.Body }

// nextLink gives the target of the first link whose relation is "next".
func nextLink(headers []string) string {
	for _, rest := range headers {
		for rest != "" {
			var target, params string
			target, params, rest = cutLink(rest)
			if isNext(params) {
				return target
			}
		}
	}
	return ""
}

// cutLink splits the first link off a Link header: its target, its parameters
// and the links after it. Targets may contain commas, and so may quoted values.
func cutLink(s string) (target, params, rest string) {
	_, s, _ = strings.Cut(s, "<")
	target, s, _ = strings.Cut(s, ">")
	quoted := false
	for i, c := range s {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			return target, s[:i], s[i+1:]
		}
	}
	return target, s, ""
}

func isNext(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, "next") {
				return true
			}
		}
	}
	return false
}
