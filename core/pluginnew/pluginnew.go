package pluginnew

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/valence-rsd/valence/core/fault"
)

//go:embed all:template
var templates embed.FS

// suffix is that of a template's file: without it, go.mod would end this module
// and the Go files would be part of it.
const suffix = ".tmpl"

// Plugin is a plugin to be written.
type Plugin struct {
	Family string // such as disks
	Noun   string // of its commands, such as disk
	Module string // its module path
	Kit    Kit
}

// New is the plugin of a family. The noun may be empty, and is then the family
// without the s of a plural; so may the module. The Kit is still
// to be set. An error is a *fault.Error with the code Usage.
func New(family, noun, module string) (Plugin, error) {
	p := Plugin{Family: family, Noun: noun, Module: module}
	if p.Noun == "" {
		p.Noun = singular(family)
	}
	if p.Module == "" {
		p.Module = "example.org/" + p.Binary()
	}
	return p, p.check()
}

// Binary is the name of the plugin's program.
func (p Plugin) Binary() string { return "valence-plugin-" + p.Family }

// Type is the Go type of what the noun names.
func (p Plugin) Type() string {
	var name strings.Builder
	for word := range strings.SplitSeq(p.Noun, "-") {
		name.WriteString(capital(word))
	}
	return name.String()
}

// Title is the family's name at the beginning of a sentence.
func (p Plugin) Title() string { return capital(p.Family) }

// Write writes the module into a folder, which is made if need be. A folder
// that has something in it is left alone: the error is a *fault.Error with the
// code Conflict.
func (p Plugin) Write(dir string) error {
	if err := vacant(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of the plugin: %w", err)
	}
	all, err := template.ParseFS(templates, "template/*", "template/.*")
	if err != nil {
		return err
	}
	for _, t := range all.Templates() {
		if err := p.writeFile(filepath.Join(dir, strings.TrimSuffix(t.Name(), suffix)), t); err != nil {
			return fmt.Errorf("writing the plugin: %w", err)
		}
	}
	return p.Kit.writeSums(dir)
}

func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fault.New(fault.Conflict, "the plugin cannot be written to %s: %v", dir, err)
	case len(entries) > 0:
		return fault.New(fault.Conflict, "%s has something in it already, and nothing was written", dir).
			WithHint("remove it, or choose another folder with --dir")
	}
	return nil
}

// writeFile fills a template in. How gofmt aligns Go depends on the names.
func (p Plugin) writeFile(path string, t *template.Template) error {
	var text bytes.Buffer
	if err := t.Execute(&text, p); err != nil {
		return err
	}
	content := text.Bytes()
	if filepath.Ext(path) == ".go" {
		var err error
		if content, err = format.Source(content); err != nil {
			return err
		}
	}
	return os.WriteFile(path, content, 0o644)
}
