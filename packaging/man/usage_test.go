package main

import (
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/internal/roff"
)

func TestList(t *testing.T) {
	t.Parallel()
	p := roff.New("x", 1, "v1", time.Unix(0, 0), "x")
	before := p.String()
	list(p, "  -h, --help     Show\n                 help.\n      --a-long-flag=VALUE\n                 Its - meaning.\n", isFlag)
	list(p, "  serve [flags]\n    Serve.\n\n  config check\n    Say what\n    is wrong.\n", isCommand)
	want := ".TP\n\\fB\\-h, \\-\\-help\\fR\nShow help.\n.TP\n\\fB\\-\\-a\\-long\\-flag=VALUE\\fR\nIts \\- meaning.\n" +
		".TP\n\\fBserve [flags]\\fR\nServe.\n.TP\n\\fBconfig check\\fR\nSay what is wrong.\n"
	if got := strings.TrimPrefix(p.String(), before); got != want {
		t.Errorf("%q, want\n%q", got, want)
	}
}
