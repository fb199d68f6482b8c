package output

import (
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Column is one column of a result.
type Column struct {
	Name    string // the API's field name: keys of machine formats
	Heading string // for tables
	Long    bool   // of a list: left out unless asked for
}

// Columns are the columns of a result, in the command's order.
type Columns []Column

// Select gives the indexes of the columns to print. Without wanted names these
// are all columns but the long ones, or all when long is set. A wanted name may
// be a column's name or its heading, in any case, with or without the blanks and
// underscores; the order stays the command's. A name that no column has is a
// fault.Usage error that lists the columns.
func (cs Columns) Select(wanted []string, long bool) ([]int, error) {
	chosen := make([]bool, len(cs))
	for _, name := range wanted {
		i := cs.index(name)
		if i < 0 {
			return nil, fault.New(fault.Usage, "there is no column %q", name).
				WithHint("the columns are %s", strings.Join(cs.names(), ", "))
		}
		chosen[i] = true
	}
	var selected []int
	for i, c := range cs {
		if chosen[i] || len(wanted) == 0 && (long || !c.Long) {
			selected = append(selected, i)
		}
	}
	return selected, nil
}

func (cs Columns) index(name string) int {
	name = bare(name)
	for i, c := range cs {
		if bare(c.Name) == name || bare(c.Heading) == name {
			return i
		}
	}
	return -1
}

// bare is a name without what people write in different ways.
func bare(name string) string {
	return strings.NewReplacer(" ", "", "_", "").Replace(strings.ToLower(name))
}

func (cs Columns) names() []string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = c.Name
	}
	return names
}

func (cs Columns) at(indexes []int) Columns {
	out := make(Columns, len(indexes))
	for i, at := range indexes {
		out[i] = cs[at]
	}
	return out
}
