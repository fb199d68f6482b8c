// Package cloud finds out which cloud a command is for: options, then the
// environment, then clouds.yaml, read as openstacksdk reads it. It gives one
// resolved cloud and talks to nobody. It knows no command and no connection.
//
// Files are read into plain maps, because fixed structs lose the keys of
// services that their author did not think of. No error and no warning shows a
// value of a file: any of them may be a secret.
package cloud
