// Package output turns rows and records into what a person or a program reads:
// one file per format. It knows columns, JSON values and a writer; it must not
// know commands, plugins, clouds or the process's own streams.
package output
