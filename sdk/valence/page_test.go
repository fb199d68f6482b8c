package valence

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"
)

func page(t *testing.T, here string, links ...string) PageBase {
	t.Helper()
	u, err := url.Parse(here)
	if err != nil {
		t.Fatal(err)
	}
	return PageBase{pagination.PageResult{
		Result: gophercloud.Result{Body: []any{}, Header: http.Header{"Link": links}},
		URL:    *u,
	}}
}

func TestNextPageURL(t *testing.T) {
	t.Parallel()
	const here = "https://pub.lab/rsd/v1/nodes?limit=2&name=a"
	for name, c := range map[string]struct {
		links []string
		want  string
	}{
		"none":               {nil, ""},
		"not a link":         {[]string{`rel="next"`}, ""},
		"other relation":     {[]string{`</v1/nodes?marker=1>; rel="prev"`}, ""},
		"absolute":           {[]string{`<https://pub.lab/rsd/v1/nodes?limit=2&marker=1>; rel="next"`}, "https://pub.lab/rsd/v1/nodes?limit=2&marker=1"},
		"path":               {[]string{`</v1/nodes?marker=1>; rel="next"`}, "https://pub.lab/rsd/v1/nodes?marker=1"},
		"query":              {[]string{`<?marker=1>; rel=next`}, "https://pub.lab/rsd/v1/nodes?marker=1"},
		"another host":       {[]string{`<http://10.0.0.7:8181/v1/nodes?marker=1>; rel="next"`}, "https://pub.lab/rsd/v1/nodes?marker=1"},
		"second value":       {[]string{`</v1>; rel="up"`, `<?marker=1>; rel="next"`}, "https://pub.lab/rsd/v1/nodes?marker=1"},
		"second in value":    {[]string{`</v1>; rel="up"; title="a, b", <?marker=1,2>; rel="next"`}, "https://pub.lab/rsd/v1/nodes?marker=1,2"},
		"several relations":  {[]string{`<?marker=1>; title=x; REL="last Next"`}, "https://pub.lab/rsd/v1/nodes?marker=1"},
		"only a longer word": {[]string{`<?marker=1>; rel="nextmost"`}, ""},
	} {
		got, err := page(t, here, c.links...).NextPageURL()
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestNextPageURLRefuses(t *testing.T) {
	t.Parallel()
	const here = "https://pub.lab/v1/nodes?limit=2"
	for _, link := range []string{
		`</v1/nodes?limit=2>; rel="next"`, // itself: would never end
		`</v1/nodes>; rel="next"`,         // the first page again
		`<http://a b/%zz>; rel="next"`,
	} {
		if got, err := page(t, here, link).NextPageURL(); err == nil {
			t.Errorf("%s: got %q and no error", link, got)
		}
	}
}

func TestIsEmpty(t *testing.T) {
	t.Parallel()
	p := page(t, "http://x/v1/nodes")
	if empty, err := p.IsEmpty(); !empty || err != nil {
		t.Errorf("no items, no link: %v, %v", empty, err)
	}
	p.Header.Set("Link", `<?marker=1>; rel="next"`)
	if empty, err := p.IsEmpty(); empty || err != nil {
		t.Errorf("no items, but a link: %v, %v", empty, err)
	}
	p.Body = map[string]any{}
	if _, err := p.IsEmpty(); err == nil {
		t.Error("an object passed for a list")
	}
}

func FuzzNextLink(f *testing.F) {
	f.Add(`</v1/nodes?marker=1>; rel="next"`)
	f.Add(`<<>>,;"=,<a>;rel=next`)
	f.Fuzz(func(t *testing.T, header string) {
		p := page(t, "https://pub.lab/v1/nodes", header)
		got, err := p.NextPageURL()
		if err != nil || got == "" {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Host != "pub.lab" || u.Path != "/v1/nodes" {
			t.Errorf("%q led to %q", header, got)
		}
	})
}
