// Package test holds the functional tests: the built binaries, run as a user
// would run them, against one another over real sockets.
//
// Each script under testdata/script is one test. Besides testscript's own
// commands it has:
//
//	stack [podsim flag...]        start a pod and a service, register the pod
//	podsim NAME [podsim flag...]  start another pod; sets $NAME_URL
//	register NAME URL [flag...]   register a pod manager
//	exits CODE command...         run a command that must exit with CODE
//	terminal STEPS command...     run a command at a terminal, as a person does
//	serve FOLDER                  serve a folder; sets $HTTPS_URL and $HTTP_URL
package test
