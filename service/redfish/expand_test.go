package redfish

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// expandable has some systems, and answers for $expand as expand does.
func expandable(offer string, expand http.HandlerFunc) map[string]http.HandlerFunc {
	var links, whole []string
	for i := range manySystems {
		links = append(links, fmt.Sprintf(`{"@odata.id":"/redfish/v1/Systems/%d"}`, i))
		whole = append(whole, systemAt(i))
	}
	plain := reply(200, `{"Members":[`+strings.Join(links, ",")+`]}`)
	if expand == nil {
		expand = reply(200, `{"Members":[`+strings.Join(whole, ",")+`]}`)
	}
	answers := map[string]http.HandlerFunc{
		"GET /redfish/v1": reply(200, `{"ProtocolFeaturesSupported":{"ExpandQuery":`+offer+`},
			"Systems":{"@odata.id":"/redfish/v1/Systems"},"Chassis":{"@odata.id":"/redfish/v1/Chassis"}}`),
		"GET /redfish/v1/Chassis": reply(200, `{"Members":[]}`),
		"GET /redfish/v1/Systems": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				expand(w, r)
				return
			}
			plain(w, r)
		},
	}
	for i := range manySystems {
		answers[fmt.Sprint("GET /redfish/v1/Systems/", i)] = reply(200, systemAt(i))
	}
	return answers
}

// TestExpand counts what a list of systems costs, the first time and again.
func TestExpand(t *testing.T) {
	t.Parallel()
	const all, dot, star = manySystems + 1, "/redfish/v1/Systems?$expand=.($levels=1)", "/redfish/v1/Systems?$expand=*"
	links := reply(200, `{"Members":[{"@odata.id":"/redfish/v1/Systems/0"}]}`)
	some := reply(200, `{"Members":[{"@odata.id":"/redfish/v1/Systems/0"},`+systemAt(1)+`]}`)
	tests := map[string]struct {
		offer        string
		expand       http.HandlerFunc
		query        string
		first, again int // how many requests for systems
		systems      int
	}{
		"offered":                 {`{"ExpandAll":true,"Levels":true,"MaxLevels":6,"NoLinks":true}`, nil, dot, 1, 1, manySystems},
		"without levels":          {`{"ExpandAll":true,"NoLinks":false}`, nil, star, 1, 1, manySystems},
		"not offered":             {`{"ExpandAll":false,"NoLinks":false,"Links":true}`, nil, "", all, all, manySystems},
		"nothing said":            {`null`, nil, "", all, all, manySystems},
		"said in other words":     {`{"NoLinks":"yes"}`, nil, "", all, all, manySystems},
		"no level":                {`{"NoLinks":true,"MaxLevels":0}`, nil, "", all, all, manySystems},
		"ignored":                 {`{"NoLinks":true,"Levels":true}`, links, dot, 2, 2, 1},
		"expanded here and there": {`{"NoLinks":true,"Levels":true}`, some, dot, 2, 2, 2},
		"refused":                 {`{"NoLinks":true,"Levels":true}`, reply(400, ""), dot, all + 1, all, manySystems},
		"broken":                  {`{"NoLinks":true,"Levels":true}`, reply(500, ""), dot, all + 1, all, manySystems},
		"without members":         {`{"NoLinks":true,"Levels":true}`, reply(200, "{}"), dot, all + 1, all, manySystems},
	}
	for name, test := range tests {
		s := serve(t, expandable(test.offer, test.expand))
		pod := s.open(t, Options{})
		for _, want := range []int{test.first, test.again} {
			systems, err := pod.Systems(t.Context())
			if err != nil || len(systems) != test.systems || systems[0].Name != "system 0" {
				t.Errorf("%s: %+v, %v", name, systems, err)
			}
			got, asked := 0, false
			for _, r := range s.requests() {
				asked = asked || r == "GET "+test.query
				if strings.Contains(r, "/Systems") {
					got++
				}
			}
			if got != want || want == test.first && asked != (test.query != "") {
				t.Errorf("%s: %d requests, want %d; asked for the members: %v", name, got, want, asked)
			}
		}
	}
}

// FuzzMember keeps only documents that are whole.
func FuzzMember(f *testing.F) {
	f.Add([]byte(systemAt(1)))
	fuzz(f, "*/*/*collection.json", func(t *testing.T, d struct{ Members []member }) {
		for _, m := range d.Members {
			if _, err := Decode[SystemDocument](m.body); m.body != nil && err != nil {
				t.Errorf("%s was kept: %v", m.body, err)
			}
		}
	})
}
