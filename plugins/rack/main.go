// Valence-plugin-rack is the family of racks and of what stands in them.
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
		Name: "rack", Version: version, Services: []string{valence.ServiceType},
		Grammar: func() any { return &grammar{} },
	}
}
