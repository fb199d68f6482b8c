// Package contract holds the tests of the REST contract: every operation of
// the OpenAPI description and every error of it, over real HTTP, against a
// real service with simulated pods in the test's own process.
//
// All requests go through a recorder, which holds each answer, and each request
// that was granted, against the description that the service gives of itself.
// When all tests have run it fails where an operation never succeeded, and
// where docs/api-tests.md does not say what was tested; -update writes that
// table anew.
//
// The tests know the service by its URL only.
package contract
