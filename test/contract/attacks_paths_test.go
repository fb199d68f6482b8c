package contract_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// pathAttacks are about what stands in the place of an id.
func (w *world) pathAttacks(t *testing.T, op operation) []attack {
	t.Helper()
	var all []attack
	body := w.fill(w.body(t, op))
	for _, part := range op.keys("path") {
		for _, id := range []string{
			"%2e%2e%2f", "%2e%2e", "..", ".", "..%2f..%2f..%2fetc%2fpasswd", "../../etc/passwd", "%2F", "%00", "a%00b",
			`\..\..\x`, "%5c..%5c", "%c0%ae%c0%ae%2f", "%ff%fe", "%zz", "%", "%2", "%u002e", "\x01", "\x7f", "a b", "\xf0\x9f\x92\xa5", ";a=b",
			"{" + part + "}x", "*", "$(id)", "'%20OR%20'1'='1", "<script>", "%0d%0aSet-Cookie:%20a=b", "\ta",
			nowhere + "x", strings.Repeat("a", 10_000), strings.Repeat("%41", 10_000), strings.Repeat("a/", 5_000),
		} {
			path := strings.Replace(op.path, "{"+part+"}", id, 1)
			all = append(all, attack{name: "id", send: w.request(op.method+" "+path, body, isJSON)})
		}
		long := strings.Replace(op.path, "{"+part+"}", strings.Repeat("a", 100_000), 1)
		all = append(all, attack{name: "a very long id", send: w.request(op.method+" "+long, body, isJSON)})
	}
	for _, around := range []string{"/x/..%s", "/%%2e%%2e%s", "/..%s", "%s/../x", "%s%%00", "%s%%", "/v1/../v1/../v2%s", "//evil.example%s", "%s\\"} {
		path := strings.Replace(strings.ReplaceAll(around, "%%", "%"), "%s", op.path, 1)
		if op.path == "/" && (around == "%s%%" || around == "//evil.example%s") {
			path = "/%" // the rest is the root once more
		}
		all = append(all, attack{name: "around", send: w.request(op.method+" "+path, body, isJSON)})
	}
	return all
}

// queryAttacks are about what stands behind the question mark.
func (w *world) queryAttacks(t *testing.T, op operation) []attack {
	t.Helper()
	if op.open() {
		return nil // whatever it says, nobody reads it
	}
	queries := []string{
		"%zz=1", "a=%", "a=%4", "a;b=c", "password=" + canary, "=" + canary, "%00=1", "%ff=1", "__proto__=1", strings.Repeat("a=1&", 5000),
		strings.Repeat("a", 30_000) + "=1", "limit[]=1", "fields[x]=1", "a=1%0d%0aX:%20y", "..%2f=1", "&&&=",
	}
	known := op.keys("query")
	for key, values := range map[string][]string{
		"limit":       {"0", "-1", "1e9", "9999999999999999999999", "0x10", "1;2", "%00", "%ff", "NaN", "", "+1%20", strings.Repeat("9", 30_000)},
		"marker":      {"%00", "..%2f..", nowhere, "%ff", strings.Repeat("a", 30_000), "*"},
		"sort":        {"%00", "password", "name:up", ",,,", "name,", "name:asc:desc", strings.Repeat("name,", 6_000) + "x"},
		"fields":      {"%00", "password", ",", "..", strings.Repeat("x,", 10_000)},
		"show_detail": {"1", "%00", "TRUE", "yes"},
		"force":       {"1", "%00", "TRUE", "yes"},
		"nodes":       {"burn", "%00", "decompose,forget", ""},
		"ram":         {"-1", "NaN", "x", "1e400", "%00", "Inf"},
		"nw":          {"-1", "NaN", "x", "1e400", "%00"},
	} {
		if slices.Contains(known, key) {
			for _, value := range values {
				queries = append(queries, key+"="+value)
			}
		}
	}
	var all []attack
	for _, query := range queries {
		all = append(all, attack{name: "query", send: w.request(op.String()+"?"+query, w.fill(w.body(t, op)), isJSON)})
	}
	return all
}

// headAttacks are about methods and headers.
func (w *world) headAttacks(t *testing.T, op operation) []attack {
	t.Helper()
	var all []attack
	path := w.fill(op.path)
	for _, method := range []string{
		"PUT", "TRACE", "PROPFIND", "BREW", "get", "Delete", "LOCK", strings.Repeat("X", 1000), "G\x00T", "GE T", "POST/", "(GET)", "", "PRI",
	} {
		all = append(all, attack{name: "method", send: w.request(method+" "+path, "")})
	}
	body := w.fill(w.body(t, op))
	for name, header := range map[string]string{
		"no colon":             "X-Thing",
		"a blank before it":    "X-Thing : 1",
		"a NUL in a value":     "X-Thing: a\x00b",
		"a NUL in a name":      "X-\x00: 1",
		"no name":              ": 1",
		"letters of elsewhere": "X-Th\xc3\xafng: 1",
		"two hosts":            "Host: evil.example",
		"two lengths":          "Content-Length: 3",
		"a list of lengths":    "Content-Length: 1, 2",
		"a large header":       "X-Thing: " + strings.Repeat(canary, 10_000),
		"many headers":         strings.TrimSuffix(strings.Repeat("X-Thing: 1\r\n", 20_000), "\r\n"),
		"an odd encoding":      "Transfer-Encoding: xchunked",
		"gzip as an encoding":  "Transfer-Encoding: gzip, chunked",
		"chunked twice":        "Transfer-Encoding: chunked, chunked",
		"two encodings":        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
		"an odd expectation":   "Expect: the-unexpected",
	} {
		all = append(all, attack{name: name, send: w.request(op.String(), body, isJSON, header)})
	}
	if slices.Contains(op.keys("header"), "Idempotency-Key") {
		for _, keys := range []string{"Idempotency-Key: a\r\nIdempotency-Key: b", "Idempotency-Key: ", "Idempotency-Key: a\tb", "Idempotency-Key: \xff"} {
			all = append(all, attack{name: "idempotency", send: w.request(op.String(), body, isJSON, keys)})
		}
	}
	if op.method != "PATCH" && !op.open() {
		all = append(all, attack{name: "If-Match", send: w.request(op.String(), body, isJSON, `If-Match: "`+url.QueryEscape(canary)+`"`)})
	}
	return all
}
