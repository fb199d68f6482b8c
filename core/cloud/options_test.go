package cloud

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	all := Options()
	byName := map[string]Option{}
	for _, o := range all {
		if _, twice := byName[o.Name]; twice || o.Help == "" || o.Dest == "" {
			t.Errorf("%s: twice, without help or without a place", o.Name)
		}
		if o.Secret != (isSecret(o.Dest)) {
			t.Errorf("%s: secret %v, but what is shown goes by the name", o.Name, o.Secret)
		}
		byName[o.Name] = o
	}
	for _, known := range authTypes() {
		for _, dest := range slices.Concat(known.options, known.required, slices.Concat(known.anyOf...)) {
			if !slices.ContainsFunc(all, func(o Option) bool { return o.Dest == dest && slices.Contains(o.AuthTypes, known.name) }) {
				t.Errorf("%s takes %s, which no option gives", known.name, dest)
			}
		}
	}
	want := Option{Name: "os-project-name", Dest: "project_name", Env: []string{"OS_PROJECT_NAME", "OS_TENANT_NAME"}, Help: "Project to work in, by name."}
	got := byName["os-project-name"]
	got.AuthTypes, got.key, got.once = nil, "", nil
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Option{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if o := byName["os-password"]; !o.Secret || o.Prompt != "Password: " || o.Env[0] != "OS_PASSWORD" {
		t.Errorf("%+v", o)
	}
}
