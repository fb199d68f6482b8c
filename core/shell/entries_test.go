package shell

import (
	"testing"

	"github.com/valence-rsd/valence/internal/wire"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]wire.Value{
		"Boot from this (one of pxe, hdd; default pxe).": {Help: "Boot from this.", Enum: []string{"pxe", "hdd"}, Default: "pxe"},
		"Only power (one of on, off).":                   {Help: "Only power.", Enum: []string{"", "on", "off"}},
		"State: on or off (default on).":                 {Help: "State: on or off.", Enum: []string{"", "on", "off"}, Default: "on"},
		"Names of plugins (several may be given)":        {Help: "Names of plugins", Repeat: true},
		"Name of each plugin.":                           {Help: "Name of each plugin.", Repeat: true},
		"A key; may be repeated.":                        {Help: "A key; may be repeated.", Repeat: true},
	} {
		if got := describe(v); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
