package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/valence-rsd/valence/podsim/clock"
)

// TestClose ends what waits and keeps what was to come from happening.
func TestClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		var happened []string
		do := func(what string) func() { return func() { happened = append(happened, what) } }
		c.After(0, do("at once"))
		c.After(time.Second, do("in a second"))
		c.After(time.Hour, do("in an hour"))
		slept := make(chan bool)
		go func() { slept <- c.Sleep(time.Hour) }()
		if !c.Sleep(time.Minute) {
			t.Error("a minute's sleep was cut short")
		}
		c.Close()
		c.Close()
		if <-slept {
			t.Error("an hour's sleep was slept to its end")
		}
		c.After(time.Second, do("too late"))
		time.Sleep(2 * time.Hour)
		if len(happened) != 2 || happened[1] != "in a second" {
			t.Errorf("happened: %q", happened)
		}
	})
}
