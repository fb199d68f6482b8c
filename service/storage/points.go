package storage

// The points of the work at which Options.Observe is called: after every write
// to the record of a volume, and after every call that changed something on a
// pod. A process that is killed at any of them must lose nothing; the names
// are stable, so that a test can ask for one from outside.
const (
	CreateBegun      = "volume.create.begun"        // the record is written
	PodCreated       = "volume.create.pod-created"  // the pod has made the volume
	CreateAnswerLost = "volume.create.answer-lost"  // the answer to that was lost
	CreateFinished   = "volume.create.finished"     // the volume is available
	CreateUndone     = "volume.create.undone"       // the volume is forgotten, or written as failed
	AttachBegun      = "volume.attach.begun"        // it is written that the volume is being attached
	PodAttached      = "volume.attach.pod-attached" // the pod has attached it
	AttachFinished   = "volume.attach.finished"     // it is written as attached
	AttachUndone     = "volume.attach.undone"       // it is written as available again
	DetachBegun      = "volume.detach.begun"        // it is written that the volume is being detached
	PodDetached      = "volume.detach.pod-detached" // the pod has detached it
	DetachFinished   = "volume.detach.finished"     // it is written as available, or as being erased
	DetachRefused    = "volume.detach.refused"      // it is written as attached again
	EraseBegun       = "volume.erase.begun"         // it is written that the volume is being erased
	PodErased        = "volume.erase.pod-erased"    // the pod has erased it
	EraseFinished    = "volume.erase.finished"      // it is written as available, erased or not
	DeleteBegun      = "volume.delete.begun"        // it is written that the volume is being deleted
	PodDeleted       = "volume.delete.pod-deleted"  // the pod has taken the room back
	DeleteFinished   = "volume.delete.finished"     // the volume is forgotten
	DeleteRefused    = "volume.delete.refused"      // it is written as available again
)

// CreatePoints are the points of making a volume, in order.
func CreatePoints() []string { return []string{CreateBegun, PodCreated, CreateFinished} }

// AttachPoints are the points of an attach that succeeds, in order.
func AttachPoints() []string { return []string{AttachBegun, PodAttached, AttachFinished} }

// DetachPoints are the points of a detach that succeeds, in order. A volume
// that is erased then goes on with those of ErasePoints but the first.
func DetachPoints() []string { return []string{DetachBegun, PodDetached, DetachFinished} }

// ErasePoints are the points of erasing, in order.
func ErasePoints() []string { return []string{EraseBegun, PodErased, EraseFinished} }

// DeletePoints are the points of a delete that succeeds, in order.
func DeletePoints() []string { return []string{DeleteBegun, PodDeleted, DeleteFinished} }
