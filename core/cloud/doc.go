// Package cloud finds out which cloud a command is for, and everything that is
// said about it: options, then the environment, then clouds.yaml with
// secure.yaml and profiles, read as openstacksdk and openstackclient read them.
// The numbers in the comments, such as "rule 49", are those of the tests and of
// docs/clouds-differences.md. The package gives one resolved cloud. It knows no
// command and no connection, and talks to nobody unless a profile is a URL and
// the person allowed that it is fetched.
//
// Files are read into plain maps, because fixed structs lose the keys of
// services that their author did not think of; every value remembers where it
// was written. No error and no warning shows a value that may be a secret.
package cloud
