package plugin

import "testing"

func TestParseSize(t *testing.T) {
	t.Parallel()
	good := map[string]Size{
		"512": 512 * MiB, "0": 0, "64G": 64 * GiB, "64gb": 64 * GiB, "16GiB": 16 * GiB, "512MiB": 512 * MiB, "2T": 2 * TiB,
	}
	for text, want := range good {
		if got, err := ParseSize(text, MiB); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "G", "1.5G", "-1", "64X", "64B", "99999999999999999999", "9000000T", "64 G"} {
		if got, err := ParseSize(text, GiB); err == nil {
			t.Errorf("%q was taken as %d bytes", text, got)
		}
	}
}
