// Valence-plugin-device is the family of pooled devices.
package main

import "github.com/valence-rsd/valence/sdk/plugin"

// version is set by the build.
var version = "dev"

func main() {
	plugin.Serve(family())
}

func family() plugin.Family {
	return plugin.Family{
		Name: "device", Version: version, Services: []string{"rack-scale"},
		Grammar: func() any { return newGrammar() },
	}
}
