// Package complete says what can stand next on a command line. It works on a
// Tree, which the shell makes of its own commands and of the plugins'
// manifests, and imports the standard library only: a key press must not wait
// for anything else to be loaded.
//
// It knows no cloud and starts no plugin. Where only a service or a file knows
// the answer it says so, by a Noun, and leaves the look-up to its caller.
package complete

// Verb is the hidden command of the shell that answers the completion
// scripts; the words of the line follow it.
const Verb = "__complete"
