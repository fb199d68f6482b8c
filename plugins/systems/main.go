// Valence-plugin-systems is the family of the computer systems of the pods.
package main

import (
	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
)

// version is set by the build.
var version = "dev"

func main() {
	plugin.Serve(family())
}

func family() plugin.Family {
	return plugin.Family{
		Name: "systems", Version: version, Services: []string{valence.ServiceType},
		Grammar: func() any { return &grammar{} },
	}
}
