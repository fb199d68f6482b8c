package cloud

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// mostNodes bounds what aliases may unfold to.
const mostNodes = 200_000

// yamlReader turns YAML nodes into settings.
type yamlReader struct {
	origin   Origin // of the file
	open     []*yaml.Node
	nodes    int
	problems []string
}

// readYAML reads one document. The text of an error holds no value of the file.
// The second result is what is odd but allowed.
func readYAML(origin Origin, data []byte) (setting, []string, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, more yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return setting{origin: origin}, nil, nil
	case err != nil:
		return setting{}, nil, errors.New("is not YAML: " + yamlProblem(err))
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return setting{}, nil, errors.New("is not YAML: it holds more than one document")
	}
	r := &yamlReader{origin: origin}
	top, err := r.read(&document)
	if err != nil {
		return setting{}, nil, fmt.Errorf("is not YAML: %w", err)
	}
	return top, r.problems, nil
}

func (r *yamlReader) read(n *yaml.Node) (setting, error) {
	if r.nodes++; r.nodes > mostNodes {
		return setting{}, errors.New("its aliases unfold to too much")
	}
	if slices.Contains(r.open, n) {
		return setting{}, fmt.Errorf("line %d: found an alias inside of what it stands for", n.Line)
	}
	r.open = append(r.open, n)
	defer func() { r.open = r.open[:len(r.open)-1] }()
	switch n.Kind {
	case yaml.DocumentNode:
		return r.read(n.Content[0])
	case yaml.AliasNode:
		return r.read(n.Alias)
	case yaml.MappingNode:
		return r.mapping(n)
	case yaml.SequenceNode:
		return r.sequence(n)
	}
	return r.scalar(n)
}

func (r *yamlReader) at(n *yaml.Node, value any) setting {
	origin := r.origin
	origin.Line = n.Line
	return setting{value: value, origin: origin}
}

func (r *yamlReader) sequence(n *yaml.Node) (setting, error) {
	list := make([]setting, len(n.Content))
	for i, item := range n.Content {
		s, err := r.read(item)
		if err != nil {
			return setting{}, err
		}
		list[i] = s
	}
	return r.at(n, list), nil
}

// mapping reads a mapping, what it merges in first. Keys are taken as they are
// written, so that a cloud may be called 123 (rule 12).
func (r *yamlReader) mapping(n *yaml.Node) (setting, error) {
	out, seen := section{}, map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if isMerge(n.Content[i]) {
			if err := r.mergeInto(out, n.Content[i+1]); err != nil {
				return setting{}, err
			}
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if isMerge(key) {
			continue
		}
		if key.Kind != yaml.ScalarNode {
			return setting{}, fmt.Errorf("line %d: found a key that is not a word", key.Line)
		}
		s, err := r.read(value)
		if err != nil {
			return setting{}, err
		}
		if seen[key.Value] {
			r.problems = append(r.problems, fmt.Sprintf("%s:%d has a key for the second time; the last one counts", r.origin.Name, key.Line))
		}
		s.origin.Line = key.Line
		out[key.Value], seen[key.Value] = s, true
	}
	return r.at(n, out), nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && (key.Tag == "!!merge" || key.Tag == "tag:yaml.org,2002:merge")
}

// mergeInto adds what << names: a mapping, or a list of them of which the first
// counts most.
func (r *yamlReader) mergeInto(out section, value *yaml.Node) error {
	merged, err := r.read(value)
	if err != nil {
		return err
	}
	list, isList := merged.value.([]setting)
	if !isList {
		list = []setting{merged}
	}
	for _, item := range slices.Backward(list) {
		in, ok := item.value.(section)
		if !ok {
			return fmt.Errorf("line %d: found << with something that is not a mapping", value.Line)
		}
		out.put(in)
	}
	return nil
}

func (r *yamlReader) scalar(n *yaml.Node) (setting, error) {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Style&yaml.TaggedStyle != 0 {
		return r.tagged(n)
	}
	if n.Style&quoted != 0 {
		return r.at(n, n.Value), nil
	}
	return r.at(n, scalar(n.Value)), nil
}

// tagged reads a scalar with a type written before it.
func (r *yamlReader) tagged(n *yaml.Node) (setting, error) {
	tag, value := strings.TrimPrefix(n.Tag, "tag:yaml.org,2002:"), scalar(n.Value)
	ok := false
	switch strings.TrimPrefix(tag, "!!") {
	case "str", "!":
		value, ok = n.Value, true
	case "int":
		_, ok = value.(int)
	case "float":
		_, ok = value.(float64)
	case "bool":
		_, ok = value.(bool)
	case "null":
		ok = value == nil
	}
	if !ok {
		return setting{}, fmt.Errorf("line %d: found something that is not allowed there", n.Line)
	}
	return r.at(n, value), nil
}
