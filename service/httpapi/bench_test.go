package httpapi_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/httpapi"
)

// flavorStore has flavors that never change.
type flavorStore struct {
	httpapi.Store
	flavors []service.Flavor
}

func (flavorStore) Version(context.Context, service.Kind) (int64, error) { return 1, nil }

func (s flavorStore) Flavors(context.Context, string) iter.Seq2[service.Flavor, error] {
	return func(yield func(service.Flavor, error) bool) {
		for _, f := range s.flavors {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// BenchmarkListFlavors is what the service itself does for a list that it has
// sent before, without the network.
func BenchmarkListFlavors(b *testing.B) {
	var store flavorStore
	for i := range 100 {
		store.flavors = append(store.flavors, service.Flavor{UUID: uuid.NewString(), Name: fmt.Sprint("flavor-", i)})
	}
	handler, err := httpapi.New(httpapi.Options{
		Store: store, Access: admit(service.Caller{UserID: "alice", Role: service.Admin}),
		Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		b.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodGet, "/v1/flavors", nil)
	b.ReportAllocs()
	for b.Loop() {
		answer := httptest.NewRecorder()
		answer.Body = nil
		handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			b.Fatal(answer.Code)
		}
	}
}
