package contract_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
)

// tooMuch is more than a body may have.
const tooMuch = 1<<20 + 1

// request writes a request with a body and its length, that carries the canary
// where a token belongs. Header lines come on top.
func (w *world) request(line, body string, headers ...string) string {
	return w.fill(line) + " HTTP/1.1\r\nHost: rack.example\r\nConnection: close\r\nX-Auth-Token: " + canary + "\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n", len(body)) + strings.Join(append(headers, ""), "\r\n") + "\r\n" + body
}

const isJSON = "Content-Type: application/json"

// bodyAttacks are about what an operation is sent.
func (w *world) bodyAttacks(t *testing.T, op operation) []attack {
	t.Helper()
	line := op.String()
	unsent := strings.Replace(w.request(line, "", isJSON), "Content-Length: 0", "Content-Length: 999999999999", 1)
	all := []attack{
		{name: "a huge body", send: w.request(line, strings.Repeat("x", tooMuch), isJSON)},
		{name: "a huge body that never comes", send: unsent},
	}
	if op.RequestBody.Content == nil {
		return all
	}
	for _, wrong := range w.spec.wrongBodies(op) {
		all = append(all, attack{name: "wrong " + wrong.place, send: w.request(line, wrong.text, isJSON)})
	}
	good := w.fill(w.body(t, op))
	for name, body := range malformed(good) {
		all = append(all, attack{name: name, send: w.request(line, body, isJSON)})
	}
	all = append(all, attack{name: "packed, it says", send: w.request(line, good, isJSON, "Content-Encoding: gzip")},
		attack{name: "packed", send: w.request(line, packed(good), isJSON, "Content-Encoding: gzip")},
		attack{name: "packed in secret", send: w.request(line, packed(good), isJSON)},
		attack{name: "in UTF-16", send: w.request(line, "\xff\xfe{\x00}\x00", isJSON+"; charset=utf-16")},
		attack{name: "chunks without end", send: w.chunked(line, strings.Repeat("x", tooMuch))})
	if op.RequestBody.Required {
		for _, media := range []string{"text/plain", "application/xml", "multipart/form-data; boundary=x", "application/", "\xff"} {
			all = append(all, attack{name: "as " + media, send: w.request(line, good, "Content-Type: "+media)})
		}
	}
	return all
}

// malformed gives bodies that no operation takes.
func malformed(good string) map[string]string {
	return map[string]string{
		"arrays, 10,000 deep":        strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
		"objects, 10,000 deep":       strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
		"a deep value":               `{"name":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}",
		"arrays without end":         strings.Repeat("[", 100_000),
		"a key twice":                `{"name": "a", "name": "` + canary + `"}`,
		"a key twice, inside":        `{"properties": {"memory": {}, "memory": {}}, "name": "a"}`,
		"bad UTF-8":                  `{"name": "` + "\xc3\x28" + `"}`,
		"bad UTF-8 in a key":         `{"` + "\xed\xa0\x80" + `": 1}`,
		"a NUL":                      `{"name": "` + "\x00" + `"}`,
		"a NUL, written":             `{"name": "a\u0000b", "description": "\u0000"}`,
		"a byte order mark":          "\xef\xbb\xbf" + good,
		"two values":                 good + good,
		"a tail":                     good + "]",
		"half of it":                 good[:len(good)-1],
		"a huge number":              `{"name": 1` + strings.Repeat("0", 5000) + `}`,
		"a huge exponent":            `{"capacity_gib": 1e999999999}`,
		"no number":                  `{"capacity_gib": NaN}`,
		"a comment":                  good + " // done",
		"a string that goes on":      `{"name": "` + canary,
		"a huge key":                 `{"` + strings.Repeat("k", 100_000) + `": 1}`,
		"a prototype":                `{"__proto__": {"admin": true}}`,
		"many keys":                  `{"a": 1` + manyKeys() + `}`,
		"XML":                        `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`,
		"a name that is too long":    `{"name": "` + strings.Repeat("n", 70_000) + `", "properties": 1, "volumeId": 1, "node_index": 1, "podm_id": 1}`,
		"half a surrogate in a word": `{"Reset": {"Type": "\ud800"}, "name": 1}`,
	}
}

func manyKeys() string {
	var keys strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&keys, `, "k%d": 1`, i)
	}
	return keys.String()
}

func packed(s string) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return out.String()
}

// chunked writes a request whose body comes without a length.
func (w *world) chunked(line, body string, headers ...string) string {
	return w.fill(line) + " HTTP/1.1\r\nHost: rack.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + isJSON + "\r\n" +
		strings.Join(append(headers, ""), "\r\n") + "\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
}
