// Package access says who is calling the service. Each strategy is a type with
// two methods: Caller turns a request into a service.Caller, or into an error
// with the code Unauthorized or Unavailable; Challenge is what an answer with
// the status 401 says in its WWW-Authenticate header. service/httpapi asks it
// and writes the answers, so nothing here knows what an error document looks
// like, which routes there are, or what a role may do on them.
package access
