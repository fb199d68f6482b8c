package contract_test

import (
	"fmt"
	"strings"
)

const (
	start  = "POST /v1/flavors HTTP/1.1\r\nHost: rack.example\r\n" + isJSON + "\r\n"
	closes = "Connection: close\r\n"
	// inside is a request that is hidden in another one.
	inside = "POST /v1/flavors HTTP/1.1\r\nHost: rack.example\r\n" + isJSON + "\r\n" + closes +
		"Content-Length: 36\r\n\r\n" + `{"name": "smuggled", "properties":{}}`
)

// protocolAttacks are no HTTP, or hardly.
func protocolAttacks() []attack {
	var all []attack
	for name, line := range map[string]string{
		"version 0.9":           "GET /",
		"version 0.9 with it":   "GET / HTTP/0.9",
		"version 2":             "GET / HTTP/2.0",
		"version 9":             "GET / HTTP/9.9",
		"half a version":        "GET / HTTP/1",
		"a long version":        "GET / HTTP/1.1.1",
		"a version with letter": "GET / HTTP/1.x",
		"another protocol":      "GET / ICY/1.0",
		"no path":               "GET  HTTP/1.1",
		"no slash":              "GET v1/flavors HTTP/1.1",
		"a tail":                "GET / HTTP/1.1 please",
		"tabs":                  "GET\t/\tHTTP/1.1",
		"a NUL":                 "GET /\x00 HTTP/1.1",
		"a bad host":            "GET http://[::1/ HTTP/1.1",
		"elsewhere":             "GET http://user:" + canary + "@evil.example:99999999/x HTTP/1.1",
		"a tunnel":              "CONNECT evil.example:22 HTTP/1.1",
		"a tunnel to a path":    "CONNECT /v1/flavors HTTP/1.1",
		"a star":                "GET * HTTP/1.1",
		"preface of HTTP/2":     "PRI * HTTP/2.0",
		"a proxy's line":        "PROXY TCP4 10.0.0.1 10.0.0.2 1 2",
		"SSH":                   "SSH-2.0-OpenSSH_9.9",
		"SMTP":                  "EHLO rack.example",
		"Redis":                 "*1\r\n$4\r\nINFO",
		"a very long line":      "GET /" + strings.Repeat("a", 200_000) + " HTTP/1.1",
	} {
		all = append(all, attack{name: name, send: line + "\r\nHost: rack.example\r\n" + closes + "\r\n"})
	}
	all = append(all,
		attack{name: "no host", send: "GET / HTTP/1.1\r\n" + closes + "\r\n"},
		attack{name: "a host with a slash", send: "GET / HTTP/1.1\r\nHost: a/b\r\n" + closes + "\r\n"},
		attack{name: "TLS", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00\x2f", 256) + "\r\n\r\n"},
		attack{name: "noise", send: strings.Repeat("\x00\xff\x13\x37", 5_000) + "\r\n\r\n"},
		attack{name: "much noise", send: strings.Repeat("\x00\xff\x13\x37", 50_000)},
		attack{name: "line feeds", send: strings.Repeat("\n", 1000)},
	)
	for i, garbage := range []string{
		"zz\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "0x2\r\n{}\r\n0\r\n\r\n", "2 2\r\n{}\r\n0\r\n\r\n", "2\r\n{}0\r\n\r\n", "2\r\n{}xx0\r\n\r\n",
		"fffffffffffffffff\r\n{}\r\n0\r\n\r\n", "7fffffffffffffff\r\n{}", "2;" + strings.Repeat("x", 100_000) + "\r\n{}\r\n0\r\n\r\n",
		"\r\n\r\n", "2\n{}\n0\n\n", strings.Repeat("1;x\r\n \r\n", 3_000) + "0\r\n\r\n", "0\r\nContent-Length: 5\r\nbad trailer\r\n\r\n",
		"1\r\n{\r\n", "2\r\n[]\r\n0\r\nX: " + strings.Repeat("y", 100_000) + "\r\n\r\n",
	} {
		all = append(all, attack{name: fmt.Sprint("chunks ", i), send: start + closes + "Transfer-Encoding: chunked\r\n\r\n" + garbage, hangUp: true, unfinished: true})
	}
	return append(all, smuggling()...)
}

// smuggling are requests that two readers may take for different ones.
func smuggling() []attack {
	var all []attack
	for i, lengths := range []string{
		"Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x", "Content-Length: 5\r\nTransfer-Encoding: identity",
		"Content-Length: 5\r\nTransfer-Encoding: \x0bchunked", "Content-Length: 5\r\nTransfer-Encoding : chunked", "Content-Length: 5\r\nTransfer-Encoding: chunke\x00d",
		"Content-Length: 5\r\nTransfer-Encoding:\r\n chunked", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5, 6", "Content-Length: +5", "Content-Length: -5",
		"Content-Length: 5 5", "Content-Length: 0x5", "Content-Length: 5.0", "Content-Length: ", "Content-Length: 99999999999999999999", "Content-Length: \xd9\xa5",
		"Content-Length: five", "Transfer-Encoding: ", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: 'chunked'", "Transfer-Encoding: chunked;q=1",
	} {
		for _, payload := range []string{"0\r\n\r\n" + inside, "00000" + inside} {
			all = append(all, attack{name: fmt.Sprint("smuggling ", i), send: start + closes + lengths + "\r\n\r\n" + payload, hangUp: true, unfinished: true})
		}
	}
	return append(all,
		attack{name: "1.0 in chunks", send: strings.Replace(start, "1.1", "1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inside},
		attack{name: "a line feed for a line", send: strings.ReplaceAll(start+closes, "\r\n", "\n") + "Content-Length: 2\n\n{}"},
	)
}

// slowAttacks take their time, or never come to an end.
func slowAttacks() []attack {
	slow := strings.Repeat("x", 100)
	return []attack{
		{name: "nothing", unfinished: true},
		{name: "nothing, and goodbye", unfinished: true, hangUp: true},
		{name: "half a method", send: "GE", unfinished: true},
		{name: "half a method, and goodbye", send: "GE", unfinished: true, hangUp: true},
		{name: "half a head", send: start, unfinished: true},
		{name: "half a head, and goodbye", send: start, unfinished: true, hangUp: true},
		{name: "a line, slowly", drip: "GET /v1/flavors?" + slow, unfinished: true},
		{name: "headers, slowly", send: start, drip: "X-Thing: " + slow, unfinished: true},
		{name: "no body", send: start + closes + "Content-Length: 100\r\n\r\n", unfinished: true},
		{name: "no body, and goodbye", send: start + closes + "Content-Length: 100\r\n\r\n", unfinished: true, hangUp: true},
		{name: "half a body", send: start + closes + "Content-Length: 100\r\n\r\n" + `{"name": "` + canary, unfinished: true},
		{name: "half a body, and goodbye", send: start + closes + "Content-Length: 100\r\n\r\n" + `{"name": "` + canary, unfinished: true, hangUp: true},
		{name: "a body, slowly", send: start + closes + "Content-Length: 100\r\n\r\n", drip: slow, unfinished: true},
		{name: "chunks, slowly", send: start + closes + "Transfer-Encoding: chunked\r\n\r\n", drip: slow, unfinished: true},
		{name: "half a chunk", send: start + closes + "Transfer-Encoding: chunked\r\n\r\nff\r\n{", unfinished: true},
		{name: "half a chunk, and goodbye", send: start + closes + "Transfer-Encoding: chunked\r\n\r\nff\r\n{", unfinished: true, hangUp: true},
		{name: "it waits to be asked", send: start + closes + "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n", unfinished: true},
		{name: "half a greeting of TLS", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", unfinished: true},
		{name: "the same, and goodbye", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", unfinished: true, hangUp: true},
	}
}
