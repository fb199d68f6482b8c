package redfish

import (
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

func TestOpenURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ url, says string }{
		{"https://podm.example", ""},
		{"https://podm.example:8443/", ""},
		{"http://[::1]:8080", ""},
		{"HTTPS://Podm.Example", ""},
		{"", "scheme"},
		{"podm.example", "scheme"},
		{"file:///etc/passwd", "scheme"},
		{"https://", "host"},
		{"https://:8443", "host"},
		{"https://u:p@podm.example", "password"},
		{"https://u@podm.example", "password"},
		{"https://podm.example/redfish/v1", "end after"},
		{"https://podm.example?x=1", "end after"},
		{"https://podm.example#x", "end after"},
		{"https://podm.example:port", "not a URL"},
	}
	for _, test := range tests {
		_, err := Open(service.PodManager{URL: test.url, Credentials: service.Credentials{Type: "basic", Username: "u", Password: "p"}}, Options{}, nil)
		if test.says == "" {
			if err != nil {
				t.Errorf("%q: %v", test.url, err)
			}
			continue
		}
		wantCode(t, test.url, err, service.Invalid)
		if err != nil && (!strings.HasPrefix(err.Error(), "url: ") || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%q: %v, want something about %q", test.url, err, test.says)
		}
	}
}

func TestOpenCredentials(t *testing.T) {
	t.Parallel()
	_, err := Open(service.PodManager{
		URL:         "https://podm.example",
		Credentials: service.Credentials{Type: "basic", Username: "a:b", Password: password},
	}, Options{}, nil)
	wantCode(t, "colon in the username", err, service.Invalid)
}

func TestMark(t *testing.T) {
	t.Parallel()
	for _, description := range []string{"", "front end", "trailing  ", " leading", "[valence:x]", "[valence:", "a [valence:x] b"} {
		marked := AddMark(description, nodeUUID)
		got, uuid := SplitMark(marked)
		if got != description || uuid != nodeUUID {
			t.Errorf("%q became %q and that %q, %q", description, marked, got, uuid)
		}
	}
	for _, unmarked := range []string{"", "Node #1", "[valence:x] b", "[valence:x", "valence:x]", "]"} {
		if got, uuid := SplitMark(unmarked); got != unmarked || uuid != "" {
			t.Errorf("%q became %q, %q", unmarked, got, uuid)
		}
	}
}
