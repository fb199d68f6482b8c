// Package session is a connection to the services of one cloud: it signs in at
// Keystone, finds a service in the catalog, turns a service and a path into a
// request, sends it, retries what may be retried, and tells what went over the
// wire. It knows no command and no plugin, and whoever uses it never learns how
// it signs in.
//
// Tokens are Keystone v3's, asked for with gophercloud. Its reading of
// clouds.yaml is not used (package cloud has the rules), nor its choice of
// endpoints (no lists of interfaces, no account of what there is), nor the
// logging of gophercloud/utils: that reads whole bodies into memory, repeats any
// request, POST too, and does not write curl lines.
package session
