package httpapi

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"

	"github.com/valence-rsd/valence/service"
)

// listing is how one kind of resource is listed: with filters, a sort, pages,
// and a choice of keys.
type listing[T, W any] struct {
	kinds   []service.Kind // what it depends on; none where it does not come from the store
	columns []column[T]
	id      func(T) string
	wire    func(T) W
	// items gives the elements that the caller may see, in their usual order,
	// beginning behind the one whose id is after. It may leave out what the
	// filters in the query do not want.
	items func(r *http.Request, query url.Values, after string) (iter.Seq2[T, error], error)
}

// query are the keys that the list takes.
func (l listing[T, W]) query(more ...param) []param {
	return slices.Concat(more, columnParams(l.columns), pageParams())
}

// serve gives the handler of a list.
func (l listing[T, W]) serve(a *api) handler {
	known := keysOf(a.schema(*new(W)), a)
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := pageOf(r, a.settings.Load().MaxLimit)
		if err != nil {
			return err
		}
		encode, err := choice(l.wire, p.fields, known)
		if err != nil {
			return err
		}
		if l.kinds == nil || p.limit > 0 {
			return l.answer(a, w, r, p, encode)
		}
		return a.lists.serve(a, w, r, l.kinds, func(w http.ResponseWriter) error {
			return l.answer(a, w, r, p, encode)
		})
	}
}

// answer sends the list, or the page of it that is asked for.
func (l listing[T, W]) answer(a *api, w http.ResponseWriter, r *http.Request, p page, encode encoder[T]) error {
	items, err := l.selected(r, p)
	if err != nil {
		return err
	}
	if p.limit == 0 {
		return list(w, items, encode)
	}
	elements, err := collect(items, p.limit+1)
	if err != nil {
		return err
	}
	if len(elements) > p.limit {
		elements = elements[:p.limit]
		next := *r.URL
		query := next.Query()
		query.Set("marker", l.id(elements[p.limit-1]))
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, a.baseURL(r), next.EscapedPath(), query.Encode()))
	}
	return list(w, over(elements), encode)
}

// selected gives the elements from the marker on, filtered and sorted.
func (l listing[T, W]) selected(r *http.Request, p page) (iter.Seq2[T, error], error) {
	query := r.URL.Query()
	after := p.marker
	if p.sort != nil {
		after = "" // the store's order is another one
	}
	items, err := l.items(r, query, after)
	if err != nil {
		return nil, err
	}
	items = markerErrors(items, after)
	if match := matching(l.columns, query); match != nil {
		items = only(items, match)
	}
	if p.sort == nil {
		return items, nil
	}
	return l.sorted(items, p)
}

func (l listing[T, W]) sorted(items iter.Seq2[T, error], p page) (iter.Seq2[T, error], error) {
	compare, err := ordering(l.columns, p.sort)
	if err != nil {
		return nil, err
	}
	all, err := collect(items, -1)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, compare)
	return after(over(all), l.id, p.marker), nil
}

// after skips everything up to the element with the id; an empty id skips
// nothing. It is for lists that do not come from the store.
func after[T any](items iter.Seq2[T, error], id func(T) string, marker string) iter.Seq2[T, error] {
	if marker == "" {
		return items
	}
	return func(yield func(T, error) bool) {
		found := false
		for item, err := range items {
			if err == nil && !found {
				found = id(item) == marker
				continue
			}
			if !yield(item, err) {
				return
			}
		}
		if !found {
			yield(*new(T), unknownMarker())
		}
	}
}

// markerErrors puts the error of a store that does not know the marker into
// the caller's words.
func markerErrors[T any](items iter.Seq2[T, error], marker string) iter.Seq2[T, error] {
	if marker == "" {
		return items
	}
	return func(yield func(T, error) bool) {
		for item, err := range items {
			if service.CodeOf(err) == service.NotFound && err != nil {
				err = unknownMarker()
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

func unknownMarker() error {
	return invalid("marker in the query is the id of no element; begin again without it")
}

// collect reads up to most elements; all with -1.
func collect[T any](items iter.Seq2[T, error], most int) ([]T, error) {
	var all []T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if all = append(all, item); len(all) == most {
			break
		}
	}
	return all, nil
}

// over iterates over a slice as over something that can fail.
func over[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
