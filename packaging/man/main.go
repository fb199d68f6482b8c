// Command man writes the manual pages of all programs: those of the shell from
// the manifests of the plugins, that of the configuration from the table of
// options, and those of the other programs from their own help.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/shell"
	"github.com/valence-rsd/valence/internal/roff"
	"github.com/valence-rsd/valence/internal/wire"
)

func main() {
	bin := flag.String("bin", "bin", "folder with the programs, for this machine")
	version := flag.String("version", "dev", "their version")
	flag.Parse()
	// Whoever builds packages says of which date they are.
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		log.Fatal("SOURCE_DATE_EPOCH: ", err)
	}
	if err := write(*bin, flag.Arg(0), *version, time.Unix(seconds, 0)); err != nil {
		log.Fatal(err)
	}
}

// write writes the pages, each set into the folder of the package that it is
// for.
func write(bin, dir, version string, date time.Time) error {
	commands, err := manifests(filepath.Join(bin, "plugins"))
	if err != nil {
		return err
	}
	api, err := servicePage(bin, version, date)
	if err != nil {
		return err
	}
	podsim, err := podsimPage(bin, version, date)
	if err != nil {
		return err
	}
	sets := map[string][]*roff.Page{
		"valence":        append(shell.Manual(commands, version, date), completePage(version, date)),
		"valence-api":    {api, configurationPage(version, date)},
		"valence-podsim": {podsim},
	}
	for set, pages := range sets {
		for _, p := range pages {
			if err := save(filepath.Join(dir, set, "man"+strconv.Itoa(p.Section)), p); err != nil {
				return err
			}
		}
	}
	return nil
}

func save(dir string, p *roff.Page) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, p.File()), []byte(p.String()), 0o644)
}

// manifests are the commands of every plugin in a folder, all of which must
// work.
func manifests(dir string) ([]wire.Command, error) {
	host := pluginhost.New(pluginhost.Options{Dirs: []string{dir}})
	defer host.Close()
	catalog := host.Catalog(context.Background())
	if len(catalog.Problems) > 0 || len(catalog.Plugins) == 0 {
		return nil, fmt.Errorf("%d plugins of %s can be used, with these problems: %v", len(catalog.Plugins), dir, catalog.Problems)
	}
	var commands []wire.Command
	for _, p := range catalog.Plugins {
		commands = append(commands, p.Manifest.Commands...)
	}
	return commands, nil
}
