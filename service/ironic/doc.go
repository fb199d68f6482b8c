// Package ironic is the service.Provisioner that enrols composed nodes in
// OpenStack Bare Metal (Ironic), with the hardware type redfish: Ironic then
// powers the machine through its pod manager by itself.
//
// It holds nothing between calls but a token. What it knows of a node it reads
// from Ironic each time, so that people may go on working with the node there.
// It must not know stores, pods or the routes of the service.
package ironic
