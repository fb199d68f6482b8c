// Package composition is the driver for DMTF's Redfish CompositionService, in
// which systems are composed out of resource blocks.
//
// It turns the calls of service.Pod into requests and the answers back into the
// words of the domain. Where the client chooses the blocks it is the driver
// that places a machine: the smallest blocks that do, in one resource zone. It
// keeps no record of machines. Between calls it holds the entry point, a
// session token, how large the blocks are, and which ones its own calls are
// about to take. It must not know stores, journals or the routes of the
// service. Why a node is found again by the marks that it carries is in
// docs/decisions/0012.
package composition
