// Package doctor looks at all that a command needs before it can work: the
// configuration, the plugins, the caches, Keystone, the service and its pod
// managers. It says what is wrong and how to mend it, and changes nothing.
//
// A check knows the checks that it builds on. All others go on when one fails;
// those that build on it are skipped.
package doctor
