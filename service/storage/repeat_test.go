package storage_test

import (
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/storage"
)

// TestRepeatedElsewhere kills a process in the middle of a request, which its
// caller repeats at another one. That takes the work up by itself: Run, which
// would do it sooner or later, does not run here.
func TestRepeatedElsewhere(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	create := func(p *process, _ service.Node, _ service.Volume) error {
		r := request()
		r.IdempotencyKey = "k"
		_, err := p.storage.CreateVolume(by("p"), r)
		return err
	}
	attach := func(p *process, n service.Node, v service.Volume) error {
		_, err := p.storage.Attach(by("p"), n.UUID, v.UUID)
		return err
	}
	detach := func(p *process, n service.Node, v service.Volume) error {
		return p.storage.Detach(by("p"), n.UUID, v.UUID)
	}
	remove := func(p *process, _ service.Node, v service.Volume) error {
		return p.storage.DeleteVolume(by("p"), v.UUID, service.Decompose)
	}
	for _, tt := range []struct {
		point  string
		before func(*process, service.Node, service.Volume) error // or nil
		do     func(*process, service.Node, service.Volume) error
		want   int // volumes
	}{
		{storage.CreateBegun, nil, create, 2},
		{storage.PodCreated, nil, create, 2},
		{storage.AttachBegun, nil, attach, 1},
		{storage.PodAttached, nil, attach, 1},
		{storage.DetachBegun, attach, detach, 1},
		{storage.PodDetached, attach, detach, 1},
		{storage.DeleteBegun, nil, remove, 0},
		{storage.PodDeleted, nil, remove, 0},
	} {
		t.Run(tt.point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, e)
			before := w.start("")
			n, v := before.node("p"), before.volume("p")
			if tt.before != nil {
				ok(t, tt.before(before, n, v))
			}
			first := w.start(tt.point)
			go tt.do(first, n, v)
			first.crash()

			second := w.start("")
			ok(t, tt.do(second, n, v))
			second.volumes(tt.want)
		})
	}
}
