package httpapi

import (
	"cmp"
	"net/url"
	"strings"
)

// column is a key that a list can be filtered and sorted by.
type column[T any] struct {
	name  string
	value func(T) string
	// fold says that letters match in either case, as they do for properties of
	// Redfish (contract 2.8).
	fold bool
	// compare sorts; nil sorts by value.
	compare func(a, b T) int
}

func columnParams[T any](columns []column[T]) []param {
	var params []param
	for _, c := range columns {
		params = append(params, param{name: c.name, doc: "Only elements with exactly this value."})
	}
	return params
}

// matching gives what says whether an element has every value that the query
// asks for. Of a repeated key the first counts; an empty value is asked for like
// any other. It is nil where nothing is asked for.
func matching[T any](columns []column[T], query url.Values) func(T) bool {
	var tests []func(T) bool
	for _, c := range columns {
		if values, asked := query[c.name]; asked {
			tests = append(tests, func(item T) bool {
				value := c.value(item)
				return value == values[0] || c.fold && strings.EqualFold(value, values[0])
			})
		}
	}
	if tests == nil {
		return nil
	}
	return func(item T) bool {
		for _, test := range tests {
			if !test(item) {
				return false
			}
		}
		return true
	}
}

// ordering gives the comparison that a sort asks for.
func ordering[T any](columns []column[T], keys []sortKey) (func(a, b T) int, error) {
	var compares []func(a, b T) int
	for _, key := range keys {
		compare, err := comparison(columns, key)
		if err != nil {
			return nil, err
		}
		compares = append(compares, compare)
	}
	return func(a, b T) int {
		for _, compare := range compares {
			if order := compare(a, b); order != 0 {
				return order
			}
		}
		return 0
	}, nil
}

func comparison[T any](columns []column[T], key sortKey) (func(a, b T) int, error) {
	sign := 1
	if key.descending {
		sign = -1
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
		switch {
		case c.name != key.name:
		case c.compare != nil:
			return func(a, b T) int { return sign * c.compare(a, b) }, nil
		default:
			return func(a, b T) int { return sign * cmp.Compare(c.value(a), c.value(b)) }, nil
		}
	}
	return nil, invalid("sort in the query has an unknown key %q; the keys are %s", clip(key.name), strings.Join(names, ", "))
}
