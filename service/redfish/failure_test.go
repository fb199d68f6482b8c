package redfish

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

func TestExplanation(t *testing.T) {
	t.Parallel()
	tests := []struct {
		body string
		want []string
	}{
		{"", nil},
		{"<html>", nil},
		{"null", []string{""}},
		{"[]", nil},
		{"{}", nil},
		{`"Missing attribute: Id"`, []string{"Missing attribute: Id"}},
		{`{"Error":"in use"}`, []string{"in use"}},
		{`{"error":null}`, []string{""}},
		{`{"error":7}`, nil},
		{`{"error":{"message":"a","@Message.ExtendedInfo":[{"Message":"b"},{"MessageId":"x"},{"Message":"c"}]}}`, []string{"a", "b", "c"}},
		{`{"error":{"message":null,"@Message.ExtendedInfo":{"Message":"b"}}}`, nil},
		{`{"error":{"message":"a","@Message.ExtendedInfo":["b",null]}}`, []string{"a"}},
		{`{"error":{"message":"a","@Message.ExtendedInfo":"b"}}`, []string{"a"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, explanation([]byte(test.body))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.body, diff)
		}
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	c := &Client{credentials: service.Credentials{Username: "operator", Password: password}}
	got := c.scrub("a\r\n\x1b[1m "+password+" "+c.basicValue()+" t0ken \xff", "t0ken")
	if want := "a [1m *** *** *** ?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := c.scrub(strings.Repeat("é", maxTexts), ""); len(got) > maxTexts+len("…") {
		t.Errorf("%d bytes are left", len(got))
	}
}
