// Package plugintest is a pretend shell: it runs a command of a family inside
// a unit test, without a process, a cloud or a network, and keeps what the
// command gave back.
//
//	shell := plugintest.New(t, family())
//	shell.Serve("disk-shelf", handler)             // answers requests to the service
//	shell.Answer(plugin.Confirm, "", "no")         // and questions
//	got := shell.Run("disk", "delete", "d1", "d2") // Rows, Notices, Asked, Err …
//
// Lines are parsed by the family's own grammar, as in the plugin's process; what
// the real shell does before and after, such as options of the output and
// retries, is not here. CheckImports looks at what the plugin is made of.
package plugintest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/internal/wire"
	"github.com/valence-rsd/valence/sdk/plugin"
)

// Shell is a pretend shell around one family.
type Shell struct {
	t        testing.TB
	family   plugin.Family
	manifest wire.Manifest
	services map[string]http.Handler
	answers  map[plugin.Question][]byte
}

// New makes a shell. The test fails at once if the family's grammar has a
// mistake that would keep the real shell from using it.
func New(t testing.TB, f plugin.Family) *Shell {
	t.Helper()
	data, err := f.Describe()
	if err != nil {
		t.Fatal(err)
	}
	s := &Shell{t: t, family: f, services: map[string]http.Handler{}, answers: map[plugin.Question][]byte{}}
	if err := json.Unmarshal(data, &s.manifest); err != nil {
		t.Fatal(err)
	}
	return s
}

// Serve answers the family's requests to a service with a handler.
func (s *Shell) Serve(serviceType string, h http.Handler) {
	s.services[serviceType] = h
}

// Answer has questions of a kind answered: a Secret by its name. What has no
// answer is answered as a shell without a terminal does: a Confirm with yes, and
// all else with an error. Answering a Confirm with "no" refuses it.
func (s *Shell) Answer(kind plugin.QuestionKind, name, answer string) {
	s.answers[plugin.Question{Kind: kind, Name: name}] = []byte(answer)
}

// Result is what a command gave back.
type Result struct {
	Rows     []map[string]any // by the columns' names, as a program that reads JSON sees them
	Notices  []string         // level, blank, text
	Progress []string
	Drawn    string        // text in place of a table
	Asked    []string      // the text of each question
	Err      *plugin.Error // nil for success
}

// Names are the names of the columns of the first row, sorted: a promise to
// scripts that is worth a test.
func (r Result) Names() []string {
	if len(r.Rows) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(r.Rows[0]))
}

// Run runs one command line.
func (s *Shell) Run(line ...string) *Result {
	s.t.Helper()
	run := &run{Shell: s, columns: s.columns(line), result: &Result{}}
	if err := s.family.Run(s.t.Context(), run, line...); err != nil {
		if !errors.As(err, &run.result.Err) {
			s.t.Fatal(err)
		}
	}
	return run.result
}

// columns finds the result of the command that the line names.
func (s *Shell) columns(line []string) []wire.Column {
	commands := s.manifest.Commands
	var columns []wire.Column
	for _, word := range line {
		i := slices.IndexFunc(commands, func(c wire.Command) bool { return c.Name == word })
		if i < 0 {
			break
		}
		result := commands[i].Result.With(func(flag string) bool { return given(line, flag) })
		columns, commands = result.Columns, commands[i].Commands
	}
	return columns
}

func given(line []string, flag string) bool {
	return slices.ContainsFunc(line, func(word string) bool {
		name, _, _ := strings.Cut(word, "=")
		return name == "--"+flag
	})
}

// run is the plugin.Shell of one run.
type run struct {
	*Shell
	columns []wire.Column
	result  *Result
}

// RoundTrip gives the request to the service's handler.
func (r *run) RoundTrip(req *http.Request) (*http.Response, error) {
	h, ok := r.services[req.URL.Host]
	if !ok || !slices.Contains(r.family.Services, req.URL.Host) {
		return nil, fmt.Errorf("the family may not ask for the service %q, or the test serves none", req.URL.Host)
	}
	in := httptest.NewRequestWithContext(req.Context(), req.Method, req.URL.RequestURI(), req.Body)
	in.Header = req.Header.Clone()
	out := httptest.NewRecorder()
	h.ServeHTTP(out, in)
	resp := out.Result()
	resp.Request = req
	return resp, nil
}

// Row keeps a row the way it would cross to a real shell: as JSON.
func (r *run) Row(values []any) error {
	r.t.Helper()
	if len(values) != len(r.columns) {
		r.t.Fatalf("a row has %d values, the command's result has %d columns", len(values), len(r.columns))
	}
	data, err := json.Marshal(values)
	if err != nil {
		return err
	}
	var plain []any
	if err := json.Unmarshal(data, &plain); err != nil {
		return err
	}
	row := map[string]any{}
	for i, c := range r.columns {
		row[c.Name] = plain[i]
	}
	r.result.Rows = append(r.result.Rows, row)
	return nil
}

// Notice keeps a notice.
func (r *run) Notice(level plugin.Level, text string) {
	r.result.Notices = append(r.result.Notices, string(level)+" "+text)
}

// Progress keeps the text of a progress.
func (r *run) Progress(text string, _, _ int64) {
	r.result.Progress = append(r.result.Progress, strings.TrimSpace(text))
}

// Draw keeps a drawing.
func (r *run) Draw(text string) { r.result.Drawn += text }

// Ask answers as Answer has it.
func (r *run) Ask(_ context.Context, q plugin.Question) ([]byte, error) {
	r.result.Asked = append(r.result.Asked, q.Text)
	answer, ok := r.answers[plugin.Question{Kind: q.Kind, Name: q.Name}]
	switch {
	case q.Kind == plugin.Confirm && string(answer) == "no":
		return nil, plugin.Errorf(plugin.Failed, "not confirmed: nothing was done")
	case !ok && q.Kind != plugin.Confirm:
		return nil, plugin.Errorf(plugin.Usage, "nobody answers: %s", q.Text)
	}
	return answer, nil
}
