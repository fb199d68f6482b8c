package shell

import (
	"encoding/json"
	"fmt"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
)

// failure is an error for programs: one line of JSON on stderr when the output
// is in a format for programs too.
type failure struct {
	Code      fault.Code `json:"code"`
	Status    int        `json:"status"` // of HTTP, 0 when there was none
	Message   string     `json:"message"`
	Hint      string     `json:"hint,omitempty"`
	RequestID string     `json:"request_id"`
	ExitCode  int        `json:"exit_code"`
	Where     string     `json:"where,omitempty"` // line of a batch, as FILE:LINE
}

func (s *shell) printError(e *fault.Error) {
	if output.Machine(s.early.format) {
		encoder := json.NewEncoder(s.screen)
		encoder.SetEscapeHTML(false)
		// There is nowhere left to tell that stderr cannot be written to.
		_ = encoder.Encode(failure{e.Code, e.Status, e.Message, e.Hint, e.RequestID, exitStatus(e.Code), s.where})
		return
	}
	where := ""
	if s.where != "" {
		where = output.Line(s.where) + ": "
	}
	fmt.Fprintf(s.screen, "valence: %s%s\n", where, output.Line(e.Message))
	if e.Hint != "" {
		fmt.Fprintf(s.screen, "hint: %s\n", output.Line(e.Hint))
	}
	if e.RequestID != "" {
		fmt.Fprintf(s.screen, "request id: %s\n", output.Line(e.RequestID))
	}
}

// warn prints a line that is no reason to stop.
func (s *shell) warn(format string, args ...any) {
	if !s.early.quiet {
		fmt.Fprintf(s.screen, "valence: warning: %s\n", output.Line(fmt.Sprintf(format, args...)))
	}
}
