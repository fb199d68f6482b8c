package output

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Sort says in which order the rows of a list are printed.
type Sort struct {
	Columns    []string // names or headings; those named first count most
	Ascending  bool     // as it is anyway; not together with Descending
	Descending bool
}

// sorter holds the rows of a list back until all are there. It sorts as
// openstackclient does: by Python's order of the values, null after all others.
type sorter struct {
	by         []int // columns of the result
	names      []string
	descending bool
	rows       []sortedRow
	warn       func(format string, args ...any)
}

type sortedRow struct{ keys, values []any }

// newSorter gives nil where there is nothing to sort. A column that does not
// exist is left out with a warning, as openstackclient leaves it out without one.
func newSorter(r Request) (*sorter, error) {
	if r.Sort.Ascending && r.Sort.Descending {
		return nil, fault.New(fault.Usage, "--sort-ascending and --sort-descending cannot be used together")
	}
	s := &sorter{descending: r.Sort.Descending, warn: r.Warn}
	for _, name := range r.Sort.Columns {
		i := r.Columns.index(name)
		if i < 0 {
			r.Warn("there is no column %q to sort by; the columns are %s", name, strings.Join(r.Columns.names(), ", "))
			continue
		}
		s.by, s.names = append(s.by, i), append(s.names, name)
	}
	if len(s.by) == 0 || r.Record {
		return nil, nil
	}
	return s, nil
}

func (s *sorter) add(keys, values []any) { s.rows = append(s.rows, sortedRow{keys, values}) }

// sorted are the rows in order. A column whose values cannot be compared leaves
// the order as it is.
func (s *sorter) sorted() [][]any {
	for i := len(s.by) - 1; i >= 0; i-- { // the sort is stable, so the first column comes last
		rows, sortable := slices.Clone(s.rows), true
		slices.SortStableFunc(rows, func(a, b sortedRow) int {
			order, ok := compareKeys(a.keys[i], b.keys[i])
			sortable = sortable && ok
			if s.descending {
				return -order
			}
			return order
		})
		if !sortable {
			s.warn("the values of %q cannot be sorted: they are of different kinds", s.names[i])
			continue
		}
		s.rows = rows
	}
	out := make([][]any, len(s.rows))
	for i, row := range s.rows {
		out[i] = row.values
	}
	return out
}

func compareKeys(a, b any) (order int, ok bool) {
	switch {
	case a == nil && b == nil:
		return 0, true
	case a == nil:
		return 1, true
	case b == nil:
		return -1, true
	}
	return compare(a, b)
}

// compare is Python's order, where there is one: of two strings, of two lists,
// and of numbers and booleans.
func compare(a, b any) (order int, ok bool) {
	switch left := a.(type) {
	case string:
		if right, ok := b.(string); ok {
			return strings.Compare(left, right), true
		}
	case []any:
		if right, ok := b.([]any); ok {
			return compareLists(left, right)
		}
	}
	x, y := number(a), number(b)
	if x == nil || y == nil {
		return 0, false
	}
	return x.Cmp(y), true
}

func compareLists(a, b []any) (order int, ok bool) {
	for i := range min(len(a), len(b)) {
		if a[i] == nil && b[i] == nil {
			continue
		}
		if order, ok := compare(a[i], b[i]); order != 0 || !ok {
			return order, ok
		}
	}
	return cmp.Compare(len(a), len(b)), true
}

// number is the exact value of a number or boolean, or nil.
func number(value any) *big.Float {
	switch v := value.(type) {
	case bool:
		if v {
			return big.NewFloat(1)
		}
		return new(big.Float)
	case json.Number:
		if isFloat(v) {
			f, _ := strconv.ParseFloat(string(v), 64) // out of range it is infinite, as Python's
			return big.NewFloat(f)
		}
		// Four bits hold a digit.
		f, _, _ := big.ParseFloat(string(v), 10, uint(64+4*len(v)), big.ToNearestEven)
		return f
	}
	return nil
}
