package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/service/app/config"
)

// version is set by the build.
var version = "dev"

// grammar is the command line but for the flags that set options: those follow
// the table of options, and so do their environment variables.
type grammar struct {
	Serve  serve `cmd:"" default:"withargs" help:"Serve; this is what happens without a command."`
	Config struct {
		Check  check  `cmd:"" help:"Say what is wrong with the configuration."`
		Show   show   `cmd:"" help:"Show every option, its value and where that comes from."`
		Sample sample `cmd:"" help:"Print a configuration file with every option commented out."`
	} `cmd:"" help:"Look at the configuration."`
	Credential credential `cmd:"" help:"Manage the keys that passwords of pod managers are encrypted with."`
	Store      store      `cmd:"" help:"Back the store up, and bring it back."`

	ConfigFile []string         `help:"Configuration file; may be given several times, the last one counts most. Default: ${file}, if it exists." sep:"none" placeholder:"FILE" env:"VALENCE_API_CONFIG_FILE"`
	ConfigDir  []string         `help:"Folder whose *.conf files are read after the others. Default: ${dir}, if it exists." sep:"none" placeholder:"DIR" env:"VALENCE_API_CONFIG_DIR"`
	Version    kong.VersionFlag `help:"Show the version and exit."`
}

// parse reads the command line. It ends the process after --help and --version,
// and with status 2 on wrong usage.
func parse(args []string) (*kong.Context, config.Sources) {
	var g grammar
	flags := newOptionFlags()
	parser := kong.Must(&g,
		kong.Name("valence-api"),
		kong.Description("The Valence REST service: composes machines out of Rack Scale Design hardware."),
		kong.Vars{"version": "valence-api " + version, "file": config.DefaultFile, "dir": config.DefaultDir},
		kong.Embed(flags.fields.Interface()),
	)
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "valence-api: %v\nTry valence-api --help.\n", err)
		os.Exit(2)
	}
	return command, config.Sources{
		Files:   g.ConfigFile,
		Dirs:    g.ConfigDir,
		Environ: os.Environ(),
		Flags:   flags.given(),
	}
}

// optionFlags are the flags that set options. What they were given is kept as
// text: the configuration knows what it means.
type optionFlags struct {
	options []config.Option
	fields  reflect.Value // points to a struct with a pointer for each option
}

func newOptionFlags() optionFlags {
	var f optionFlags
	var fields []reflect.StructField
	for _, o := range config.Options() {
		if o.Flag == "" {
			continue
		}
		kind := reflect.TypeFor[*string]()
		if o.Bool {
			kind = reflect.TypeFor[*bool]()
		}
		fields = append(fields, reflect.StructField{
			Name: "Option" + strconv.Itoa(len(fields)),
			Type: kind,
			Tag: reflect.StructTag(fmt.Sprintf("name:%q help:%q placeholder:%q",
				o.Flag, o.Help+" ($"+o.Env+")", placeholder(o))),
		})
		f.options = append(f.options, o)
	}
	f.fields = reflect.New(reflect.StructOf(fields))
	return f
}

func placeholder(o config.Option) string {
	if o.Default == "" {
		return "TEXT"
	}
	return o.Default
}

// given are the flags that were on the command line.
func (f optionFlags) given() map[string]string {
	given := map[string]string{}
	for i, o := range f.options {
		if value := f.fields.Elem().Field(i); !value.IsNil() {
			given[o.Flag] = fmt.Sprint(value.Elem().Interface())
		}
	}
	return given
}

// exitStatus is 2 where the command line is to blame, and 1 for other failures.
func exitStatus(err error) int {
	if problems, ok := errors.AsType[config.Problems](err); ok && problems.Usage() {
		return 2
	}
	return 1
}
