package output

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Writer writes one result in one format. It is opened with the selected
// columns; every row holds one value for each of them, valid JSON all.
type Writer interface {
	Row(values []json.RawMessage) error
	End() error
}

type format struct {
	name    string
	machine bool // for programs: errors are then printed for programs too
	open    func(out io.Writer, columns Columns, record bool) Writer
}

// formats are all formats, the default first.
func formats() []format {
	return []format{
		{name: "table", open: openTable},
		{name: "json", machine: true, open: openJSON},
	}
}

// Formats are the names of all formats, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Machine tells whether the format is one for programs.
func Machine(name string) bool {
	f, err := formatNamed(name)
	return err == nil && f.machine
}

func formatNamed(name string) (format, error) {
	all := formats()
	if name == "" {
		return all[0], nil
	}
	for _, f := range all {
		if f.name == name {
			return f, nil
		}
	}
	return format{}, fault.New(fault.Usage, "there is no output format %q", name).
		WithHint("the formats are %s", strings.Join(Formats(), ", "))
}
