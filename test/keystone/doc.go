// Package keystone gives tests a real Keystone, run from Debian's packages by
// uwsgi over SQLite on free ports of the loopback. It is prepared once for a test
// binary and shared by its tests, each of which makes users and projects of its
// own; it ends with the binary, however that ends.
package keystone
