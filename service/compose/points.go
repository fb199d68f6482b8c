package compose

// The points of the work at which Options.Observe is called: after every write
// to the journal, and after every call that changed something on a pod or at
// the provisioner. A process that is killed at any of them must lose nothing;
// the names are stable, so that a test can ask for one from outside.
const (
	ComposeBegun       = "compose.begun"          // the intent is written
	PodAllocated       = "compose.pod-allocated"  // the pod has set hardware aside
	ComposeAnswerLost  = "compose.answer-lost"    // it is written that the answer to that was lost
	ComposeAllocated   = "compose.allocated"      // the machine is written down
	PodAssembling      = "compose.pod-assembling" // the pod was asked to assemble
	ComposeAssembling  = "compose.assembling"     // that is written
	ComposeFinished    = "compose.finished"       // the node is composed
	UndoBegun          = "undo.begun"             // it is written that the compose failed
	UndoPodDeleted     = "undo.pod-deleted"       // the pod has taken the hardware back
	UndoFinished       = "undo.finished"          // the node is forgotten, or written as failed
	DeleteBegun        = "delete.begun"           // the intent is written
	DeleteDeregistered = "delete.deregistered"    // the provisioner has forgotten the node
	DeleteUnmanaged    = "delete.unmanaged"       // that is written
	DeletePodDeleted   = "delete.pod-deleted"     // the pod has taken the hardware back
	DeleteRefused      = "delete.refused"         // the pod refused, and the node is written as composed again
	DeleteFinished     = "delete.finished"        // the node is forgotten
	CancelOrdered      = "cancel.ordered"         // the order to cancel a compose is written
	ForgetOrdered      = "forget.ordered"         // the order to forget a node that is worked on is written
	ForgetBegun        = "forget.begun"           // the intent to forget a settled node is written
	ForgetFinished     = "forget.finished"        // the node is forgotten, and its hardware as it was
	RegisterBegun      = "register.begun"         // it is written that the provisioner knows the node
	RegisterEnrolled   = "register.enrolled"      // the provisioner does
	RegisterFinished   = "register.finished"      // that is written again, for whoever lost the node meanwhile
	DeregisterRemoved  = "deregister.removed"     // the provisioner has forgotten the node
	DeregisterFinished = "deregister.finished"    // that is written
)

// Points are the points of a compose that succeeds, in order.
func Points() []string {
	return []string{ComposeBegun, PodAllocated, ComposeAllocated, PodAssembling, ComposeAssembling, ComposeFinished}
}

// UndoPoints are the points of giving back what a failed compose allocated, in
// order.
func UndoPoints() []string { return []string{UndoBegun, UndoPodDeleted, UndoFinished} }

// DeletePoints are the points of a delete of an unregistered node that
// succeeds, in order.
func DeletePoints() []string { return []string{DeleteBegun, DeletePodDeleted, DeleteFinished} }

// RegisteredDeletePoints are the points of a delete of a registered node that
// succeeds, in order.
func RegisteredDeletePoints() []string {
	return []string{DeleteBegun, DeleteDeregistered, DeleteUnmanaged, DeletePodDeleted, DeleteFinished}
}

// ForgetPoints are the points of forgetting a settled node, in order.
func ForgetPoints() []string { return []string{ForgetBegun, ForgetFinished} }

// RegisterPoints are the points of a registration that succeeds, in order.
func RegisterPoints() []string { return []string{RegisterBegun, RegisterEnrolled, RegisterFinished} }

// DeregisterPoints are the points of a deregistration, in order.
func DeregisterPoints() []string { return []string{DeregisterRemoved, DeregisterFinished} }
