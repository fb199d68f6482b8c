// Package pluginnew writes the module of a new plugin: a family with commands,
// its tests and a README, which builds, tests and installs as it stands.
//
// The files are the templates under template/. The package knows where the kit
// of this very shell is, in a checkout or in a release; it must not know
// command lines, output, or how a plugin is installed.
package pluginnew
