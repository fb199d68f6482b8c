package storage_test

import (
	"context"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// by is a context of a member of a project.
func by(project string) context.Context {
	return service.WithCaller(context.Background(), service.Caller{UserID: "u", ProjectID: project, Role: service.Member})
}

func byAdmin() context.Context {
	return service.WithCaller(context.Background(), service.Caller{UserID: "root", ProjectID: "admin", Role: service.Admin})
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

func request() service.VolumeRequest {
	return service.VolumeRequest{Name: "data", Description: "for tests", CapacityBytes: 5000}
}
