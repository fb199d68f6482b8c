// Package plugin is what the author of a Valence plugin writes against.
//
// A plugin is a program named valence-plugin-FAMILY whose main function calls
// Serve with a Family. "valence plugin new" writes one to begin with, and the
// author's guide is docs/plugins.md. The commands of a family are ordinary kong
// structs with a Run method:
//
//	type greetCmd struct {
//		Name string `arg:"" optional:"" help:"Whom to greet."`
//	}
//
//	func (c *greetCmd) Run(ctx context.Context, call *plugin.Call) error {
//		call.Infof("Hello, %s.", c.Name)
//		return nil
//	}
//
// From the structs the kit makes the manifest that the shell builds its
// grammar, help and completion from, so nothing is written twice. Besides kong's
// own tags the kit knows complete: on an argument or a flag, complete:"disk" has
// its values completed with the names that "disk list" gives, and
// complete:"file" with the names of files.
//
// Most commands need not be written: a Resource describes one kind of thing,
// its columns and how it is listed, found and deleted, and makes the commands.
//
// A command never prints: it hands rows, records, notices and progress to its
// Call, and the shell shows them in the format that was asked for. It asks the
// person through its Call too, for it has no terminal of its own; Destructive is
// for those that do harm. It never holds a credential either: its HTTP client is
// a tunnel to the shell, which knows the service's address and adds the token.
//
// A command that stays silent for 30 seconds, with no request or question under
// way, is taken for hung and killed; Call.Progress says that it is still at work.
//
// What is exported here, and in the other packages under sdk, stays for as long
// as the major version of Valence does. The texts of errors and help may change,
// structs may get new fields, and Shell new methods: package plugintest has an
// implementation of it for tests.
package plugin
