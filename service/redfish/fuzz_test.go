package redfish

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfishtest"
)

func wantCount(t *testing.T, n Number) {
	if n.Value != nil && *n.Value < 0 {
		t.Errorf("a count is %d", *n.Value)
	}
}

// FuzzCollection makes refs of whatever the members are.
func FuzzCollection(f *testing.F) {
	c := &Client{base: &url.URL{Scheme: "https", Host: "podm.example", Path: "/"}}
	fuzz(f, "*/*/*collection.json", func(t *testing.T, d collectionDocument) {
		for _, m := range d.Members {
			ref, err := c.Ref(m.ID)
			if again, _ := c.Ref(ref); err == nil && again != ref {
				t.Errorf("%q became %q and that %q", m.ID, ref, again)
			}
		}
	})
}

func FuzzProcessor(f *testing.F) {
	fuzz(f, "*/*/*rocessor.json", func(t *testing.T, d ProcessorDocument) { wantCount(t, d.TotalCores); wantCount(t, d.MaxSpeedMHz) })
}

func FuzzMemory(f *testing.F) {
	fuzz(f, "*/*/memory.json", func(t *testing.T, d MemoryDocument) { wantCount(t, d.CapacityMiB); wantCount(t, d.DataWidthBits) })
}

func FuzzInterface(f *testing.F) {
	fuzz(f, "*/*/*interface.json", func(t *testing.T, d InterfaceDocument) { wantCount(t, d.SpeedMbps) })
}

func FuzzVLAN(f *testing.F) {
	fuzz(f, "*/*/vlan.json", func(t *testing.T, d vlanDocument) { wantCount(t, d.VLANID) })
}

func FuzzSessionService(f *testing.F) {
	fuzz(f, "*/*/Session*.json", func(*testing.T, sessionServiceDocument) {})
}

// FuzzErrorBody holds the message made of any body to one line of some length
// without a secret.
func FuzzErrorBody(f *testing.F) {
	c := &Client{credentials: service.Credentials{Username: "operator", Password: password}}
	redfishtest.Seed(f, "*/*/error*.json")
	f.Add([]byte(`{"error":{"message":"` + password + `"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		message := c.refusal(Request{}, Answer{Status: 409, Body: body}, "t0ken").Error()
		if len(message) > 2*maxTexts || message != OneLine(message) {
			t.Errorf("%q is not one short line", message)
		}
		if strings.Contains(message, password) || strings.Contains(message, "t0ken") {
			t.Errorf("there is a secret in %q", message)
		}
	})
}

// FuzzLink holds every link to the one host that the credentials are for.
func FuzzLink(f *testing.F) {
	for _, l := range []string{"/redfish/v1", "//evil.example/x", "https://podm.example@evil.example/", "https://podm.example:443/x",
		"http://podm.example/x", "..", "?x", "#x", "https:/x", "\\\\evil.example", "https://u:p@podm.example/x"} {
		f.Add(l)
	}
	c := &Client{base: &url.URL{Scheme: "https", Host: "podm.example", Path: "/"}}
	f.Fuzz(func(t *testing.T, l string) {
		for _, link := range []string{l, c.Location(http.Header{"Location": {l}})} {
			to, err := c.resolve(link)
			if err != nil {
				continue
			}
			req, err := http.NewRequest(http.MethodGet, to.String(), nil)
			if err == nil && (req.URL.Scheme != "https" || !strings.EqualFold(req.URL.Hostname(), "podm.example") || req.URL.User != nil) {
				t.Errorf("%q leads to %s", l, req.URL)
			}
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, v := range []string{"", "0", "30", "-1", "99999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if wait, ok := retryAfter(http.Header{"Retry-After": {v}}); ok && (wait < 0 || wait > maxWait) {
			t.Errorf("%q makes us wait %s", v, wait)
		}
	})
}
func FuzzRoot(f *testing.F) {
	fuzz(f, "*/*/*oot.json", func(*testing.T, rootDocument) {})
}
