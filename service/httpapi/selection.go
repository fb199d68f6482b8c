package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/valence-rsd/valence/service"
)

const (
	// incompleteHeader says that a list lacks what some pod managers have,
	// because they do not answer and nothing is known of them.
	incompleteHeader = "Valence-Incomplete"
	// staleHeader says that what some pod managers have is shown as it was when
	// they answered last.
	staleHeader = "Valence-Stale"
	// inventoryHeader says whether a list was kept, or read from a pod for this
	// request.
	inventoryHeader = "Valence-Inventory"
)

// selection says what of the hardware a caller wants. It comes in the query or,
// as the original had it, in the JSON body of a GET; the query counts.
type selection struct {
	PodManager string `json:"podm_id,omitempty" maxLength:"255"`
	Detail     bool   `json:"show_detail,omitempty"`
	refresh    bool
}

// look is what an inventory is asked for.
func (s selection) look(query url.Values) service.Look {
	l := service.Look{PodManagerID: s.PodManager, Refresh: s.refresh}
	for key := range query {
		l.Documents = l.Documents || isRedfish(key)
	}
	return l
}

func selectionParams() []param {
	return []param{
		{name: "podm_id", doc: "Only what this pod manager has; also as a key of a JSON body."},
		refreshParam(),
	}
}

func refreshParam() param {
	return boolean("refresh", "Whether to read the pods now, instead of showing what is kept.")
}

func detailParam() param {
	return boolean("show_detail", "Whether to give everything that is known; also as a key of a JSON body.")
}

// redfishParam lets filters by the pod's own properties in.
func redfishParam() param {
	return param{name: "Status/Health", open: true,
		doc: "Or any other property of Redfish, nested ones with slashes: only elements with this value, in upper or lower case."}
}

// selectionOf reads the selection of a request.
func (a *api) selectionOf(r *http.Request) (selection, error) {
	var s selection
	if err := a.decodeOptional(r, a.schema(s), &s); err != nil {
		return s, err
	}
	query := r.URL.Query()
	if query.Has("podm_id") {
		s.PodManager = query.Get("podm_id")
	}
	if query.Has("show_detail") {
		s.Detail = query.Get("show_detail") == "true"
	}
	s.refresh = query.Get("refresh") == "true"
	return s, nil
}

// headerText is a text in one line of printable ASCII.
func headerText(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return ' '
		}
		return c
	}, s)
}

// redfishFilters gives the filters of a query that are about the pod's own
// documents.
func redfishFilters(query url.Values) func(document map[string]any) bool {
	return func(document map[string]any) bool {
		for key, values := range query {
			if isRedfish(key) && !strings.EqualFold(property(document, key), values[0]) {
				return false
			}
		}
		return true
	}
}

// property gives the value of a property of a document, as a text. What is not
// there is empty.
func property(document map[string]any, path string) string {
	var value any = document
	for name := range strings.SplitSeq(path, "/") {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case interface{ String() string }: // a json.Number
		return v.String()
	}
	return ""
}

// minimum reads a filter that asks for at least a number; false where it was
// not asked for.
func minimum(query url.Values, key string) (float64, bool, error) {
	if !query.Has(key) {
		return 0, false, nil
	}
	n, err := strconv.ParseFloat(query.Get(key), 64)
	if err != nil || !(n >= 0 && n <= 1e15) { // which is so of no NaN
		return 0, false, invalid("%s in the query is no number; expected the least that is wanted", key)
	}
	return n, true, nil
}

func systemFilter(query url.Values) (func(service.System) bool, error) {
	matches := redfishFilters(query)
	tests := []func(service.System) bool{func(s service.System) bool { return matches(s.Document) }}
	for _, least := range []struct {
		key   string
		value func(service.System) float64
	}{
		{"ram", func(s service.System) float64 { return orZero(s.MemoryGiB) }},
		{"storage", func(s service.System) float64 { return float64(orZero(s.StorageBytes) / bytesPerGiB) }},
		{"nw", func(s service.System) float64 { return float64(orZero(s.Interfaces)) }},
	} {
		n, asked, err := minimum(query, least.key)
		if err != nil {
			return nil, err
		}
		if asked {
			tests = append(tests, func(s service.System) bool { return least.value(s) >= n })
		}
	}
	return func(s service.System) bool {
		for _, test := range tests {
			if !test(s) {
				return false
			}
		}
		return true
	}, nil
}

func orZero[T any](v *T) T {
	if v == nil {
		return *new(T)
	}
	return *v
}
