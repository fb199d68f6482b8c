package redfish

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

func TestLocationInACircle(t *testing.T) {
	t.Parallel()
	rack := newTree([]service.Chassis{
		{Ref: "/a", ID: "a", Contains: []string{"/b"}, Systems: []string{"/s"}}, {Ref: "/b", ID: "b", Contains: []string{"/a"}},
	})
	sys := service.System{Ref: "/s"}
	rack.place(&sys)
	if diff := cmp.Diff([]string{"Chassis:a", "Chassis:b"}, sys.Location); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
