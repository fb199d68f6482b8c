package composition_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"

	"github.com/valence-rsd/valence/podsim/composition"
)

const schemaRoot = "http://redfish.dmtf.org/schemas/v1/"

// schemas compiles those of DMTF that are in the fixtures. What they refer to elsewhere is replaced: a reference to another
// resource must have an @odata.id, the rest is taken as it is.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	files := map[string]string{
		"CompositionService": "CompositionService.v1_2_3", "ResourceBlock": "ResourceBlock.v1_4_3",
		"CollectionCapabilities": "CollectionCapabilities.v1_4_1", "Manifest": "Manifest.v1_1_2",
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft7)
	stubs := map[string]object{}
	for name, file := range files {
		var schema object
		if err := json.Unmarshal(fixture(t, "json-schema", file+".json"), &schema); err != nil {
			t.Fatal(err)
		}
		delete(schema, "$schema") // DMTF's own, which adds nothing that validates
		delete(schema, "$id")
		if err := compiler.AddResource(schemaRoot+name+".json", schema); err != nil {
			t.Fatal(err)
		}
		refersTo(schema, stubs)
	}
	for url, stub := range stubs {
		if _, have := files[strings.TrimSuffix(strings.TrimPrefix(url, schemaRoot), ".json")]; have {
			continue
		}
		if err := compiler.AddResource(url, object{"definitions": stub}); err != nil {
			t.Fatal(err)
		}
	}
	compiled := map[string]*jsonschema.Schema{}
	for name := range files {
		schema, err := compiler.Compile(schemaRoot + name + ".json#/definitions/" + name)
		if err != nil {
			t.Fatal(err)
		}
		compiled[name] = schema
	}
	return compiled
}

// refersTo collects the definitions in other schemas that one refers to.
func refersTo(value any, stubs map[string]object) {
	switch v := value.(type) {
	case object:
		if ref, ok := v["$ref"].(string); ok && strings.HasPrefix(ref, schemaRoot) {
			url, name, _ := strings.Cut(ref, "#/definitions/")
			if stubs[url] == nil {
				stubs[url] = object{}
			}
			stubs[url][name] = object{}
			if name == "idRef" || strings.HasSuffix(url, "/"+name+".json") {
				stubs[url][name] = object{"type": "object", "required": []any{"@odata.id"}}
			}
		}
		for _, inner := range v {
			refersTo(inner, stubs)
		}
	case []any:
		for _, inner := range v {
			refersTo(inner, stubs)
		}
	}
}

// TestSchemas holds what the pod says against DMTF's schemas, before and after it has composed something.
func TestSchemas(t *testing.T) {
	t.Parallel()
	compiled := schemas(t)
	s := serve(t, composition.Options{Layout: small()})
	checked := map[string]int{}
	check := func(name, where string, body any) {
		if body == nil {
			return
		}
		checked[name]++
		if err := compiled[name].Validate(body); err != nil {
			t.Errorf("%s is no %s: %v", where, name, err)
		}
	}
	all := func() {
		for path, body := range s.snapshot(t) {
			check("CollectionCapabilities", path, body["@Redfish.CollectionCapabilities"])
			kind, _, _ := strings.Cut(strings.TrimPrefix(body["@odata.type"].(string), "#"), ".")
			switch {
			case compiled[kind] != nil:
				check(kind, path, body)
			case kind == "CompositionReservation":
				check("Manifest", path, body["Manifest"])
			}
		}
	}
	all()
	s.compose(t, "C1a", "D1", "Pool")
	r := s.send(t, "POST", composeAction, manifest("PreviewReserve", "", composing("One", of("C1b")))).want(t, http.StatusOK).json(t)
	check("Manifest", "the answer to Compose", r["Manifest"])
	all()
	for name := range compiled {
		if checked[name] == 0 {
			t.Errorf("no %s was looked at", name)
		}
	}
}

// TestSchemasFindFaults: they are not so lenient that anything would do.
func TestSchemasFindFaults(t *testing.T) {
	t.Parallel()
	compiled := schemas(t)
	block := serve(t, composition.Options{Layout: small()}).get(t, blocks+"C1a")
	for name, spoil := range map[string]func(){
		"another state":     func() { at(block, "CompositionStatus").(object)["CompositionState"] = "Used" },
		"another property":  func() { block["Colour"] = "red" },
		"a link that leads": func() { block["Processors"] = []any{object{}} },
	} {
		whole, _ := json.Marshal(block)
		spoil()
		if compiled["ResourceBlock"].Validate(block) == nil {
			t.Errorf("%s: no fault was found", name)
		}
		block = object{}
		if err := json.Unmarshal(whole, &block); err != nil {
			t.Fatal(err)
		}
	}
}
