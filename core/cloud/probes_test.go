package cloud

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// probe is an input with what openstacksdk and openstackclient made of it.
type probe struct {
	ID    string `json:"id"`
	Input struct {
		Files map[string]string `json:"files"`
		Env   map[string]string `json:"env"`
		Opts  map[string]any    `json:"opts"`
	} `json:"input"`
	Note struct {
		Validate bool `json:"validate"`
	} `json:"note"`
	SDK json.RawMessage `json:"sdk_head"`
	OSC json.RawMessage `json:"osc_lib_head_before_plugin_validation"`
}

type answer struct {
	Cloud  string         `json:"cloud"`
	Config map[string]any `json:"config"`
	File   *string        `json:"file"`
	Region string         `json:"region"`
	Verify []string       `json:"verify"`
	Calls  map[string]any `json:"calls"`
	Warn   []string       `json:"warn"`
	Error  string         `json:"error"`
}

func parseAnswer(t *testing.T, data json.RawMessage) (answer, bool) {
	t.Helper()
	var a answer
	if err := json.Unmarshal(data, &a); err == nil {
		return a, true
	}
	return answer{}, false // the word "same"
}

func readProbes(t *testing.T) []probe {
	t.Helper()
	shared := os.Getenv("VALENCE_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	data, err := os.ReadFile(filepath.Join(shared, "data", "clouds", "probes.json"))
	if err != nil {
		t.Skipf("the shared probes are not here: %v", err)
	}
	var all struct{ Probes []probe }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all.Probes
}

// differs reads the ids of probes that docs/clouds-differences.md lists.
func differs(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/clouds-differences.md")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return r == '`' || r == ' ' || r == ',' || r == '\n' }) {
		ids[word] = true
	}
	return ids
}

func TestProbes(t *testing.T) {
	t.Parallel()
	listed := differs(t)
	for _, p := range readProbes(t) {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			problem := p.compare(t)
			switch {
			case problem != "" && !listed[p.ID]:
				t.Errorf("differs and is not listed in docs/clouds-differences.md:\n%s", problem)
			case problem == "" && listed[p.ID]:
				t.Error("is listed in docs/clouds-differences.md but does not differ")
			}
		})
	}
}

// compare gives what is different, or nothing.
func (p probe) compare(t *testing.T) string {
	t.Helper()
	w := world{files: p.Input.Files, env: p.Input.Env, options: map[string]string{}}
	for key, value := range p.Input.Opts {
		switch v := value.(type) {
		case string:
			w.options[key] = v
		case bool:
			w.insecure, w.verify = w.insecure || key == "insecure" && v, w.verify || key == "verify" && v
		}
	}
	sdk, _ := parseAnswer(t, p.SDK)
	osc, ok := parseAnswer(t, p.OSC)
	if !ok {
		osc = sdk
	}
	r, root := w.request(t)
	c, err := Resolve(r)
	if (err != nil) != (osc.Error != "") {
		return cmp.Diff(osc.Error, err)
	}
	if err != nil {
		return ""
	}
	got := answer{Cloud: c.Name, Region: c.Region}
	if c.File != "" {
		file := strings.TrimPrefix(c.File, root+"/")
		got.File = &file
	}
	got.Config = map[string]any{}
	plainDefaults := (&resolver{}).defaults().plain()
	for key, value := range c.Config {
		_, isDefault := plainDefaults[key]
		if _, reference := osc.Config[key]; isDefault && !reference || key == "networks" {
			continue
		}
		got.Config[key] = value
	}
	want := answer{Cloud: osc.Cloud, Config: osc.Config, File: osc.File, Region: osc.Region}
	diff := cmp.Diff(want, got)
	return diff + p.services(t, sdk, c) + p.validated(sdk, c)
}

// services compares what was asked of single services.
func (p probe) services(t *testing.T, want answer, c *Resolved) string {
	t.Helper()
	text := ""
	for call, value := range want.Calls {
		method, name, _ := strings.Cut(call, " ")
		s, err := c.Service(name)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{
			"get_endpoint": s.Endpoint, "get_interface": strings.Join(s.Interfaces, ","), "get_region_name": s.Region,
			"get_service_name": s.Name, "get_service_type": s.Type,
		}[method]
		// admin_token has an endpoint; there the plugin gives it, not the SDK's look-up.
		if wanted, _ := value.(string); wanted != got && c.AuthType != "admin_token" {
			text += call + ": want " + wanted + ", got " + got + "\n"
		}
	}
	insecure := len(want.Verify) > 0 && want.Verify[0] == "False"
	if insecure != c.TLS.Insecure {
		text += "insecure differs\n"
	}
	if len(want.Warn) > len(c.Warnings) {
		text += "no warning: " + want.Warn[0]
	}
	return text
}

// validated compares what the auth type gets, which openstacksdk works out like
// openstackclient as long as no key stands both in auth and beside it.
func (p probe) validated(want answer, c *Resolved) string {
	if !p.Note.Validate || want.Error != "" {
		return ""
	}
	auth, _ := want.Config["auth"].(map[string]any)
	return cmp.Diff(map[string]any{"type": want.Config["auth_type"], "auth": auth}, map[string]any{"type": c.AuthType, "auth": c.Auth})
}
