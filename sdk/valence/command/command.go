// Package command joins the client library to the plugin kit: it makes the
// functions of a plugin.Resource out of those of a package of the library, so
// that a family of commands need not repeat them.
//
//	var resource = plugin.Resource[flavors.Flavor]{
//		Name:   "flavor",
//		List:   command.List(flavors.All, nil),
//		Find:   command.Find(flavors.Find),
//		Delete: command.Delete(flavors.Delete, func(f flavors.Flavor) string { return f.UUID }),
//		Columns: []plugin.Column[flavors.Flavor]{
//			{Name: "name", Value: func(f flavors.Flavor) any { return f.Name }},
//		},
//	}
package command

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// Connect gives the client of the service through the shell. The family names
// valence.ServiceType among its Services.
func Connect(call *plugin.Call) (*gophercloud.ServiceClient, error) {
	return valence.NewClient(call.Service(valence.ServiceType))
}

// List lists all that a function of the library gives with those options.
func List[T, O any](all func(context.Context, *gophercloud.ServiceClient, O) iter.Seq2[T, error], opts O) func(context.Context, *plugin.Call) iter.Seq2[T, error] {
	return func(ctx context.Context, call *plugin.Call) iter.Seq2[T, error] {
		client, err := Connect(call)
		if err != nil {
			return func(yield func(T, error) bool) { yield(*new(T), err) }
		}
		return all(ctx, client, opts)
	}
}

// Find finds a thing by name or UUID.
func Find[T any](find func(context.Context, *gophercloud.ServiceClient, string) (T, error)) func(context.Context, *plugin.Call, string) (T, error) {
	return func(ctx context.Context, call *plugin.Call, nameOrID string) (T, error) {
		client, err := Connect(call)
		if err != nil {
			return *new(T), err
		}
		return find(ctx, client, nameOrID)
	}
}

// PodManagerID is the UUID of the pod manager with that name or UUID, as options
// name one; the empty name stands for none.
func PodManagerID(ctx context.Context, client *gophercloud.ServiceClient, nameOrID string) (string, error) {
	if nameOrID == "" {
		return "", nil
	}
	pm, err := podmanagers.Find(ctx, client, nameOrID)
	return pm.UUID, err
}

// Errer is a result of the library that has nothing but an error.
type Errer interface{ ExtractErr() error }

// Delete deletes a thing by its UUID.
func Delete[T any, R Errer](remove func(context.Context, *gophercloud.ServiceClient, string) R, uuid func(T) string) func(context.Context, *plugin.Call, T) error {
	return func(ctx context.Context, call *plugin.Call, thing T) error {
		client, err := Connect(call)
		if err != nil {
			return err
		}
		return remove(ctx, client, uuid(thing)).ExtractErr()
	}
}

// Patiently asks the service for something that takes long, and asks again
// whenever it, or a proxy before it, gives up waiting: the work goes on all the
// same. When it is asked for again it may have been done.
func Patiently(ctx context.Context, ask func(again bool) error) error {
	err := ask(false)
	for gophercloud.ResponseCodeIs(err, http.StatusGatewayTimeout) && ctx.Err() == nil {
		err = ask(true)
	}
	return err
}

// UnlessGone takes it for done when that which was to be deleted again is not
// there.
func UnlessGone(again bool, err error) error {
	if again && gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		return nil
	}
	return err
}

// Text is the value of a column with a text: nothing where it is empty.
func Text(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// Moment is the value of a column with a time: nothing where the service told
// none.
func Moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
