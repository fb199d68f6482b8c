package shell

import (
	"strconv"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
)

// tableOptions says how tables are drawn: as the line wants it, or else the
// variables that openstackclient reads. On a terminal a table fits its width
// unless --max-width says otherwise.
func (s *shell) tableOptions(g globals) (output.Table, error) {
	t := output.Table{FitWidth: g.FitWidth, PrintEmpty: g.Empty}
	if s.OutTerminal {
		t.Terminal = s.Width
		t.FitWidth = t.FitWidth || g.MaxWidth == nil
		t.Color = s.Getenv("NO_COLOR") == "" && s.Getenv("TERM") != "dumb"
	}
	width, err := s.number("CLIFF_MAX_TERM_WIDTH")
	if err != nil {
		return t, err
	}
	if t.MaxWidth = width; g.MaxWidth != nil {
		t.MaxWidth = *g.MaxWidth
	}
	fit, err := s.number("CLIFF_FIT_WIDTH")
	t.FitWidth = t.FitWidth || fit != 0
	return t, err
}

// number reads a variable of the environment; 0 when it is not set.
func (s *shell) number(variable string) (int, error) {
	text := s.Getenv(variable)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fault.New(fault.Usage, "the variable %s is %q, which is no whole number", variable, text)
	}
	return n, nil
}
