// Package ironic gives tests a real Ironic, run from Debian's packages: an
// ironic-api and an ironic-conductor over SQLite and JSON-RPC on free ports of
// the loopback, with the hardware types redfish and fake-hardware. One is
// shared by the tests of a binary; more can be started. All of them end with
// the binary, however that ends.
package ironic
