package httpapi

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count the requests. Their labels have few values: no name, id or
// path of anybody's.
type metrics struct {
	registry *prometheus.Registry
	duration *prometheus.HistogramVec
}

func newMetrics(registry *prometheus.Registry) *metrics {
	m := &metrics{
		registry: registry,
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "valence_api_request_duration_seconds",
			Help:    "How long requests took, by operation of the API and status of the answer.",
			Buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10, 60, 600},
		}, []string{"operation", "status"}),
	}
	registry.MustRegister(m.duration)
	return m
}

func (m *metrics) observe(rec *record, took time.Duration) {
	operation := rec.operation
	if operation == "" {
		operation = "none"
	}
	m.duration.WithLabelValues(operation, strconv.Itoa(rec.status)).Observe(took.Seconds())
}

// routeMetrics shows the metrics in the form of Prometheus. They are open to
// everybody who reaches the service, as health is.
func (a *api) routeMetrics() {
	a.mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{}))
}
