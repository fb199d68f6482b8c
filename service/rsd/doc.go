// Package rsd is the driver for Intel Rack Scale Design pod managers that
// speak API 1.2 or 2.1 to 2.4.
//
// It turns the calls of service.Pod into Redfish requests and the answers back
// into the words of the domain. It keeps no record of machines: all it holds
// between calls is the entry point and a session token. It must not know
// stores, journals or the routes of the service.
//
// What the versions differ in, as far as their documents do not show it, is in
// dialect.go; the version stands in the entry point.
//
// What RSD has in common with other Redfish services it takes from
// service/redfish. The documents of its own are read into small structs, too:
// gofish knows nothing of RSD's ComposedNode.
package rsd
