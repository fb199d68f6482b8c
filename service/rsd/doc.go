// Package rsd is the driver for Intel Rack Scale Design pod managers that
// speak API 2.1 to 2.4.
//
// It turns the calls of service.Pod into Redfish requests and the answers back
// into the words of the domain. It keeps no record of machines: all it holds
// between calls is the entry point and a session token. It must not know
// stores, journals or the routes of the service.
//
// The documents are read into small structs of its own instead of gofish's
// types. gofish knows nothing of RSD's ComposedNode; it keeps the context in
// its client, so that one call could not be given up without the others; and
// its types hide some of the links that have to be followed (the VLANs of an
// interface) and refuse a whole memory module for one number with a decimal
// point.
package rsd
