// Package faults lets the requests of a simulated pod go wrong by rule. A rule is data: which requests, how often, and
// what happens to them. It knows nothing of what is served: it is the same for every dialect.
package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Effect is what a rule does to a request.
type Effect string

// The effects. Each of them may come with a delay; a rule without an effect only delays.
const (
	Status     Effect = "status"      // answers Rule.Status instead of doing the work
	DropBefore Effect = "drop-before" // cuts the connection instead of doing the work
	DropAfter  Effect = "drop-after"  // does the work, then cuts the connection: the client never learns the outcome
	Truncate   Effect = "truncate"    // does the work and answers half of the document
	WrongShape Effect = "wrong-shape" // does the work and answers JSON whose values have the wrong types
	NotJSON    Effect = "not-json"    // does the work and answers something else than JSON, under the name of JSON
	Hang       Effect = "hang"        // answers nothing, ever: it waits until the client leaves
	Stick      Effect = "stick"       // what the request starts (an assembly, a task) never ends
	Fail       Effect = "fail"        // what the request starts (an assembly, a task) ends in failure
)

func effects() []Effect {
	return []Effect{Status, DropBefore, DropAfter, Truncate, WrongShape, NotJSON, Hang, Stick, Fail}
}

// maxDelay keeps a mistyped delay from looking like Hang.
const maxDelay = time.Hour

// Rule says what goes wrong. The zero values of Method, Probability and Count mean every method, always, and for ever.
type Rule struct {
	ID     string `json:"id,omitempty"` // given by the set
	Method string `json:"method,omitempty"`
	// Path is matched by segments: * is any one segment, ** any number of them.
	Path        string   `json:"path"`
	Effect      Effect   `json:"effect,omitempty"`
	Status      int      `json:"status,omitempty"`      // of the effect "status"
	Delay       Duration `json:"delay,omitempty"`       // before anything else
	Probability float64  `json:"probability,omitempty"` // of each request that matches
	Count       int      `json:"count,omitempty"`       // how many requests are still hit
}

// Duration is written as Go does: "1.5s".
type Duration time.Duration

// MarshalJSON writes the form that UnmarshalJSON reads.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON refuses bare numbers: they do not say of what.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return fmt.Errorf("delay is %s, expected a text such as \"200ms\"", data)
	}
	value, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("delay is %q, expected a duration such as 200ms", text)
	}
	*d = Duration(value)
	return nil
}

// Validate names the field that is wrong and what was expected.
func (r Rule) Validate() error {
	delay := time.Duration(r.Delay)
	switch {
	case !strings.HasPrefix(r.Path, "/") || !utf8.ValidString(r.Path):
		return fmt.Errorf("path is %q, expected a pattern that starts with /", r.Path)
	case r.Method != "" && !slices.Contains(methods(), r.Method):
		return fmt.Errorf("method is %q, expected one of %s", r.Method, strings.Join(methods(), ", "))
	case r.Effect != "" && !slices.Contains(effects(), r.Effect):
		return fmt.Errorf("effect is %q, expected one of %s", r.Effect, joined(effects()))
	case r.Effect == Status && (r.Status < 400 || r.Status > 599):
		return fmt.Errorf("status is %d, expected 400 to 599", r.Status)
	case r.Effect != Status && r.Status != 0:
		return fmt.Errorf("status is %d, expected only with the effect status", r.Status)
	case !(r.Probability >= 0 && r.Probability <= 1): // NaN too
		return fmt.Errorf("probability is %g, expected more than 0 and at most 1", r.Probability)
	case r.Count < 0:
		return fmt.Errorf("count is %d, expected 1 or more", r.Count)
	case delay < 0 || delay > maxDelay:
		return fmt.Errorf("delay is %s, expected 0s to %s", delay, maxDelay)
	case r.Effect == "" && delay == 0:
		return errors.New("effect is missing, and there is no delay either")
	}
	return nil
}

func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions}
}

func joined(all []Effect) string {
	var names []string
	for _, e := range all {
		names = append(names, string(e))
	}
	return strings.Join(names, ", ")
}

// matches tells whether the rule is about a request, whatever its count and probability say.
func (r Rule) matches(method, path string) bool {
	return (r.Method == "" || r.Method == method) && matchSegments(segments(r.Path), segments(path))
}

// segments splits a path; a slash at its end does not count.
func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

func matchSegments(pattern, path []string) bool {
	switch {
	case len(pattern) == 0:
		return len(path) == 0
	case pattern[0] == "**":
		return matchSegments(pattern[1:], path) || len(path) > 0 && matchSegments(pattern, path[1:])
	case len(path) == 0:
		return false
	}
	return (pattern[0] == "*" || pattern[0] == path[0]) && matchSegments(pattern[1:], path[1:])
}
