// Package resource holds what every resource package under v1 would otherwise
// repeat: making a request, walking a list, finding by name, reading times. It
// must not know any resource.
package resource
