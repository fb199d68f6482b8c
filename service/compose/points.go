package compose

// The points of the work at which Options.Observe is called: after every write
// to the journal, and after every call that changed something on a pod. A
// process that is killed at any of them must lose nothing; the names are
// stable, so that a test can ask for one from outside.
const (
	ComposeBegun      = "compose.begun"          // the intent is written
	PodAllocated      = "compose.pod-allocated"  // the pod has set hardware aside
	ComposeAnswerLost = "compose.answer-lost"    // it is written that the answer to that was lost
	ComposeAllocated  = "compose.allocated"      // the machine is written down
	PodAssembling     = "compose.pod-assembling" // the pod was asked to assemble
	ComposeAssembling = "compose.assembling"     // that is written
	ComposeFinished   = "compose.finished"       // the node is composed
	UndoBegun         = "undo.begun"             // it is written that the compose failed
	UndoPodDeleted    = "undo.pod-deleted"       // the pod has taken the hardware back
	UndoFinished      = "undo.finished"          // the node is forgotten, or written as failed
	DeleteBegun       = "delete.begun"           // the intent is written
	DeletePodDeleted  = "delete.pod-deleted"     // the pod has taken the hardware back
	DeleteRefused     = "delete.refused"         // the pod refused, and the node is written as composed again
	DeleteFinished    = "delete.finished"        // the node is forgotten
)

// Points are the points of a compose that succeeds, in order.
func Points() []string {
	return []string{ComposeBegun, PodAllocated, ComposeAllocated, PodAssembling, ComposeAssembling, ComposeFinished}
}

// UndoPoints are the points of giving back what a failed compose allocated, in
// order.
func UndoPoints() []string { return []string{UndoBegun, UndoPodDeleted, UndoFinished} }

// DeletePoints are the points of a delete that succeeds, in order.
func DeletePoints() []string { return []string{DeleteBegun, DeletePodDeleted, DeleteFinished} }
