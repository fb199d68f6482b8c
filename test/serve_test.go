package test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdServe serves a folder of the script's over https and http and trusts the
// certificate in the way that a person would with an authority of their own.
// Below /to/ it redirects to the URL of the query's u.
func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "serve", neg)
	if len(args) != 1 {
		ts.Fatalf("usage: serve FOLDER")
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	mux.HandleFunc("/to/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("u"), http.StatusFound)
	})
	safe, plain := httptest.NewTLSServer(mux), httptest.NewServer(mux)
	ts.Defer(safe.Close)
	ts.Defer(plain.Close)
	ca := filepath.Join(ts.Getenv("WORK"), "ca.pem")
	ts.Check(os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: safe.Certificate().Raw}), 0o600))
	ts.Setenv("SSL_CERT_FILE", ca)
	ts.Setenv("HTTPS_URL", safe.URL)
	ts.Setenv("HTTP_URL", plain.URL)
}
