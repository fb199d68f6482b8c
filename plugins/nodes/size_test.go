package main

import "testing"

func TestSize(t *testing.T) {
	t.Parallel()
	good := map[string]size{"512": 512, "64G": 65536, "64gb": 65536, "16GiB": 16384, "512MiB": 512, "2T": 2 << 20}
	for text, want := range good {
		var s size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s: %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "G", "1.5G", "-1", "64X", "64B", "99999999999999999999", "3000000T", "64 G"} {
		var s size
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %d MiB", text, s)
		}
	}
}
