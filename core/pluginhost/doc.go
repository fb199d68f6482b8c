// Package pluginhost finds plugin binaries, decides whether they can be
// trusted, knows their manifests, and runs a command in one of them.
//
// It starts a plugin only to describe one that it does not know yet, and to
// run a command. Whatever a plugin does (crash, hang, print garbage, speak
// another protocol) ends as a Problem or a fault with code PluginFault, never
// as the end of the shell. It knows nothing of command lines, clouds or
// output: requests go through a function, results into a Sink.
package pluginhost
