// Valence-plugin-service is the family of the Valence services on this host.
package main

import "github.com/valence-rsd/valence/sdk/plugin"

// version is set by the build.
var version = "dev"

func main() {
	plugin.Serve(family(thisHost()))
}

func family(h *host) plugin.Family {
	return plugin.Family{
		Name: "service", Version: version,
		Grammar: func() any { return newGrammar(h) },
	}
}
