// Package session is a connection to the services of one resolved cloud: it
// turns a service and a path into a request, sends it, retries what may be
// retried, and logs what went over the wire. It knows no command and no plugin,
// and whoever uses it never learns how it signs in.
package session
