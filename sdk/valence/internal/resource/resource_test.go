package resource

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence"
)

func TestTimestamp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		`"2018-06-02 09:14:55 UTC"`:     time.Date(2018, 6, 2, 9, 14, 55, 0, time.UTC),
		`"2018-06-02T09:14:55Z"`:        time.Date(2018, 6, 2, 9, 14, 55, 0, time.UTC),
		`"2018-06-02T11:14:55.5+02:00"`: time.Date(2018, 6, 2, 9, 14, 55, 5e8, time.UTC),
		`""`:                            {},
		`null`:                          {},
	} {
		var got Timestamp
		if err := json.Unmarshal([]byte(text), &got); err != nil || time.Time(got) != want {
			t.Errorf("%s: got %v, %v", text, time.Time(got), err)
		}
	}
	for _, text := range []string{`"yesterday"`, `17`, `"2018-06-02 09:14:55"`} {
		var got Timestamp
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s was read as %v", text, time.Time(got))
		}
	}
}

func TestPathSegments(t *testing.T) {
	t.Parallel()
	client, err := valence.NewClient("http://127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := resourceURL(client, []string{"nodes", "a/b?c=d%", "action"})
	if want := "http://127.0.0.1:1/v1/nodes/a%2Fb%3Fc=d%25/action"; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	for _, id := range []string{"", ".", ".."} {
		r := Exec(t.Context(), client, "DELETE", []string{"nodes", id}, nil)
		if r.Err == nil || !strings.Contains(r.Err.Error(), "[id]") {
			t.Errorf("id %q: got %v", id, r.Err)
		}
	}
	r := Get(t.Context(), client, []string{"nodes", ""})
	if _, ok := errors.AsType[gophercloud.ErrMissingInput](r.Err); !ok {
		t.Errorf("got %v", r.Err)
	}
}

func TestIsUUID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10":          true,
		"2F7D1D3C-51F0-4A43-8F0A-6B8F4A2F9E10":          true,
		"2f7d1d3c51f04a438f0a6b8f4a2f9e10":              false,
		"{2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10}":        false,
		"urn:uuid:2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e10": false,
		"2f7d1d3c-51f0-4a43-8f0a-6b8f4a2f9e1g":          false,
		"web-1":                                         false,
		"":                                              false,
	} {
		if got := isUUID(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func FuzzTimestamp(f *testing.F) {
	f.Add([]byte(`"2018-06-02 09:14:55 UTC"`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got Timestamp
		if err := json.Unmarshal(b, &got); err == nil && time.Time(got).Location() != time.UTC {
			t.Errorf("%s is not in UTC", b)
		}
	})
}
