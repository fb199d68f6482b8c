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
	return a.fill(value, schema, in)
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
	return a.fill(value, schema, in)
}

// fill checks a parsed body against the schema and puts it into in.
func (a *api) fill(value any, schema *huma.Schema, in any) error {
	if err := (checker{a.schemas}).check("", schema, value); err != nil {
		return err
	}
	checked, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding the checked body: %w", err)
	}
	err = json.Unmarshal(checked, in)
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

// parseJSON decodes exactly one JSON value. Numbers stay as they are written.
func parseJSON(raw []byte) (any, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, invalid("the body is empty; expected a JSON object")
	}
	if !utf8.Valid(raw) {
		return nil, invalid("the body is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, invalid("the body is not JSON: it breaks at byte %d", breakingPoint(err, len(raw)))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, invalid("the body goes on after its first JSON value")
	}
	if key, twice := repeatedKey(raw); twice {
		return nil, invalid("the body has the key %q twice in one object", clip(key))
	}
	return value, nil
}

// repeatedKey gives a key that an object in raw, which is JSON, has twice. Others
// who read the same body might take the other value.
func repeatedKey(raw []byte) (key string, twice bool) {
	type level struct {
		keys  map[string]bool // nil in an array
		value bool            // whether the value of a key comes next
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	open := []level{{}}
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false
		}
		here := &open[len(open)-1]
		key, isText := token.(string)
		if isText && here.keys != nil && !here.value {
			if here.keys[key] {
				return key, true
			}
			here.keys[key], here.value = true, true
			continue
		}
		here.value = false
		switch token {
		case json.Delim('{'):
			open = append(open, level{keys: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}

// breakingPoint is how far a decoder came in a text of that length. The
// decoder's own words are not passed on: they quote the text.
func breakingPoint(err error, length int) int64 {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return syntax.Offset
	}
	return int64(length)
}
