package redfish

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/valence-rsd/valence/service"
)

// expandDocument says how a service puts the members of a collection into the
// collection itself (DSP0266, "The $expand query parameter"). Its property in
// the entry point is ProtocolFeaturesSupported.ExpandQuery.
type expandDocument struct {
	ExpandAll Flag
	NoLinks   Flag
	Levels    Flag
	MaxLevels Number
}

// query asks for the members of a collection and for nothing that these link;
// it is empty where that is not offered.
func (d expandDocument) query() string {
	var what string
	switch {
	case d.MaxLevels.Value != nil && *d.MaxLevels.Value < 1:
		return ""
	case d.NoLinks.is(true):
		what = "."
	case d.ExpandAll.is(true):
		what = "*"
	default:
		return ""
	}
	if d.Levels.is(true) {
		what += "($levels=1)"
	}
	return "$expand=" + what
}

// member is a member of a collection: a link, or the document itself.
type member struct {
	ID   string
	body []byte // nil where the collection only links it
}

// UnmarshalJSON takes for a document what says its type, as all of them do.
func (m *member) UnmarshalJSON(b []byte) error {
	var said struct {
		ID   string `json:"@odata.id"`
		Type string `json:"@odata.type"`
	}
	_ = json.Unmarshal(b, &said) // what has the wrong type is left empty
	*m = member{ID: said.ID}
	if said.Type != "" {
		m.body = bytes.Clone(b)
	}
	return nil
}

// MembersToRead is Members for those who read them next. Where the service
// offers $expand, they come with the collection, and reading them takes no
// request of its own. Some ignore it, and some offer what they then refuse.
func (s Survey) MembersToRead(ctx context.Context, link, what string) ([]string, error) {
	e, err := s.client.Entry(ctx, false)
	if err != nil {
		return nil, err
	}
	query, err := s.expanding(link, e.expand)
	if err != nil || query == "" {
		return s.Members(ctx, link, what)
	}
	refs, err := s.Members(ctx, query, what)
	if err == nil || ctx.Err() != nil || service.CodeOf(err) == service.NotFound {
		return refs, err
	}
	if refs, err = s.Members(ctx, link, what); err == nil {
		s.client.plainOnly.Store(true)
	}
	return refs, err
}

// expanding is the link to a collection with its members; empty where they
// cannot be asked for.
func (s Survey) expanding(link, query string) (string, error) {
	if query == "" || s.client.plainOnly.Load() {
		return "", nil
	}
	to, err := s.client.resolve(link)
	if err != nil || to.RawQuery != "" {
		return "", err
	}
	to.RawQuery = query
	return to.RequestURI(), nil
}

// keep remembers the documents that came with a collection.
func (s Survey) keep(ref string, m member) {
	if m.body != nil {
		s.brought.Store(ref, m.body)
	}
}

// broughtAlong gives a document that came with a collection, once: who reads it
// again wants to know what is new.
func (s Survey) broughtAlong(link string) ([]byte, bool) {
	ref, err := s.client.Ref(link)
	if err != nil {
		return nil, false
	}
	body, known := s.brought.LoadAndDelete(ref)
	if !known {
		return nil, false
	}
	return body.([]byte), true
}
