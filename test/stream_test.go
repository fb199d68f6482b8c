package test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// flood prepares a list of 100,000 rows. Shell and plugin are built without the
// race detector, which multiplies memory.
func flood(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	for target, source := range map[string]string{
		"valence": "../cmd/valence", "plugins/valence-plugin-flood": "./testdata/plugins/flood",
	} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, target), source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	cmd := exec.Command(filepath.Join(dir, "valence"), append([]string{"flood", "list"}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	return cmd
}

// TestManyRows: in the formats of lines, rows do not gather in memory.
func TestManyRows(t *testing.T) {
	t.Parallel()
	const most = 64 << 10 // KiB
	for _, format := range []string{"ndjson", "csv", "value"} {
		cmd := flood(t, "-f", format)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, peak := drain(t, out, cmd.Process.Pid)
		if err := cmd.Wait(); err != nil || lines < 100_000 {
			t.Errorf("%s: %d lines, %v", format, lines, err)
		}
		if peak == 0 || peak > most {
			t.Errorf("%s: the shell took %d KiB, want at most %d", format, peak, most)
		}
		t.Logf("%s: %d lines, %d KiB", format, lines, peak)
	}
}

// drain reads to the end, counts lines, and looks now and then how much memory
// the process has taken at the most, in KiB. What the kernel says of it at the
// end would count the memory of this test as well, from before the exec.
func drain(t *testing.T, r io.Reader, pid int) (lines, peak int) {
	t.Helper()
	buf := make([]byte, 64<<10)
	for reads := 0; ; reads++ {
		n, err := r.Read(buf)
		lines += bytes.Count(buf[:n], []byte("\n"))
		if reads%20 == 0 {
			peak = max(peak, highWater(pid))
		}
		if err != nil {
			return lines, peak
		}
	}
}

func highWater(pid int) (kib int) {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	_, _ = fmt.Sscan(rest, &kib)
	return kib
}

// TestClosedPipe: a reader that has seen enough is no failure.
func TestClosedPipe(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "ndjson", "csv", "value", "yaml", "table"} {
		cmd := flood(t, "-f", format)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 100)); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		_ = out.Close()
		if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
			t.Errorf("%s: %v\n%s", format, err, stderr.Bytes())
		}
	}
}
