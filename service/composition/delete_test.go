package composition

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

// TestDelete deletes what can be deleted and takes the blocks from the rest.
func TestDelete(t *testing.T) {
	t.Parallel()
	const drive = blocks + "/D"
	composed := `{"SystemType":"Composed","Links":{"ResourceBlocks":` + list(blockA, drive) + `}`
	removing := `,"Actions":{"#ComputerSystem.RemoveResourceBlock":{"target":"` + rack + `/Remove"}}`
	remove := func(ref string) string {
		return `POST ` + rack + `/Remove {"ResourceBlock":{"@odata.id":"` + ref + `"}}`
	}
	grown := strings.Replace(physical(removing), list(blockA), list(blockA, drive), 1)
	tests := map[string]struct {
		system  string
		allow   string
		answers map[string]http.HandlerFunc
		wants   []string
		code    service.Code
	}{
		"composed":               {composed + `}`, "", nil, []string{"DELETE " + rack}, ""},
		"composed, allowed":      {composed + `}`, "GET, delete, PATCH", nil, []string{"DELETE " + rack}, ""},
		"composed, not allowed":  {composed + removing + `}`, "GET, HEAD", nil, []string{remove(drive), remove(blockA)}, ""},
		"physical":               {grown, "", nil, []string{remove(drive), remove(blockA)}, ""},
		"physical, but allowed":  {grown, "GET, DELETE", nil, []string{remove(drive), remove(blockA)}, ""},
		"without the action":     {strings.Replace(grown, removing, "", 1), "", nil, []string{`PATCH ` + rack + ` {"Links":{"ResourceBlocks":[{},null]}}`, `PATCH ` + rack + ` {"Links":{"ResourceBlocks":[null,{}]}}`}, ""},
		"gone":                   {"", "", nil, nil, ""},
		"gone in between":        {composed + `}`, "", map[string]http.HandlerFunc{"DELETE " + rack: reply(404, "")}, []string{"DELETE " + rack}, ""},
		"refused":                {composed + `}`, "", map[string]http.HandlerFunc{"DELETE " + rack: reply(409, "")}, []string{"DELETE " + rack}, service.Conflict},
		"a block is kept":        {grown, "", map[string]http.HandlerFunc{"POST " + rack + "/Remove": reply(409, "")}, []string{remove(drive)}, service.Conflict},
		"nobody says what it is": {`{}`, "", nil, nil, service.PodFailed},
	}
	for name, test := range tests {
		answers := map[string]http.HandlerFunc{}
		if test.system != "" {
			answers["GET "+rack] = reply(200, test.system, "Allow", test.allow)
		}
		for pattern, answer := range test.answers {
			answers[pattern] = answer
		}
		f := startFake(t, oneZone(map[string]string{
			"A": bound("Composed", ""), "D": `{"ResourceBlockType":["Storage"],"CompositionStatus":{"CompositionState":"Composed"}}`,
		}, nil), answers)
		err := openAt(t, f.url, Options{}).Delete(t.Context(), rack)
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(strings.Join(test.wants, "\n"), f.sent()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestDeleteUnsigns takes off what a lost answer left on the blocks.
func TestDeleteUnsigns(t *testing.T) {
	t.Parallel()
	signed := strings.Replace(bound("Composed", `,"Client":"VCF `+mark+`"`), `"Composed"`, `"Composed","Reserved":true`, 1)
	f := startFake(t, oneZone(map[string]string{"A": signed}, map[string]string{rack: `{"SystemType":"Composed","Links":{"ResourceBlocks":` + list(blockA) + `}}`}), nil)
	if err := openAt(t, f.url, Options{}).Delete(t.Context(), rack); err != nil {
		t.Fatal(err)
	}
	want := "DELETE " + rack + "\nPATCH " + blockA + ` {"Client":"VCF","CompositionStatus":{"Reserved":false}}`
	if diff := cmp.Diff(want, f.sent()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAttachByLinks grows and shrinks a system that has no actions for it, and
// sends the ETag of what it read.
func TestAttachByLinks(t *testing.T) {
	t.Parallel()
	const drive = blocks + "/D"
	var tags []string
	system := `{"SystemType":"Composed","Links":{"ResourceBlocks":` + list(blockA) + `}}`
	f := startFake(t, oneZone(map[string]string{
		"A": bound("Composed", ""), "D": `{"ResourceBlockType":["Storage"],"CompositionStatus":{"CompositionState":"Unused"}}`,
	}, nil), map[string]http.HandlerFunc{
		"GET " + rack: func(w http.ResponseWriter, r *http.Request) { reply(200, system, "ETag", `W/"1"`)(w, r) },
		"PATCH " + rack: func(w http.ResponseWriter, r *http.Request) {
			tags = append(tags, r.Header.Get("If-Match"))
			w.WriteHeader(http.StatusNoContent)
		},
	})
	pod := openAt(t, f.url, Options{})
	if err := pod.Attach(t.Context(), rack, drive); err != nil {
		t.Errorf("Attach: %v", err)
	}
	system = strings.Replace(system, list(blockA), list(blockA, drive), 1)
	if err := pod.Detach(t.Context(), rack, drive); err != nil {
		t.Errorf("Detach: %v", err)
	}
	want := `PATCH ` + rack + ` {"Links":{"ResourceBlocks":[{},{"@odata.id":"` + drive + `"}]}}
PATCH ` + rack + ` {"Links":{"ResourceBlocks":[{},null]}}`
	if diff := cmp.Diff(want, f.sent()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := strings.Join(tags, " "); got != `W/"1" W/"1"` {
		t.Errorf("the ETags were %s", got)
	}
	wantCode(t, "Attach of what machines are made of", pod.Attach(t.Context(), rack, blocks+"/B"), service.NotFound)
	system = strings.Replace(system, blockA, blocks+"/other", 1)
	wantCode(t, "Attach of processors and memory", pod.Attach(t.Context(), rack, blockA), service.Invalid)
}
