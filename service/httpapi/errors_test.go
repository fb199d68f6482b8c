package httpapi

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// domainCodes reads the constants of type Code out of the domain's source, so
// that a code that is added there cannot be forgotten here.
func domainCodes(t *testing.T) []service.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []service.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Code" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, service.Code(text))
		}
		return true
	})
	return codes
}

func TestEveryCodeOfTheDomainHasAStatus(t *testing.T) {
	t.Parallel()
	codes := domainCodes(t)
	if len(codes) < 10 {
		t.Fatalf("found only %d codes in the domain: %v", len(codes), codes)
	}
	for _, code := range codes {
		p, ok := problemOfCode(code)
		if !ok || http.StatusText(p.status) == "" || p.status < 400 || p.title == "" {
			t.Errorf("code %q: %+v, %v", code, p, ok)
		}
	}
	if _, ok := problemOfCode("no such code"); ok {
		t.Error("a code that does not exist has a status")
	}
}

func TestProblemOf(t *testing.T) {
	t.Parallel()
	secret := errors.New("password hunter2 refused")
	for name, c := range map[string]struct {
		err    error
		status int
		detail string
	}{
		"a domain error":       {service.Errorf(service.NotFound, "no such node"), 404, "no such node"},
		"a wrapped one":        {fmt.Errorf("showing: %w", service.Errorf(service.NoCapacity, "full")), 409, "full"},
		"its cause stays back": {&service.Error{Code: service.PodFailed, Message: "the pod failed", Err: secret}, 502, "the pod failed"},
		"a problem":            {fmt.Errorf("x: %w", errTooLarge(1048576)), 413, "the body is larger than 1048576 bytes"},
		"anything else":        {secret, 500, ""},
		"an internal one":      {&service.Error{Code: service.Internal, Message: "broken invariant", Err: secret}, 500, ""},
		"an unknown code":      {service.Errorf("new", "something"), 500, ""},
	} {
		p := problemOf(c.err)
		if p.status != c.status || c.detail != "" && p.detail != c.detail {
			t.Errorf("%s: %+v", name, p)
		}
		if p.detail == "" || strings.Contains(p.detail, "hunter2") || strings.Contains(p.detail, "invariant") {
			t.Errorf("%s shows the wrong detail: %q", name, p.detail)
		}
	}
}
