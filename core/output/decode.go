package output

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// object is a JSON object that keeps its order, as Python's dict does.
type object []member

type member struct {
	key   string
	value any
}

// decode is a JSON value: nil, a bool, a json.Number as it was written, a
// string, an []any or an object. It must be valid, which Printer.Row sees to;
// that makes this several times as fast as a json.Decoder's tokens.
func decode(raw json.RawMessage) any {
	r := reader{raw: raw}
	return r.value()
}

type reader struct {
	raw []byte
	at  int
}

func (r *reader) value() any {
	switch r.next() {
	case '[':
		list := []any{}
		for r.more(']') {
			list = append(list, r.value())
		}
		return list
	case '{':
		o := object{}
		for r.more('}') {
			r.next()
			key := r.text()
			r.next() // the colon
			r.at++
			o = append(o, member{key, r.value()})
		}
		return o
	case '"':
		return r.text()
	}
	return r.word()
}

// next goes to the next character that is no space.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n", r.raw[r.at]) >= 0 {
		r.at++
	}
	return r.raw[r.at]
}

// more goes over the bracket or comma before the next thing of a list or object,
// or over the bracket that ends it.
func (r *reader) more(end byte) bool {
	if c := r.next(); c == '[' || c == '{' || c == ',' {
		r.at++
		if c == ',' {
			return true
		}
	}
	if r.next() == end {
		r.at++
		return false
	}
	return true
}

func (r *reader) text() string {
	begin := r.at
	for r.at++; r.raw[r.at] != '"'; r.at++ {
		if r.raw[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	quoted := r.raw[begin:r.at]
	if bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	// Escapes and wrong UTF-8 are json's business. It cannot fail.
	_ = json.Unmarshal(quoted, &s)
	return s
}

// word is a number, true, false or null.
func (r *reader) word() any {
	begin := r.at
	end := bytes.IndexAny(r.raw[begin:], " \t\r\n,:]}")
	if end < 0 {
		end = len(r.raw) - begin
	}
	r.at += end
	switch word := string(r.raw[begin:r.at]); word {
	case "true", "false":
		return word == "true"
	case "null":
		return nil
	default:
		return json.Number(word)
	}
}

// record is a row with the names of its columns.
func record(columns Columns, values []any) object {
	o := make(object, len(columns))
	for i, c := range columns {
		o[i] = member{c.Name, values[i]}
	}
	return o
}
