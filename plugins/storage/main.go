// Valence-plugin-storage is the family of storages.
package main

import "github.com/valence-rsd/valence/sdk/plugin"

// version is set by the build.
var version = "dev"

func main() {
	plugin.Serve(family())
}

func family() plugin.Family {
	return plugin.Family{
		Name: "storage", Version: version, Services: []string{"rack-scale"},
		Grammar: func() any { return newGrammar() },
	}
}
