package faults_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/valence-rsd/valence/podsim/faults"
)

const document = `{"Id":"1","Members":[],"Links":{},"Count":0}`

// served is a server whose requests go wrong by the rules of a set, and how often it did any work.
func served(t *testing.T, rules ...string) (*httptest.Server, *faults.Set, *atomic.Int32) {
	t.Helper()
	set, work := faults.NewSet(1), new(atomic.Int32)
	for _, text := range rules {
		r, err := faults.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		work.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Effect", string(faults.EffectOn(r.Context())))
		_, _ = io.WriteString(w, document)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set.Serve(w, r, next, func(w http.ResponseWriter, status int) { w.WriteHeader(status) })
	}))
	t.Cleanup(server.Close)
	t.Cleanup(set.Close)
	return server, set, work
}

func TestEffects(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		status int // 0: no answer
		body   string
		work   int32
	}{
		{"/other status=500", 200, document, 1},
		{"POST /** status=500", 200, document, 1},
		{"GET /a/* status=503", 503, "", 0},
		{"/a/b drop-before", 0, "", 0},
		{"/a/b drop-after", 0, "", 1},
		{"/** truncate", 200, document[:len(document)/2], 1},
		{"/** not-json", 200, "<html><body>Please sign in</body></html>\n", 1},
		{"/** wrong-shape", 200, `{"Count":"seven","Id":7,"Links":[true],"Members":{"0":null}}`, 1},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			server, _, work := served(t, tt.rule)
			resp, err := http.Get(server.URL + "/a/b")
			if (err != nil) != (tt.status == 0) {
				t.Fatalf("error %v, want status %d", err, tt.status)
			}
			if work.Load() != tt.work {
				t.Errorf("the work was done %d times, want %d", work.Load(), tt.work)
			}
			if err != nil {
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != tt.status || string(body) != tt.body {
				t.Errorf("status %d, body %q, error %v", resp.StatusCode, body, err)
			}
		})
	}
}

func TestEffectReachesTheHandler(t *testing.T) {
	server, _, _ := served(t, "/stuck stick", "/failed fail")
	for path, want := range map[string]string{"/stuck": "stick", "/failed": "fail", "/well": ""} {
		resp, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Effect"); got != want {
			t.Errorf("%s: effect %q, want %q", path, got, want)
		}
	}
}

func TestHangEndsWithTheClient(t *testing.T) {
	server, set, work := served(t, "POST /** hang")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "POST", server.URL, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = http.DefaultClient.Do(req); ctx.Err() == nil {
		t.Errorf("answered before the client left: %v", err)
	}
	// The server's Close waits for its handlers: it ends only when the hanging one noticed that the client left.
	server.Close()
	if work.Load() != 0 {
		t.Error("the work was done")
	}
	set.Close()
}

func TestCloseLetsHangingRequestsGo(t *testing.T) {
	server, set, _ := served(t, "/** hang")
	time.AfterFunc(20*time.Millisecond, set.Close)
	if resp, err := http.Get(server.URL); err == nil {
		resp.Body.Close()
		t.Error("a hanging request was answered")
	}
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := faults.NewSet(1)
		if _, err := set.Add(faults.Rule{Path: "/**", Delay: faults.Duration(time.Second)}); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		set.Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), http.NotFoundHandler(), nil)
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %s, want a second", took)
		}
	})
}

func TestCountAndProbability(t *testing.T) {
	server, set, work := served(t, "/** status=500 count=2")
	for range 3 {
		resp, err := http.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if work.Load() != 1 || len(set.Rules()) != 0 {
		t.Errorf("%d requests went well, want 1; rules left: %v", work.Load(), set.Rules())
	}

	server, _, work = served(t, "/** status=500 probability=0.5")
	for range 200 {
		resp, err := http.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if n := work.Load(); n < 60 || n > 140 {
		t.Errorf("%d of 200 requests went well, want about 100", n)
	}
}

func TestParseRefuses(t *testing.T) {
	for rule, want := range map[string]string{
		"":                             "path is missing",
		"GET":                          "path is missing",
		"FETCH /a status=500":          `method is "FETCH"`,
		"/a explode":                   `effect is "explode"`,
		"/a":                           "effect is missing",
		"/a status=200":                "status is 200, expected 400 to 599",
		"/a status=bad":                `status is "bad"`,
		"/a status":                    "status is 0",
		"/a hang status=500":           "",
		"/a hang count=0":              `count is "0"`,
		"/a hang count=-1":             "count is -1",
		"/a hang probability=2":        "probability is 2",
		"/a hang probability=0":        `probability is "0"`,
		"/a delay=1":                   `delay is "1"`,
		"/a delay=2h":                  "delay is 2h0m0s",
		"/a hang often=1":              "often is not known",
		"POST /a status=503 hang":      "expected only with the effect status",
		"GET /a delay=1s count=3 hang": "",
	} {
		_, err := faults.Parse(rule)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", rule, err, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for body, want := range map[string]string{
		``:           "the body is empty",
		`[]`:         "the body is of type array",
		`{"path":7}`: "path is a number, expected a text",
		`{"path":"/a","effect":"hang","count":"many"}`: "count is a string, expected a number",
		`{"path":"/a","effect":"hang","often":1}`:      `unknown field "often"`,
		`{"path":"/a","effect":"hang","id":"1"}`:       "id is given by the pod",
		`{"path":"/a","effect":"hang"}{}`:              "more than one",
		`{"path":"/a","delay":5}`:                      "delay is 5, expected a text",
		`{"path":"a","effect":"hang"}`:                 `path is "a"`,
	} {
		if _, err := faults.Decode(strings.NewReader(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", body, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("POST /redfish/v1/Nodes/** status=503 count=2 probability=0.5 delay=1s")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := faults.Parse(text)
		if err != nil {
			return
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := faults.Decode(strings.NewReader(string(data))); err != nil || again != r {
			t.Errorf("%q became %s and then %+v, %v", text, data, again, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"method":"GET","path":"/redfish/v1/**","effect":"status","status":503,"delay":"1s","count":2,"probability":0.5}`)
	f.Fuzz(func(t *testing.T, body string) {
		r, err := faults.Decode(strings.NewReader(body))
		if err == nil && r.Validate() != nil {
			t.Errorf("%s: took a rule that is not valid: %+v", body, r)
		}
	})
}
