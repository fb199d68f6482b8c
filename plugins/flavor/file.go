package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// source is where else than in flags the contents may stand.
type source struct {
	File string `help:"YAML or JSON file with the flavor, as \"flavor show -f yaml\" prints it; - for standard input. Flags go before what it says." placeholder:"FILE" complete:"file"`
}

// fileHint says what may stand in a file.
const fileHint = "a flavor has name, description and properties: memory (capacity_mib, type), processor (total_cores, model), pci_device (type)"

// document is a flavor as the API writes it. What only the service sets is let
// through, so that a flavor that was shown can be used for another.
type document struct {
	Name        *string `yaml:"name"`
	Description *string `yaml:"description"`
	Properties  struct {
		Memory struct {
			CapacityMiB *memory `yaml:"capacity_mib"`
			Type        *string `yaml:"type"`
		} `yaml:"memory"`
		Processor struct {
			TotalCores *count  `yaml:"total_cores"`
			Model      *string `yaml:"model"`
		} `yaml:"processor"`
		PCIDevice struct {
			Type []string `yaml:"type"`
		} `yaml:"pci_device"`
	} `yaml:"properties"`

	UUID      any `yaml:"uuid"`
	CreatedAt any `yaml:"created_at"`
	UpdatedAt any `yaml:"updated_at"`
}

func (d *document) contents() contents {
	p := d.Properties
	return contents{
		Cores: p.Processor.TotalCores, ProcessorModel: p.Processor.Model,
		Memory: p.Memory.CapacityMiB, MemoryType: p.Memory.Type, Device: p.PCIDevice.Type,
	}
}

// read reads the file, if one was given.
func (s *source) read(ctx context.Context, call *plugin.Call) (document, error) {
	if s.File == "" {
		return document{}, nil
	}
	data, err := s.data(ctx, call)
	if err != nil {
		return document{}, err
	}
	d, err := parse(data)
	if err != nil {
		return d, &plugin.Error{Code: plugin.Usage, Message: "--file " + s.File + ": " + err.Error(), Hint: fileHint}
	}
	return d, nil
}

func (s *source) data(ctx context.Context, call *plugin.Call) ([]byte, error) {
	if s.File == "-" {
		return call.Input(ctx)
	}
	data, err := os.ReadFile(s.File)
	if err != nil {
		return nil, plugin.Errorf(plugin.Usage, "reading --file: %v", err)
	}
	return data, nil
}

// parse reads YAML, of which JSON is a part.
func parse(data []byte) (document, error) {
	var d document
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	err := decoder.Decode(&d)
	if errors.Is(err, io.EOF) {
		return d, errors.New("it is empty, expected a flavor")
	}
	if err != nil {
		return d, plain(err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return d, errors.New("it holds more than one document, expected a single flavor")
	}
	return d, nil
}

// plain is the first mistake in a document, in words that do not speak of our
// types.
func plain(err error) error {
	several, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	text, _, unknown := strings.Cut(several.Errors[0], " not found in type ")
	if unknown {
		return errors.New(text + " is not known")
	}
	text, _, _ = strings.Cut(text, " into ")
	return errors.New(strings.Replace(text, "cannot unmarshal ", "", 1) + " does not belong there")
}
