package output

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"testing"
)

// A long list must not gather in memory in the formats that need no look ahead.
// Not parallel: the heap is the whole process's.
func TestLongListsAreStreamed(t *testing.T) {
	const limit = 1 << 20
	for format, rows := range map[string]int{"ndjson": 100_000, "csv": 100_000, "value": 10_000, "json": 10_000, "yaml": 10_000} {
		p, err := New(io.Discard, Request{Format: format, Columns: nodeColumns()})
		if err != nil {
			t.Fatal(err)
		}
		before, most := heap(), uint64(0)
		for i := range rows {
			row := fmt.Sprintf(`["8c0f6a1e-%012d", "web-%d", %d, {"health": {"state": "OK"}}, null]`, i, i, i)
			if err := p.Row(json.RawMessage(row)); err != nil {
				t.Fatal(err)
			}
			if i%5_000 == 4_999 {
				most = max(most, heap())
			}
		}
		if err := p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if most > before+limit {
			t.Errorf("%s: %d bytes more on the heap after %d rows", format, most-before, rows)
		}
		runtime.KeepAlive(p)
	}
}

// heap is what is still in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
