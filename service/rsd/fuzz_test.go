package rsd

import (
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/redfishtest"
)

// fuzz holds a document to what redfish.Decode promises.
func fuzz[T any](f *testing.F, pattern string, check func(*testing.T, T)) {
	redfishtest.Seed(f, pattern)
	redfishtest.Fuzz(f, redfish.Decode[T], check)
}

func FuzzRoot(f *testing.F) {
	fuzz(f, "*/*/*oot.json", func(t *testing.T, d rootDocument) {
		version := d.Oem.Intel.APIVersion
		if e, known := dialectOf(d); known && (len(e.states) == 0 || strings.HasPrefix(version, "3")) {
			t.Errorf("version %q passes", d.Oem.Intel.APIVersion)
		}
	})
}

func FuzzTask(f *testing.F) {
	f.Add([]byte(`{"TaskState":"Running"}`))
	fuzz(f, "*/*/Task*.json", func(t *testing.T, d taskDocument) {
		if d.ended() && d.TaskState == "Running" {
			t.Error("a running task has ended")
		}
	})
}

// FuzzNode puts a mark onto whatever the description is and takes it off.
func FuzzNode(f *testing.F) {
	fuzz(f, "*/*/node*.json", func(t *testing.T, d nodeDocument) {
		d.Description = redfish.AddMark(d.Description, nodeUUID)
		description, uuid := redfish.SplitMark(d.Description)
		if m := describe(d); uuid != nodeUUID || m.Description != description || redfish.AddMark(description, uuid) != d.Description {
			t.Errorf("%q became %q and %q", d.Description, description, uuid)
		}
	})
}
