package compose_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

// by is a context of somebody in a project.
func by(project string) context.Context {
	return service.WithCaller(context.Background(), service.Caller{UserID: "u", ProjectID: project})
}

func code(t *testing.T, err error, want service.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if got := service.CodeOf(err); got != want {
		t.Fatalf("%s (%v), want %s", got, err, want)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func request() service.ComposeRequest {
	return service.ComposeRequest{Name: "web", Description: "for tests"}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
