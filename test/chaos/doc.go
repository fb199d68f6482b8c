// Package chaos kills parts of a running Valence and looks at what is left:
// three replicas of the built service over an etcd cluster of three processes,
// with a simulated pod behind them and a balancer before them.
//
// TestChaos is the long one. Clients that retry as the library does keep the
// service busy while replicas and members are killed with SIGKILL and come
// back. Then everything that was acknowledged is looked for, in the service and
// on the pod. Two environment variables change it:
//
//	VALENCE_CHAOS_SECONDS  how long the load goes on; 120 by default
//	VALENCE_CHAOS_SEED     repeats the choices of an earlier run, which logs it
//
// TestInventoryLeader kills the replica that reads the pods.
//
// The logs of the replicas are artifacts of the test: go test -artifacts keeps
// them.
package chaos
