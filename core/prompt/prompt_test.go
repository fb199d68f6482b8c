package prompt

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompleter(t *testing.T) {
	t.Parallel()
	c := completer(func(line []string) []string {
		if len(line) == 1 {
			return []string{"node", "nobody"}
		}
		return []string{"web 1", "we's", "other"}
	})
	for line, want := range map[string][]string{
		"no":           {"de ", "body "},
		"node we":      {`b\ 1 `, `\'s `},
		"node 'we":     {"b 1' ", `'\''s' `},
		`node "we`:     {`b 1" `, `'s" `},
		"node web\\ ":  {"1 "},
		"node x":       nil,
		"node # we":    nil,
		"node x; none": nil,
	} {
		endings, length := c.Do([]rune(line+"rest"), len([]rune(line)))
		var got []string
		for _, e := range endings {
			got = append(got, string(e))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
		if len(want) > 0 && length == 0 {
			t.Errorf("%s: nothing in common", line)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r, err := New(Options{In: strings.NewReader("one\r\ntwo"), Out: &out, Prompt: "> ", Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"one", "two"} {
		if got, err := r.Read(); got != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) || r.Close() != nil {
		t.Errorf("at the end: %v", err)
	}
	if out.String() != "> > > " {
		t.Errorf("%q", out.String())
	}
}
