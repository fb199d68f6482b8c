package access

import (
	"fmt"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

func TestCacheMakesRoom(t *testing.T) {
	t.Parallel()
	c := newCache(3)
	later := time.Now().Add(time.Hour)
	for i := range 3 {
		c.put(keyOf(fmt.Sprint(i)), service.Caller{UserID: fmt.Sprint(i)}, later)
	}
	if _, ok := c.get(keyOf("0")); !ok {
		t.Fatal("0 is gone already")
	}
	c.put(keyOf("2"), service.Caller{UserID: "2 again"}, later)
	c.put(keyOf("3"), service.Caller{UserID: "3"}, later)
	for token, want := range map[string]string{"0": "0", "1": "", "2": "2 again", "3": "3"} {
		if got, ok := c.get(keyOf(token)); got.UserID != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v; want %q", token, got.UserID, ok, want)
		}
	}
	if len(c.entries) != 3 || c.order.Len() != 3 {
		t.Errorf("%d and %d entries, want 3", len(c.entries), c.order.Len())
	}
}

func TestCacheForgets(t *testing.T) {
	t.Parallel()
	c := newCache(3)
	soon := time.Now().Add(50 * time.Millisecond)
	c.put(keyOf("a"), service.Caller{}, soon)
	c.put(keyOf("b"), service.Caller{}, time.Now())
	if _, ok := c.get(keyOf("b")); ok || len(c.entries) != 1 {
		t.Error("it keeps what is over already")
	}
	time.Sleep(time.Until(soon))
	if _, ok := c.get(keyOf("a")); ok || len(c.entries) != 0 || c.order.Len() != 0 {
		t.Error("it keeps what is over")
	}
}

// A flood of bad tokens stays within its bound and leaves the good ones alone.
func TestFloodOfRefusals(t *testing.T) {
	t.Parallel()
	k, err := NewKeystone(KeystoneOptions{AuthURL: "http://127.0.0.1:1", UserID: "u", Password: "p", ProjectID: "p"})
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	k.known.put(keyOf("good"), service.Caller{}, later)
	for i := range 2 * maxRefused {
		k.refused.put(keyOf(fmt.Sprint(i)), service.Caller{}, later)
	}
	if _, err, ok := k.recall(keyOf("good")); !ok || err != nil {
		t.Errorf("the good token is forgotten: %v", err)
	}
	if n := len(k.refused.entries); n != maxRefused {
		t.Errorf("%d refusals are kept, want %d", n, maxRefused)
	}
}
