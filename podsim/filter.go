package podsim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query answers a request with a query of the protocol: collections can be filtered, nothing else is known.
func (s *Simulator) query(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	for name := range asked {
		if strings.HasPrefix(name, "$") && name != "$filter" {
			s.writeError(w, r, refuse(notImplemented))
			return
		}
	}
	if err := s.filter(w, r, asked.Get("$filter")); err != nil {
		s.writeError(w, r, err)
	}
}

// filter answers with the members of a collection that meet an expression.
func (s *Simulator) filter(w http.ResponseWriter, r *http.Request, expression string) error {
	wanted, err := parseFilter(expression)
	if err != nil {
		return err
	}
	whole := s.inside(r, r.URL.Path)
	var body map[string]json.RawMessage
	var members []link
	if json.Unmarshal(whole.body.Bytes(), &body) != nil || json.Unmarshal(body["Members"], &members) != nil {
		whole.send(w) // it is no collection, or not there
		return nil
	}
	kept := slices.DeleteFunc(members, func(l link) bool {
		var doc map[string]any
		one := s.inside(r, l.URI)
		return json.Unmarshal(one.body.Bytes(), &doc) != nil || !wanted.met(doc)
	})
	left := map[string]any{"Members": kept, "Members@odata.count": len(kept)}
	for name, value := range body {
		if _, changed := left[name]; !changed {
			left[name] = value
		}
	}
	writeJSON(w, http.StatusOK, left)
	return nil
}

// inside reads a resource as whoever sent the request would.
func (s *Simulator) inside(r *http.Request, path string) *recorder {
	kept := &recorder{header: http.Header{}, status: http.StatusOK}
	again := r.Clone(r.Context())
	again.URL = &url.URL{Path: path}
	s.lens(kept, again, s.mux)
	return kept
}

// anyOf is met when one of its lists of comparisons is met as a whole.
type anyOf [][]comparison

type comparison struct {
	path     []string
	operator string
	value    any // string, float64, bool or nil
}

// parseFilter reads comparisons that are joined by "and", and those by "or": there are no parentheses.
func parseFilter(expression string) (anyOf, error) {
	var wanted anyOf
	for alternative := range strings.SplitSeq(expression, " or ") {
		var all []comparison
		for one := range strings.SplitSeq(alternative, " and ") {
			c, err := parseComparison(one)
			if err != nil {
				return nil, err
			}
			all = append(all, c)
		}
		wanted = append(wanted, all)
	}
	return wanted, nil
}

func parseComparison(text string) (comparison, error) {
	words := strings.SplitN(strings.TrimSpace(text), " ", 3)
	if len(words) != 3 || !slices.Contains([]string{"eq", "ne", "gt", "ge", "lt", "le"}, words[1]) {
		return comparison{}, refuse(badPayload, fmt.Sprintf("$filter has %q, expected PROPERTY eq|ne|gt|ge|lt|le VALUE", text))
	}
	c := comparison{path: strings.Split(words[0], "/"), operator: words[1]}
	literal := words[2]
	number, err := strconv.ParseFloat(literal, 64)
	switch {
	case len(literal) > 1 && strings.HasPrefix(literal, "'") && strings.HasSuffix(literal, "'"):
		c.value = strings.ReplaceAll(literal[1:len(literal)-1], "''", "'")
	case literal == "true" || literal == "false":
		c.value = literal == "true"
	case literal == "null":
	case err == nil:
		c.value = number
	default:
		return comparison{}, refuse(badPayload, fmt.Sprintf("$filter has the value %s, expected 'TEXT', a number, true, false or null", literal))
	}
	return c, nil
}

func (wanted anyOf) met(doc map[string]any) bool {
	return slices.ContainsFunc(wanted, func(all []comparison) bool {
		return !slices.ContainsFunc(all, func(c comparison) bool { return !c.met(doc) })
	})
}

// met is false for values of different types, except that they are not equal.
func (c comparison) met(doc map[string]any) bool {
	var value any = doc
	for _, name := range c.path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	order, alike := compareValues(value, c.value)
	switch c.operator {
	case "eq":
		return alike && order == 0
	case "ne":
		return !alike || order != 0
	case "gt":
		return alike && order > 0
	case "ge":
		return alike && order >= 0
	case "lt":
		return alike && order < 0
	}
	return alike && order <= 0
}

// compareValues orders two values of one type; false comes before true.
func compareValues(a, b any) (order int, alike bool) {
	switch x := a.(type) {
	case nil:
		return 0, b == nil
	case string:
		y, ok := b.(string)
		return strings.Compare(x, y), ok
	case float64:
		y, ok := b.(float64)
		return cmp.Compare(x, y), ok
	case bool:
		y, ok := b.(bool)
		switch {
		case x == y:
			return 0, ok
		case x:
			return 1, ok
		}
		return -1, ok
	}
	return 0, false
}
