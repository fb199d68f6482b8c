package composition

import (
	"slices"
	"strings"
)

// object is a JSON object. Numbers in it are float64, as encoding/json reads them, or integers where Go wrote them.
type object = map[string]any

// link is a reference to another document.
func link(uri string) object { return object{"@odata.id": uri} }

func links(uris ...string) []any {
	list := make([]any, 0, len(uris))
	for _, uri := range uris {
		list = append(list, link(uri))
	}
	return list
}

// at follows names into an object; nil where there is nothing.
func at(value any, path ...string) any {
	for _, name := range path {
		o, ok := value.(object)
		if !ok {
			return nil
		}
		value = o[name]
	}
	return value
}

func textAt(value any, path ...string) string {
	text, _ := at(value, path...).(string)
	return text
}

func trueAt(value any, path ...string) bool {
	yes, _ := at(value, path...).(bool)
	return yes
}

func objectAt(value any, path ...string) object {
	o, _ := at(value, path...).(object)
	return o
}

func listAt(value any, path ...string) []any {
	list, _ := at(value, path...).([]any)
	return list
}

func numberAt(value any, path ...string) (float64, bool) {
	switch n := at(value, path...).(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	}
	return 0, false
}

// uriOf is where a reference leads to, without a trailing slash; empty when it is none.
func uriOf(value any) string { return clean(textAt(value, "@odata.id")) }

// clean makes two spellings of a URI the same.
func clean(uri string) string { return strings.TrimRight(uri, "/") }

func urisAt(value any, path ...string) []string {
	var uris []string
	for _, one := range listAt(value, path...) {
		if uri := uriOf(one); uri != "" {
			uris = append(uris, uri)
		}
	}
	return uris
}

func textsAt(value any, path ...string) []string {
	var texts []string
	for _, one := range listAt(value, path...) {
		if text, ok := one.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// inner returns the object of that name, which is made when there is none.
func inner(o object, name string) object {
	if there, ok := o[name].(object); ok {
		return there
	}
	made := object{}
	o[name] = made
	return made
}

// addLink appends a reference unless it is there.
func addLink(o object, name, uri string) {
	if !slices.Contains(urisAt(o, name), uri) {
		appendLink(o, name, uri)
	}
}

func appendLink(o object, name, uri string) {
	o[name] = append(listAt(o, name), link(uri))
	recount(o, name)
}

// dropLinks removes the references that match and tells whether there were any.
func dropLinks(o object, name string, match func(uri string) bool) bool {
	before := listAt(o, name)
	after := slices.DeleteFunc(slices.Clone(before), func(one any) bool { return match(uriOf(one)) })
	if len(after) == len(before) {
		return false
	}
	o[name] = after
	recount(o, name)
	return true
}

// recount keeps the number of members beside a list true where one stands there.
func recount(o object, name string) {
	if _, counted := o[name+"@odata.count"]; counted {
		o[name+"@odata.count"] = len(listAt(o, name))
	}
}

func is(uri string) func(string) bool { return func(other string) bool { return other == uri } }

// below tells whether a URI lies below another.
func below(uri string) func(string) bool {
	return func(other string) bool { return strings.HasPrefix(other, uri+"/") }
}

// lastOf is the last segment of a URI.
func lastOf(uri string) string { return uri[strings.LastIndexByte(uri, '/')+1:] }

// kindOf is the schema of a document: ComputerSystem for #ComputerSystem.v1_27_0.ComputerSystem.
func kindOf(body object) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(textAt(body, "@odata.type"), "#"), ".")
	return kind
}
