// Package composition is a pod that composes computer systems as DMTF's CompositionService describes it: resource blocks
// in resource zones, taken whole, and systems composed of them.
//
// What it knows is a tree of Redfish documents, a JSON object for each URI. The documents are the state: a block is free
// when its document says so. They come from a bundle of documents, such as DMTF's mockups, or from Generate, which makes
// them of a description of hardware.
//
// It answers requests whose sender is known already: latency, signing in and sessions are the business of the simulator
// around it, which it must not know.
//
// How the files hang together: tree.go keeps the documents, bundle.go reads them, layout.go and the body files make
// them; pod.go and blocks.go are what a composition does to them, request.go, choose.go and wishes.go read what is asked
// for and decide; the other files hold one kind of request each.
package composition
