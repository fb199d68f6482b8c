// Package redfish is what the drivers of Redfish services have in common: how
// to talk to one service, and how to read what it says of its hardware.
//
// It signs in, with a session or with Basic; bounds requests in time, in size
// and in number; follows redirects, pages and tasks; makes errors of the
// domain out of refusals, without a secret in them; and reads systems, chassis
// and their parts as the standard describes them. It must not know how
// machines are composed: that is what the drivers differ in.
//
// The documents are read into small structs of its own instead of gofish's
// types. gofish keeps the context in its client, so that one call could not be
// given up without the others; and its types hide some of the links that have
// to be followed (the VLANs of an interface) and refuse a whole memory module
// for one number with a decimal point.
package redfish
