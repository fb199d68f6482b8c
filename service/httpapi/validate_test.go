package httpapi

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// routes gives an api with all its routes and nothing behind them.
func routes(t *testing.T) *api {
	t.Helper()
	a := &api{mux: http.NewServeMux(), logger: slog.New(slog.DiscardHandler)}
	a.startDocument()
	a.routes()
	return a
}

func TestBodiesThatAreWrong(t *testing.T) {
	t.Parallel()
	a := routes(t)
	long := strings.Repeat("k", 200)
	for _, c := range []struct {
		in   any
		body string
		want string
	}{
		{createFlavorWire{}, `[]`, "the body is an array; expected an object"},
		{createFlavorWire{}, `"hunter2"`, "the body is a string; expected an object"},
		{createFlavorWire{}, `null`, "the body is null; expected an object"},
		{createFlavorWire{}, `{"properties":{}}`, "name is missing"},
		{createFlavorWire{}, `{"name":"a"}`, "properties is missing"},
		{createFlavorWire{}, `{"name":7,"properties":{}}`, "name is a number; expected a string"},
		{createFlavorWire{}, `{"name":true,"properties":{}}`, "name is a boolean; expected a string"},
		{createFlavorWire{}, `{"Name":"a","name":"a","properties":{}}`,
			`the body has an unknown key "Name"; the keys are description, name, properties`},
		{createFlavorWire{}, `{"name":"a","properties":{"memory":{"capacity_mib":16384}}}`,
			"properties.memory.capacity_mib is a number; expected a string of 1 to 9 decimal digits"},
		{createFlavorWire{}, `{"name":"a","properties":{"memory":{"capacity_mib":"16 GiB"}}}`,
			"properties.memory.capacity_mib is a string of another form; expected a string of 1 to 9 decimal digits"},
		{createFlavorWire{}, `{"name":"a","properties":{"memory":{"capacity_mib":"16384\n"}}}`,
			"properties.memory.capacity_mib is a string of another form; expected a string of 1 to 9 decimal digits"},
		{createFlavorWire{}, `{"name":"a","properties":{"processor":{"total_cores":"9999999999"}}}`,
			"properties.processor.total_cores is a string of another form; expected a string of 1 to 9 decimal digits"},
		{createFlavorWire{}, `{"name":"a","properties":{"remote_storage":{}}}`,
			`properties has an unknown key "remote_storage"; the keys are memory, pci_device, processor`},
		{createFlavorWire{}, `{"name":"a","properties":{"pci_device":{"type":["SSD",{}]}}}`,
			"properties.pci_device.type[1] is an object; expected a string"},
		{createFlavorWire{}, `{"name":"` + strings.Repeat("é", 256) + `","properties":{}}`,
			"name has 256 characters; expected at most 255"},
		{createFlavorWire{}, `{"name":"a","properties":{},"` + long + `":1}`,
			`the body has an unknown key "` + long[:64] + `..."; the keys are description, name, properties`},
		{changeFlavorWire{}, `{"properties":null}`, "properties is null; expected an object"},
		{changeFlavorWire{}, `{"name":null}`, "name is null; expected a string"},
		{changeFlavorWire{}, `{"colour":"red"}`,
			`the body has an unknown key "colour"; the keys are created_at, description, name, properties, updated_at, uuid`},
		{createPodManagerWire{}, `{"name":"p","url":"http://p","authentication":[]}`,
			"authentication has 0 items; expected at least 1"},
		{createPodManagerWire{}, `{"name":"p","url":"http://p","authentication":null}`,
			"authentication is null; expected an array"},
		{createPodManagerWire{}, `{"name":"p","url":"http://p","authentication":[{"type":"basic","auth_items":{"username":"u","password":["hunter2"]}}]}`,
			"authentication[0].auth_items.password is an array; expected a string"},
		{createPodManagerWire{}, `{"name":"p","url":"http://p","authentication":[{"type":"basic","auth_items":{"username":"u","password":"hunter2","realm":"hunter2"}}]}`,
			`authentication[0].auth_items has an unknown key "realm"; the keys are password, username`},
		{actionWire{}, `{"Reset":{"Type":"hunter2"}}`,
			"Reset.Type is another word; expected one of On ForceOn ForceOff GracefulShutdown GracefulRestart ForceRestart Nmi PushPowerButton PowerCycle"},
		{actionWire{}, `{"Reset":{"Type":"on"}}`,
			"Reset.Type is another word; expected one of On ForceOn ForceOff GracefulShutdown GracefulRestart ForceRestart Nmi PushPowerButton PowerCycle"},
		{actionWire{}, `{"reset":{"Type":"On"}}`,
			`the body has an unknown key "reset"; the keys are Boot, Reset, attach, detach`},
		{composeWire{}, `{"podm_id":"x"}`, "name is missing"},
	} {
		value, err := parseJSON([]byte(c.body))
		if err != nil {
			t.Fatalf("%s: %v", c.body, err)
		}
		err = a.check("", a.schema(c.in), value)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.body, err, c.want)
		}
	}
}

func TestBodiesThatAreRight(t *testing.T) {
	t.Parallel()
	a := routes(t)
	for _, c := range []struct {
		in   any
		body string
	}{
		{createFlavorWire{}, `{"name":"","properties":{}}`},
		{createFlavorWire{}, `{"name":"n","description":"d","properties":{"memory":{"capacity_mib":"0","type":"DDR4"},"processor":{},"pci_device":{"type":[]}}}`},
		{changeFlavorWire{}, `{}`},
		{changeFlavorWire{}, `{"uuid":"forged","created_at":{"any":"thing"},"updated_at":null}`},
		{changePodManagerWire{}, `{"status":7}`},
		{actionWire{}, `{"Reset":{"Type":"Nmi"}}`},
		{actionWire{}, `{"Boot":{"Enabled":"Once","Target":"Pxe"}}`},
	} {
		value, err := parseJSON([]byte(c.body))
		if err != nil {
			t.Fatalf("%s: %v", c.body, err)
		}
		if err := a.check("", a.schema(c.in), value); err != nil {
			t.Errorf("%s: %v", c.body, err)
		}
	}
}

func TestTextThatIsNotJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"":           "the body is empty; expected a JSON object",
		" \n":        "the body is empty; expected a JSON object",
		`{"name":`:   "the body is not JSON: it breaks at byte 8",
		`hunter2`:    "the body is not JSON: it breaks at byte 1",
		`{"a":1} {}`: "the body goes on after its first JSON value",
		`{"a":1}x`:   "the body goes on after its first JSON value",
	} {
		_, err := parseJSON([]byte(body))
		if err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", body, err, want)
		}
	}
}

// The checker must know every keyword that a body's schema has: one that it
// does not know would be published and not kept.
func TestEveryKeywordOfABodyIsChecked(t *testing.T) {
	t.Parallel()
	a := routes(t)
	checked := []string{
		"type", "$ref", "properties", "required", "additionalProperties", "items", "minItems",
		"pattern", "patternDescription", "minLength", "maxLength", "minimum", "maximum", "enum",
	}
	notes := []string{"description", "examples", "readOnly", "default", "format"}
	known := append(checked, notes...)
	seen := map[string]bool{}
	var walk func(*huma.Schema)
	walk = func(s *huma.Schema) {
		if s.Ref != "" {
			s = a.schemas.SchemaFromRef(s.Ref)
		}
		raw, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var keywords map[string]any
		if err := json.Unmarshal(raw, &keywords); err != nil {
			t.Fatal(err)
		}
		for keyword, value := range keywords {
			seen[keyword] = true
			if !slices.Contains(known, keyword) {
				t.Errorf("the checker does not know %q, which is in %s", keyword, raw)
			}
			if keyword == "type" && !slices.Contains([]any{"object", "array", "string", "integer", "boolean"}, value) {
				t.Errorf("the checker does not know type %v, which is in %s", value, raw)
			}
			if keyword == "additionalProperties" && value != false {
				t.Errorf("the checker allows no other keys, but %s does", raw)
			}
		}
		for _, property := range s.Properties {
			walk(property)
		}
		if s.Items != nil {
			walk(s.Items)
		}
	}
	for path, item := range a.doc.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Patch} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			if op.OperationID == "register-node" {
				continue // whose keys are Ironic's
			}
			if op.RequestBody.Content[jsonType].Schema.Ref == "" {
				t.Errorf("the body of %s has no schema of its own", path)
			}
			walk(op.RequestBody.Content[jsonType].Schema)
		}
	}
	for _, keyword := range checked {
		if !seen[keyword] && keyword != "$ref" && keyword != "patternDescription" {
			t.Errorf("no body uses %q: the checker need not know it; seen: %v", keyword, slices.Sorted(maps.Keys(seen)))
		}
	}
}

func TestRequirementsGoThereAndBack(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`,
		`{"memory":{"capacity_mib":"16384","type":"DDR4"}}`,
		`{"memory":{"type":"DDR4"},"processor":{"total_cores":"8","model":"Xeon Gold"},"pci_device":{"type":["SSD","NIC"]}}`,
	} {
		var in requirementsWire
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(wireRequirements(in.requirements()))
		if err != nil || string(out) != body {
			t.Errorf("%s became %s, %v", body, out, err)
		}
	}
	var none *requirementsWire
	if got := none.requirements(); got.Memory != (service.MemoryRequirement{}) {
		t.Errorf("no properties ask for %+v", got)
	}
}
