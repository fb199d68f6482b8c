package contract_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// shared are the keys of a query that are no filters by a key of an element.
var shared = []string{"limit", "marker", "sort", "fields"}

// lists gives the operations that list something in pages.
func (w *world) lists() []operation {
	return slices.DeleteFunc(w.spec.operations(), func(op operation) bool {
		return !slices.Contains(op.keys("query"), "marker")
	})
}

// crowded is a populated service with several of everything.
func crowded(t *testing.T) *world {
	t.Helper()
	w := populated(t)
	w.prepare(t, func() { w.crowd(t) })
	return w
}

func (w *world) crowd(t *testing.T) {
	t.Helper()
	for i, name := range []string{"b", "a", "c"} {
		w.call(t, "POST /v1/flavors", `{"name": "`+name+`", "properties": {}}`).want(t, 200)
		w.call(t, "POST /v1/nodes", `{"podm_id": "pod", "name": "`+name+`"}`).want(t, 200)
		w.call(t, "POST /v1/pod_managers", podManager(name, fmt.Sprintf("http://127.0.0.1:%d", i+1))).want(t, 200)
		w.keep(t, "volume", w.call(t, "POST /v1/storages", `{"name": "`+name+`", "capacity_gib": 11, "podm_id": "pod"}`))
		w.call(t, "POST /v1/nodes/{node}/storages", `{"volumeId": "{volume}"}`)
	}
}

// elements gives what a list has and, by their ids, all that is known of each:
// filters are about keys, too, that a list leaves out.
func (w *world) elements(t *testing.T, op operation) (listed, known []map[string]any) {
	t.Helper()
	w.prepare(t, func() { listed, known = w.lookUp(t, op) })
	if len(listed) < 2 {
		t.Fatalf("%s has only %v", op, listed)
	}
	return listed, known
}

func (w *world) lookUp(t *testing.T, op operation) (listed, known []map[string]any) {
	t.Helper()
	listed = w.call(t, op.String(), "").objects(t)
	for _, element := range listed {
		whole := element
		if uuid, ok := element["uuid"].(string); ok && !strings.HasPrefix(op.path, "/v1/systems") {
			whole = w.call(t, "GET "+op.path+"/"+uuid, "").object(t)
		}
		known = append(known, whole)
	}
	return listed, known
}

// ids gives what tells elements apart.
func idsOf(elements []map[string]any) []string {
	var ids []string
	for _, e := range elements {
		ids = append(ids, text(e["podm_id"])+cmp.Or(text(e["uuid"]), text(e["id"])))
	}
	return ids
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := crowded(t)
	for _, op := range w.lists() {
		listed, known := w.elements(t, op)
		for _, key := range op.keys("query") {
			if slices.Contains(shared, key) || slices.Contains([]string{"Status/Health", "show_detail", "refresh"}, key) {
				continue
			}
			t.Run(strings.TrimPrefix(op.path, "/v1/")+" by "+key, func(t *testing.T) {
				w.checkFilter(t, op, key, listed, known)
			})
		}
	}
}

// checkFilter asks for each value that a key has, and for one that none has.
func (w *world) checkFilter(t *testing.T, op operation, key string, listed, known []map[string]any) {
	least := slices.Contains([]string{"ram", "nw"}, key) || key == "storage" && op.path == "/v1/systems"
	for _, element := range known {
		value := text(element[map[string]string{"nw": "network"}[key]])
		if key != "nw" {
			value = text(element[key])
		}
		var want []map[string]any
		for i, other := range known {
			theirs := text(other[cmp.Or(map[string]string{"nw": "network"}[key], key)])
			if theirs == value || least && number(theirs) >= number(value) {
				want = append(want, listed[i])
			}
		}
		got := w.call(t, op.String()+"?"+url.Values{key: {value}}.Encode(), "").objects(t)
		if diff := gocmp.Diff(idsOf(want), idsOf(got)); diff != "" {
			t.Fatalf("%s=%s (-want +got):\n%s", key, value, diff)
		}
	}
	switch {
	case least:
		w.call(t, op.String()+"?"+key+"=many", "").want(t, http.StatusBadRequest)
	case key == "podm_id" && (op.path == "/v1/systems" || op.path == "/v1/racks"):
		w.call(t, op.String()+"?"+key+"=none-such", "").want(t, http.StatusNotFound) // it is a selection
	default:
		if none := w.call(t, op.String()+"?"+key+"=none-such", "").objects(t); len(none) > 0 {
			t.Errorf("%s=none-such finds %v", key, none)
		}
	}
}

func number(s string) (n float64) {
	_, _ = fmt.Sscan(s, &n)
	return n
}

// Filters hold all at once, and of a repeated key the first counts.
func TestFiltersTogether(t *testing.T) {
	t.Parallel()
	w := crowded(t)
	for query, want := range map[string]int{
		"name=a&podm_id={podm}": 1, "name=a&name=b": 1, "name=a&state=failed": 0, "name=A": 0, "name=": 0, "managed_by=": 4,
	} {
		if got := w.call(t, "GET /v1/nodes?"+query, "").objects(t); len(got) != want {
			t.Errorf("%s gives %d nodes, want %d: %v", query, len(got), want, got)
		}
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	w := crowded(t)
	for _, op := range w.lists() {
		listed, known := w.elements(t, op)
		w.call(t, op.String()+"?sort=nothing", "").want(t, http.StatusBadRequest)
		w.call(t, op.String()+"?sort="+op.keys("query")[0]+":up", "").want(t, http.StatusBadRequest)
		for _, key := range sortKeys(w, t, op) {
			for direction, sign := range map[string]int{"": 1, ":asc": 1, ":desc": -1} {
				sorted := w.call(t, op.String()+"?sort="+key+direction, "").objects(t)
				if len(sorted) != len(listed) {
					t.Fatalf("%s sorted by %s has %d elements, want %d", op, key, len(sorted), len(listed))
				}
				byID := map[string]map[string]any{}
				for i, id := range idsOf(listed) {
					byID[id] = known[i]
				}
				ordered := slices.IsSortedFunc(idsOf(sorted), func(a, b string) int {
					return sign * compare(byID[a][key], byID[b][key])
				})
				if !ordered {
					t.Errorf("%s is not sorted by %s%s: %v", op, key, direction, sorted)
				}
			}
		}
	}
}

// sortKeys gives what a list can be sorted by, in its own words.
func sortKeys(w *world, t *testing.T, op operation) []string {
	t.Helper()
	detail := text(w.call(t, op.String()+"?sort=nothing", "").problem(t)["detail"])
	_, keys, _ := strings.Cut(detail, "the keys are ")
	return strings.Split(keys, ", ")
}

func compare(a, b any) int {
	if x, ok := a.(float64); ok {
		return cmp.Compare(x, b.(float64))
	}
	return cmp.Compare(text(a), text(b))
}

var nextLink = regexp.MustCompile(`^<(.+)>; rel="next"$`)

// Pages are walked to the end along Link, in the usual order and in another.
func TestPages(t *testing.T) {
	t.Parallel()
	w := crowded(t)
	for _, op := range w.lists() {
		for _, sort := range []string{"", "&sort=" + sortKeys(w, t, op)[0] + ":desc"} {
			var all []string
			next := w.fill(op.path) + "?limit=2" + sort
			for pages := 0; next != ""; pages++ {
				got := w.call(t, "GET "+next, "")
				page := got.objects(t)
				all = append(all, idsOf(page)...)
				link := nextLink.FindStringSubmatch(got.header.Get("Link"))
				if next = ""; link != nil {
					next = strings.TrimPrefix(link[1], w.URL)
				}
				if len(page) > 2 || next != "" && len(page) < 2 || pages > 100 {
					t.Fatalf("page %d of %s: %s, Link %q", pages, op, got.body, got.header.Get("Link"))
				}
			}
			whole := w.call(t, op.String()+"?"+strings.TrimPrefix(sort, "&"), "").objects(t)
			if diff := gocmp.Diff(idsOf(whole), all); diff != "" {
				t.Errorf("%s in pages (-whole +pages):\n%s", op, diff)
			}
		}
		for _, wrong := range []string{"limit=0", "limit=-1", "limit=two", "limit=", "limit=1.5", "marker=" + nowhere, "limit=1&marker=x", "sort=&marker=x"} {
			w.call(t, op.String()+"?"+wrong, "").want(t, http.StatusBadRequest)
		}
		w.call(t, op.String()+"?limit=1000000", "").want(t, http.StatusOK)
	}
}

// A page is never longer than the service is set up for.
func TestMaxLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "MAX_LIMIT=2")
	for _, name := range []string{"a", "b", "c"} {
		w.call(t, "POST /v1/flavors", `{"name": "`+name+`", "properties": {}}`).want(t, 200)
	}
	got := w.call(t, "GET /v1/flavors?limit=50", "")
	if len(got.objects(t)) != 2 || got.header.Get("Link") == "" {
		t.Errorf("%s, Link %q", got.body, got.header.Get("Link"))
	}
	if whole := w.call(t, "GET /v1/flavors", "").objects(t); len(whole) != 3 {
		t.Errorf("without a limit: %v", whole)
	}
}

// fields chooses keys, of lists and of what is listed.
func TestFields(t *testing.T) {
	t.Parallel()
	w := crowded(t)
	for _, op := range w.spec.operations() {
		if !slices.Contains(op.keys("query"), "fields") {
			continue
		}
		plain := w.call(t, op.String(), "").first(t)
		for key, value := range plain {
			want := map[string]any{key: value}
			if diff := gocmp.Diff(want, w.call(t, op.String()+"?fields="+key, "").first(t)); diff != "" {
				t.Errorf("%s?fields=%s (-want +got):\n%s", op, key, diff)
			}
		}
		w.call(t, op.String()+"?fields=nothing", "").want(t, http.StatusBadRequest)
		if all := w.call(t, op.String()+"?fields=", "").first(t); len(all) != len(plain) {
			t.Errorf("%s with no fields: %v", op, all)
		}
	}
}

// first gives an object, or the first of a list.
func (r reply) first(t *testing.T) map[string]any {
	t.Helper()
	if strings.HasPrefix(r.body, "[") {
		return r.objects(t)[0]
	}
	return r.object(t)
}
