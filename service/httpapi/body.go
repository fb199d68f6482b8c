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

	"github.com/danielgtaylor/huma/v2"
)

// maxBody is the most that a request body may hold.
const maxBody = 1 << 20

// errTooLarge is what a body over maxBody answers.
func errTooLarge() *problem {
	return &problem{http.StatusRequestEntityTooLarge, "Request too large",
		fmt.Sprintf("the body is larger than %d bytes", maxBody)}
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
	if err := (checker{a.schemas}).check("", schema, value); err != nil {
		return err
	}
	// Only what was checked goes on: of two equal keys, parseJSON has kept one.
	checked, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding the checked body: %w", err)
	}
	if err := json.Unmarshal(checked, in); err != nil {
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
	raw, err := io.ReadAll(r.Body)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, errTooLarge()
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
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, invalid("the body is not JSON: it breaks at byte %d", breakingPoint(err, len(raw)))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, invalid("the body goes on after its first JSON value")
	}
	return value, nil
}

// breakingPoint is how far a decoder came in a text of that length. The
// decoder's own words are not passed on: they quote the text.
func breakingPoint(err error, length int) int64 {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return syntax.Offset
	}
	return int64(length)
}
