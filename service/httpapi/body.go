package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// errTooLarge is what a body of more than most bytes answers.
func errTooLarge(most int64) *problem {
	return &problem{http.StatusRequestEntityTooLarge, "Request too large",
		fmt.Sprintf("the body is larger than %d bytes", most)}
}

// decode reads the body, checks it against the schema and fills in.
func (a *api) decode(r *http.Request, schema *huma.Schema, in any) error {
	raw, err := readBody(r)
	if err != nil {
		return err
	}
	value, err := parseJSON(raw)
	if err != nil {
		return err
	}
	return a.fill(value, raw, schema, in)
}

// decodeOptional is decode for a body that may be absent, empty or {}.
func (a *api) decodeOptional(r *http.Request, schema *huma.Schema, in any) error {
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil
	}
	raw, err := readBody(r)
	if err != nil || len(bytes.TrimSpace(raw)) == 0 {
		return err
	}
	value, err := parseJSON(raw)
	if err != nil {
		return err
	}
	return a.fill(value, raw, schema, in)
}

// fill checks a body, as it was parsed, against the schema and puts it into in.
func (a *api) fill(value any, raw []byte, schema *huma.Schema, in any) error {
	if err := a.check("", schema, value); err != nil {
		return err
	}
	err := json.Unmarshal(raw, in)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok { // where the schema lets any number in
		return invalid("the body has a number that is too large")
	}
	if err != nil {
		return fmt.Errorf("decoding the checked body: %w", err)
	}
	return nil
}

// readBody reads a body of a JSON type; one of any other type counts as absent
// (contract 2.0).
func readBody(r *http.Request) ([]byte, error) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, invalid("there is no JSON body; expected an object, with Content-Type: application/json")
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, &problem{http.StatusUnsupportedMediaType, "Unsupported encoding",
			"the body has a Content-Encoding; expected it as it is"}
	}
	raw, err := io.ReadAll(r.Body)
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, errTooLarge(large.Limit)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &problem{http.StatusRequestTimeout, "Request too slow", "the body did not arrive in time"}
	}
	if err != nil {
		return nil, invalid("the body could not be read to its end")
	}
	return raw, nil
}

// isJSON says whether a media type is application/json or application/…+json.
func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	return media == "application/json" ||
		strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

// maxDepth is how deep objects and arrays may lie in one another.
const maxDepth = 64

// parseJSON decodes exactly one JSON value. Numbers stay as they are written. A
// key that is twice in one object is an error: others who read the same body
// might take the other value.
func parseJSON(raw []byte) (any, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, invalid("the body is empty; expected a JSON object")
	}
	if !utf8.Valid(raw) {
		return nil, invalid("the body is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	value, err := parseValue(decoder, maxDepth)
	if p, ok := errors.AsType[*problem](err); ok {
		return nil, p
	}
	if err != nil {
		return nil, invalid("the body is not JSON: it breaks at byte %d", breakingPoint(err, len(raw)))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, invalid("the body goes on after its first JSON value")
	}
	return value, nil
}

// parseValue decodes the next value, in which others may lie depth deep.
func parseValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if depth == 0 {
		return nil, invalid("the body is more than %d levels deep", maxDepth)
	}
	switch token {
	case json.Delim('{'):
		return parseObject(decoder, depth-1)
	case json.Delim('['):
		return parseArray(decoder, depth-1)
	}
	return token, nil
}

func parseObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string) // which the decoder sees to
		if _, twice := object[key]; twice {
			return nil, invalid("the body has the key %q twice in one object", clip(key))
		}
		if object[key], err = parseValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

func parseArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := parseValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token()
	return array, err
}

// breakingPoint is how far a decoder came in a text of that length. The
// decoder's own words are not passed on: they quote the text.
func breakingPoint(err error, length int) int64 {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return syntax.Offset
	}
	return int64(length)
}
