// Package service is the domain of valence-api: what a node, a flavor and a
// pod manager are, what a store and a pod must do, and the codes an error may
// carry.
//
// It imports the standard library only and knows no technology: not HTTP, not
// etcd, not Redfish. The packages below it adapt it to those, and never import
// one another, so that a store or a driver can be replaced without touching
// the work in service/compose.
package service
