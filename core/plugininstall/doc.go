// Package plugininstall puts plugins into the user's folder, takes them out
// again, and compares them with what was installed.
//
// A plugin comes from a file, a folder, an archive or an https address with a
// checksum; the network is used for an address and for nothing else. Whatever
// the source, the plugin is copied to a private folder first, started from there
// to be described, and renamed into its place only when it can be used and
// takes no command from another. It knows nothing of command lines or output.
package plugininstall
