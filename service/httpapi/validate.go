package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// checker compares decoded JSON with a schema. It knows the keywords that the
// wire types use; a test fails when one of them uses another.
//
// Its errors name the place and the shape of what is wrong and never the value,
// which may be a password.
type checker struct {
	schemas  huma.Registry
	patterns sync.Map // of compiled regular expressions, by their text
}

// check gives the first difference between v and s. at is the path of v in the
// body, empty at its root.
func (c *checker) check(at string, s *huma.Schema, v any) error {
	for s.Ref != "" {
		s = c.schemas.SchemaFromRef(s.Ref)
	}
	switch s.Type {
	case huma.TypeObject:
		return c.checkObject(at, s, v)
	case huma.TypeArray:
		return c.checkArray(at, s, v)
	case huma.TypeString:
		return c.checkString(at, s, v)
	case huma.TypeInteger:
		return checkInteger(at, s, v)
	case huma.TypeBoolean:
		if _, ok := v.(bool); !ok {
			return unlike(at, v, "true or false")
		}
	}
	return nil // no type: anything goes
}

func (c *checker) checkObject(at string, s *huma.Schema, v any) error {
	object, ok := v.(map[string]any)
	if !ok {
		return unlike(at, v, "an object")
	}
	if _, anything := s.AdditionalProperties.(*huma.Schema); anything {
		return nil // what the keys mean, others know
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		property, known := s.Properties[key]
		if !known {
			allowed := slices.Sorted(maps.Keys(s.Properties))
			return invalid("%s has an unknown key %q; the keys are %s",
				place(at), clip(key), strings.Join(allowed, ", "))
		}
		if err := c.check(join(at, key), property, object[key]); err != nil {
			return err
		}
	}
	for _, key := range s.Required {
		if _, ok := object[key]; !ok {
			return invalid("%s is missing", join(at, key))
		}
	}
	return nil
}

func (c *checker) checkArray(at string, s *huma.Schema, v any) error {
	items, ok := v.([]any)
	if !ok {
		return unlike(at, v, "an array")
	}
	if s.MinItems != nil && len(items) < *s.MinItems {
		return invalid("%s has %d items; expected at least %d", place(at), len(items), *s.MinItems)
	}
	for i, item := range items {
		if err := c.check(fmt.Sprintf("%s[%d]", at, i), s.Items, item); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) checkString(at string, s *huma.Schema, v any) error {
	text, ok := v.(string)
	if !ok {
		return unlike(at, v, describe(s))
	}
	if strings.ContainsRune(text, 0) {
		return invalid("%s has a NUL character in it; expected %s", place(at), describe(s))
	}
	if s.MinLength != nil && utf8.RuneCountInString(text) < *s.MinLength {
		return invalid("%s is empty; expected %s", place(at), describe(s))
	}
	if s.MaxLength != nil && utf8.RuneCountInString(text) > *s.MaxLength {
		return invalid("%s has %d characters; expected at most %d",
			place(at), utf8.RuneCountInString(text), *s.MaxLength)
	}
	if s.Pattern != "" && !c.pattern(s.Pattern).MatchString(text) {
		return invalid("%s is a string of another form; expected %s", place(at), describe(s))
	}
	if s.Enum != nil && !slices.Contains(s.Enum, any(text)) {
		return invalid("%s is another word; expected %s", place(at), describe(s))
	}
	return nil
}

// pattern compiles a pattern of a schema, once.
func (c *checker) pattern(text string) *regexp.Regexp {
	if compiled, ok := c.patterns.Load(text); ok {
		return compiled.(*regexp.Regexp)
	}
	compiled := regexp.MustCompile(text)
	c.patterns.Store(text, compiled)
	return compiled
}

func checkInteger(at string, s *huma.Schema, v any) error {
	expected := fmt.Sprintf("an integer of %g to %g", *s.Minimum, *s.Maximum)
	number, ok := v.(json.Number)
	if !ok {
		return unlike(at, v, expected)
	}
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil || float64(n) < *s.Minimum || float64(n) > *s.Maximum {
		return invalid("%s is another number; expected %s", place(at), expected)
	}
	return nil
}

// describe says which strings a schema takes.
func describe(s *huma.Schema) string {
	switch {
	case s.PatternDescription != "":
		return s.PatternDescription
	case s.Enum != nil:
		return "one of " + strings.Trim(fmt.Sprint(s.Enum), "[]")
	}
	return "a string"
}

func unlike(at string, v any, expected string) error {
	return invalid("%s is %s; expected %s", place(at), shape(v), expected)
}

// shape names the type of a JSON value.
func shape(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	}
	return "an object"
}

func place(at string) string {
	if at == "" {
		return "the body"
	}
	return at
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

// clip keeps a key that somebody made up from filling the answer and the log.
func clip(key string) string {
	const most = 64
	if len(key) <= most {
		return key
	}
	return strings.ToValidUTF8(key[:most], "") + "..."
}
