// Command valence-api runs the Valence REST service.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	command, sources := parse(os.Args[1:])
	if err := command.Run(sources); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(os.Stderr, "valence-api: %s\n", strings.TrimSuffix(line, "\n"))
		}
		os.Exit(exitStatus(err))
	}
}
