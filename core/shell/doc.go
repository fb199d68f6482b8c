// Package shell turns a command line into an exit code: it finds the command,
// in the core or in a plugin's manifest, checks the line against the command's
// grammar, runs it, prints what it gives, and says what went wrong.
//
// It must not know what any family's command does, how a plugin is started or
// how a cloud is signed in to; and it touches nothing of the process but the
// Streams it is given.
package shell
