package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

func TestDrawing(t *testing.T) {
	t.Parallel()
	inside := []systems.System{
		{ID: "1", Name: "one", PodManagerID: "p", ResourceURI: "Systems/1", Location: "Systems:1_Sled:4_Drawer:3_Rack:2_Pod:1_",
			CPU: systems.CPU{Cores: new(16)}, RAM: new(64.5)},
		{ID: "2", PodManagerID: "p", ResourceURI: "Systems/2", Location: "Systems:2_Sled:4_Drawer:3_Rack:2_Pod:1_", RAM: new(8.0)},
		{ID: "3", Name: "three\nrack-9", PodManagerID: "p", Location: "Systems:3_Drawer:Drawer9_Rack:2_"},
		{ID: "4", Name: "loose", PodManagerID: "p", Location: "Systems:4_Rack:2_"},
		{ID: "5", Name: "next door", PodManagerID: "p", Location: "Systems:5_Rack:3_"},
		{ID: "6", Name: "another pod", PodManagerID: "q", Location: "Systems:6_Rack:2_"},
		{ID: "7", Name: "nowhere", PodManagerID: "p", Location: "Systems:7_"},
		{ID: "8", Name: "late", PodManagerID: "p", Location: "Systems:8_Sled:5_Drawer:3_Rack:2_"},
	}
	root := &branch{label: "rack-1"}
	root.grow(byRack(inside)[place{"p", "2"}], map[place]string{{"p", "Systems/2"}: "web-1", {"q", "Systems/1"}: "db-1"})
	want := `rack-1
├── drawer 3
│   ├── sled 4
│   │   ├── system one  16 cores 64.5 GiB
│   │   └── system 2  8 GiB  used by web-1
│   └── sled 5
│       └── system late
├── Drawer9
│   └── system three rack-9
└── system loose`
	if d := cmp.Diff(strings.Split(want, "\n"), root.lines()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
