package rsd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// seed adds the collected documents, where they are, and some odd ones.
func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob(filepath.Join(sharedDir(), pattern))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, odd := range []string{"", "null", "{}", "[]", `{"Members":[null]}`, `{"error":[]}`, `{"Links":{"Memory":{}}}`, `{"Oem":7}`} {
		f.Add([]byte(odd))
	}
}

// fuzz holds a document to what decode promises: an error has a code, and
// numbers are counts.
func fuzz[T any](f *testing.F, pattern string, check func(*testing.T, T)) {
	seed(f, pattern)
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := redfish.Decode[T](body)
		if err != nil {
			if service.CodeOf(err) != service.PodFailed {
				t.Errorf("the code is %s", service.CodeOf(err))
			}
			return
		}
		check(t, doc)
	})
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
