package main

import (
	"strings"
	"testing"
)

// FuzzFile: whatever is in a file, it is a flavor or one clear line.
func FuzzFile(f *testing.F) {
	f.Add([]byte("name: small\nproperties: {memory: {capacity_mib: 64G}, processor: {total_cores: '8'}, pci_device: {type: [SSD]}}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("properties: {memory: 7}\nname: [\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parse(data)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "main.") {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		p := d.Properties
		if p.Processor.TotalCores != nil && *p.Processor.TotalCores < 0 || p.Memory.CapacityMiB != nil && *p.Memory.CapacityMiB < 0 {
			t.Errorf("%q asks for less than nothing", data)
		}
	})
}
