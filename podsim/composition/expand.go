package composition

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// What the service root says of $expand. maxInlined keeps a question for everything from eating the machine's memory.
const (
	maxLevels  = 6
	maxInlined = 200_000
)

// expandQuery is what $expand asks for.
type expandQuery struct {
	links, rest bool // what is below a Links object, and what is not
	levels      int
}

var expandForm = regexp.MustCompile(`^([.*~])(?:\(\$levels=([0-9]{1,4})\))?$`)

// readQuery reads the query of a GET; nil when it asks for nothing. A parameter that is no Redfish is ignored, one that
// is and is not simulated is refused, as the specification says.
func readQuery(query url.Values) (*expandQuery, error) {
	for name := range query {
		if name == "only" || name == "excerpt" || strings.HasPrefix(name, "$") && name != "$expand" {
			return nil, refuse(queryUnknown)
		}
	}
	if !query.Has("$expand") {
		return nil, nil
	}
	value := query.Get("$expand")
	found := expandForm.FindStringSubmatch(value)
	if found == nil {
		return nil, refuse(badQuery, value, "$expand")
	}
	ask := expandQuery{links: found[1] != ".", rest: found[1] != "~", levels: 1}
	if found[2] != "" {
		ask.levels, _ = strconv.Atoi(found[2])
	}
	if ask.levels < 1 || ask.levels > maxLevels {
		return nil, refuse(badQuery, value, "$expand")
	}
	return &ask, nil
}

// expander inlines documents.
type expander struct {
	tree *tree
	ask  expandQuery
	left int // how many documents may still be inlined
}

// expand encodes a document with what it links to in place of the links.
func (t *tree) expand(uri string, ask expandQuery) ([]byte, error) {
	e := &expander{t, ask, maxInlined}
	whole := e.inline(t.view(uri), ask.levels, false)
	if e.left < 0 {
		return nil, refuse(badQuery, "too many levels", "$expand")
	}
	return encode(whole), nil
}

// inline returns a copy of a value in which links are replaced, level after level.
func (e *expander) inline(value any, levels int, inLinks bool) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = e.inline(one, levels, inLinks)
		}
		return list
	case object:
		if whole := e.resolve(v, levels, inLinks); whole != nil {
			return e.inline(whole, levels-1, false)
		}
		made := make(object, len(v))
		for name, one := range v {
			// Annotations, such as the capabilities of a collection, are the document's own.
			if strings.Contains(name, "@") {
				made[name] = one
				continue
			}
			made[name] = e.inline(one, levels, inLinks || name == "Links")
		}
		return made
	}
	return value
}

// resolve returns the document that a link leads to; nil when it is none, or not to be followed.
func (e *expander) resolve(v object, levels int, inLinks bool) object {
	wanted := e.ask.rest && !inLinks || e.ask.links && inLinks
	if len(v) != 1 || levels == 0 || !wanted || e.left < 0 {
		return nil
	}
	whole := e.tree.view(uriOf(v))
	if whole != nil {
		e.left--
	}
	return whole
}
