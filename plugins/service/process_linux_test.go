package main

import (
	"strings"
	"testing"
)

func TestStartTime(t *testing.T) {
	t.Parallel()
	// The format of proc(5); the name holds what a name may hold.
	const stat = "4711 (a) R 9 (b) %s 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 9 0 987654 1 2"
	if got, err := startTime(strings.Replace(stat, "%s", "S", 1)); got != 987654 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	for _, bad := range []string{strings.Replace(stat, "%s", "Z", 1), "", "1 (x) S 2 3"} {
		if got, err := startTime(bad); err == nil {
			t.Errorf("%q gives %d", bad, got)
		}
	}
}
