// Package access says who is calling the service. Each strategy is a file and
// a function from a request to a service.Caller, or an error with the code
// Unauthorized; service/httpapi asks it and writes the answers, so nothing here
// knows what an error document looks like, nor what the routes are.
package access
