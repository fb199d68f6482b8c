package drivertest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// second is the error of a call that returns something else, too.
func second[T any](_ T, err error) error { return err }

func wantCode(t *testing.T, what string, err error, want service.Code) {
	t.Helper()
	if err == nil || service.CodeOf(err) != want {
		t.Errorf("%s: got the error %v, want one with code %s", what, err, want)
	}
}

// wantMessage checks what every message to a caller must be.
func wantMessage(t *testing.T, d *desk, err error) {
	t.Helper()
	var e *service.Error
	if !errors.As(err, &e) {
		t.Errorf("%v is not a *service.Error", err)
		return
	}
	if strings.ContainsAny(e.Message, "\r\n\t\x00") || e.Message == "" {
		t.Errorf("the message is not one line: %q", e.Message)
	}
	if len(e.Message) > 2000 {
		t.Errorf("the message has %d bytes", len(e.Message))
	}
	if !strings.Contains(e.Message, d.PodManager.Name) {
		t.Errorf("the message does not name the pod manager: %q", e.Message)
	}
}

// errorDocument is a Redfish error with a text in it.
func errorDocument(text string) string {
	type info struct{ Message string }
	b, err := json.Marshal(map[string]any{"error": map[string]any{
		"code":                  "Base.1.0.GeneralError",
		"message":               "It went wrong.",
		"@Message.ExtendedInfo": []info{{text}},
	}})
	if err != nil {
		panic(err) // a map of strings
	}
	return string(b)
}
