// Package podsim is a simulated Rack Scale Design pod: racks full of machines behind a pod manager that speaks
// Redfish with Intel's RSD extensions, 1.2 to 2.4, or behind DMTF's CompositionService. It holds real state: composing a
// node takes a machine away, assembly takes time, a reset changes the power state, deleting a node gives the machine back.
//
// It is a library first; cmd/valence-podsim is a thin program around it. It must know nothing of the rest of the
// project: whatever drives a real pod manager must be able to drive this one over HTTP and nothing else.
//
// How the files hang together: server.go is the HTTP that all personalities of the pod share, personality.go says what
// is below it; packages faults and events are for all of them, lens.go lets hardware vanish and statekeeper.go
// remembers. Of the RSD pod manager, topology.go says how big the pod is, inventory.go and pooled.go build it;
// state.go, assets.go and volumes.go are what a pod manager knows, match.go and composing.go what it decides and does;
// dialect.go and dialects.go hold what differs between RSD versions, adapt.go applies it to resources; and the other
// files hold one Redfish resource each. dmtf.go and layout.go hand the hardware to package composition, which is
// DMTF's CompositionService.
package podsim
