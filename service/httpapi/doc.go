// Package httpapi is the REST side of valence-api: the routes of Valence v1,
// the documents that go over the wire, the error documents, and the OpenAPI
// description of all of it.
//
// It knows the interfaces of the domain and nothing behind them: not etcd, not
// Redfish, not how a caller proves who he is. Each resource is a file or two,
// NAME.go for its operations and NAME_wire.go for its documents; adding one is
// adding those files and a line in New.
//
// huma makes schemas and the OpenAPI description out of the Go types, and no
// more than that: huma.Register is not used. It answers its own errors through
// the package variables huma.NewError and huma.ValidateStrictCasing, which are
// shared by every service in a process, and it echoes the offending values,
// passwords included. So the operations hang on the standard mux directly,
// bodies are checked in validate.go against the very schemas that the
// description publishes, and every error becomes a Valence document in
// errors.go.
package httpapi
