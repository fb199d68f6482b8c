// Package config reads the configuration of valence-api: flags over environment
// over INI files over defaults. One table, the tags of Config, says everything
// about every option; parsing, checking, showing and the sample file follow it.
//
// It knows the options and the files that they name. It must not know the parts
// of the service that are configured by them, nor of arguments, signals and exit
// codes: what it needs of a process is handed in with Sources.
package config
