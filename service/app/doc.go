// Package app is the process of valence-api without its command line: it puts
// the parts together, binds the listener, serves, drains and takes the parts
// down again.
//
// It knows every part and nothing of flags, signals or exit codes, and it keeps
// nothing outside of an App: any number of them fit into one process.
package app
