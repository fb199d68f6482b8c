package redfish

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestValues reads values as others write them, between two that show that
// nothing else is lost.
func TestValues(t *testing.T) {
	t.Parallel()
	type values struct {
		A    string
		L    Links
		N    Number
		S    Size
		D    Decimal
		F    Flag
		More []Links
		Z    string
	}
	tests := []struct {
		name, value string
		links       Links
		count       int // 0 stands for none, here and below
		size        int64
		amount      float64
		flag        string
	}{
		{"null", `null`, nil, 0, 0, 0, ""},
		{"empty list", `[]`, Links{}, 0, 0, 0, ""},
		{"list", `[{"@odata.id":"/a"},null,{},7,{"@odata.id":3},{"@odata.id":"/b"}]`, Links{{"/a"}, {"/b"}}, 0, 0, 0, ""},
		{"one link", `{"@odata.id":"/a"}`, Links{{"/a"}}, 0, 0, 0, ""},
		{"empty object", `{}`, nil, 0, 0, 0, ""},
		{"whole", `30`, nil, 30, 30, 30, ""},
		{"point", `30.0`, nil, 30, 30, 30, ""},
		{"text", `"30"`, nil, 30, 30, 30, ""},
		{"fraction", `30.52`, nil, 30, 30, 30.52, ""},
		{"exponent", `3e1`, nil, 30, 30, 30, ""},
		{"negative", `-30`, nil, 0, 0, 0, ""},
		{"long", `9007199254740993`, nil, 0, 9007199254740993, 9007199254740993, ""},
		{"longer", `92233720368547758080`, nil, 0, 0, 92233720368547758080, ""},
		{"endless", `"Inf"`, nil, 0, 0, 0, ""},
		{"none", `"NaN"`, nil, 0, 0, 0, ""},
		{"word", `"many"`, nil, 0, 0, 0, ""},
		{"true", `true`, nil, 0, 0, 0, "true"},
		{"false", `false`, nil, 0, 0, 0, "false"},
		{"said to be true", `"true"`, nil, 0, 0, 0, ""},
	}
	for _, test := range tests {
		v := test.value
		doc, err := Decode[values]([]byte(`{"A":"a","L":` + v + `,"N":` + v + `,"S":` + v + `,"D":` + v + `,"F":` + v +
			`,"More":[` + v + `,` + v + `],"Z":"z"}`))
		if err != nil || doc.A != "a" || doc.Z != "z" {
			t.Errorf("%s: %+v, %v", test.name, doc, err)
		}
		for _, got := range append(doc.More, doc.L) {
			if diff := cmp.Diff(test.links, got); diff != "" {
				t.Errorf("%s: links (-want +got):\n%s", test.name, diff)
			}
		}
		got := []any{or0(doc.N.Value), or0(doc.S.Value), or0(doc.D.Value), doc.F.Value != nil && *doc.F.Value, doc.F.Value != nil}
		want := []any{test.count, test.size, test.amount, test.flag == "true", test.flag != ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: number, size, decimal, flag (-want +got):\n%s", test.name, diff)
		}
	}
}

func or0[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
