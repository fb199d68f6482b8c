// Command sbom prints a bill of materials, CycloneDX 1.5 as JSON, of Go
// programs: every module that is compiled into one of them, as the programs
// themselves record it. One document is for a whole archive, and the same
// programs give the same bytes; the usual tools make one for each program, with
// the moment of the run in it.
package main

import (
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

type document struct {
	BOMFormat   string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref     string `json:"bom-ref"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
	// Properties keep Go's own checksum, which is none of those that the
	// format knows.
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func main() {
	version := flag.String("version", "dev", "version of the programs")
	flag.Parse()
	doc, err := describe(*version, flag.Args())
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(doc); err != nil {
		log.Fatal(err)
	}
}

// describe reads what is recorded in programs, which are of one module.
func describe(version string, programs []string) (document, error) {
	var main debug.Module
	modules := map[string]component{}
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return document{}, fmt.Errorf("reading %s: %w", program, err)
		}
		main = info.Main
		add(modules, module("library", "std", strings.TrimPrefix(info.GoVersion, "go"), ""))
		for _, dep := range info.Deps {
			if dep.Replace != nil {
				dep = dep.Replace
			}
			add(modules, module("library", dep.Path, dep.Version, dep.Sum))
		}
	}
	byRef := func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) }
	return document{
		BOMFormat: "CycloneDX", SpecVersion: "1.5", Version: 1,
		Metadata:   metadata{module("application", main.Path, version, "")},
		Components: slices.SortedFunc(maps.Values(modules), byRef),
	}, nil
}

func add(modules map[string]component, c component) { modules[c.Ref] = c }

func module(kind, path, version, sum string) component {
	purl := "pkg:golang/" + path + "@" + version
	c := component{Ref: purl, Type: kind, Name: path, Version: version, PURL: purl}
	if sum != "" {
		c.Properties = []property{{"go:sum", sum}}
	}
	return c
}
