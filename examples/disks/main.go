// Valence-plugin-disks is the family of disks on a shelf.
package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"

	"example.org/valence-plugin-disks/shelf"
)

// version is set by the build.
var version = "dev"

func main() {
	plugin.Serve(family())
}

func family() plugin.Family {
	return plugin.Family{
		Name: "disks", Version: version, Services: []string{shelf.ServiceType},
		Grammar: func() any { return newGrammar() },
	}
}
