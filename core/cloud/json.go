package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// jsonReader turns JSON tokens into settings. It goes by tokens because only
// they have a place in the file.
type jsonReader struct {
	origin  Origin
	data    []byte
	decoder *json.Decoder
	counted int // bytes in which lines were counted
	line    int
}

// readJSON reads one document; nothing at all counts as an empty one. The text
// of an error holds no value of the file.
func readJSON(origin Origin, data []byte) (setting, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return setting{origin: origin}, nil
	}
	// A token stream forgives commas that are missing.
	if err := json.Unmarshal(data, new(any)); err != nil {
		return setting{}, fmt.Errorf("is not JSON: %s", jsonProblem(data, err))
	}
	r := &jsonReader{origin: origin, data: data, decoder: json.NewDecoder(bytes.NewReader(data)), line: 1}
	r.decoder.UseNumber()
	top, err := r.read()
	if err != nil && !errors.Is(err, io.EOF) {
		return setting{}, fmt.Errorf("is not JSON: %s", jsonProblem(data, err))
	}
	return top, nil
}

func (r *jsonReader) token() (json.Token, Origin, error) {
	token, err := r.decoder.Token()
	end := int(r.decoder.InputOffset())
	r.line += bytes.Count(r.data[r.counted:end], []byte("\n"))
	r.counted = end
	origin := r.origin
	origin.Line = r.line
	return token, origin, err
}

func (r *jsonReader) read() (setting, error) {
	token, origin, err := r.token()
	if err != nil {
		return setting{}, err
	}
	s := setting{origin: origin}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			s.value, err = r.object()
		} else {
			s.value, err = r.array()
		}
	case json.Number:
		s.value = jsonNumber(v)
	default:
		s.value = v
	}
	return s, err
}

func (r *jsonReader) object() (section, error) {
	out := section{}
	for r.decoder.More() {
		key, origin, err := r.token()
		if err != nil {
			return nil, err
		}
		s, err := r.read()
		if err != nil {
			return nil, err
		}
		s.origin = origin
		out[key.(string)] = s
	}
	_, _, err := r.token()
	return out, err
}

func (r *jsonReader) array() ([]setting, error) {
	list := []setting{}
	for r.decoder.More() {
		s, err := r.read()
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	_, _, err := r.token()
	return list, err
}

// jsonNumber is an int where the number has neither point nor exponent.
func jsonNumber(n json.Number) any {
	if i, err := n.Int64(); err == nil && math.MinInt <= i && i <= math.MaxInt {
		return int(i)
	}
	if !strings.ContainsAny(n.String(), ".eE") {
		return n.String()
	}
	f, _ := n.Float64() // what is too large becomes infinite, as in Python
	return f
}
