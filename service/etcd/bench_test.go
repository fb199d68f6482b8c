package etcd

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// crowd puts nodes into etcd, past the store.
func crowd(t testing.TB, client *clientv3.Client, prefix string, count int) {
	t.Helper()
	pm, project := uuid.NewString(), uuid.NewString()
	ops := make([]clientv3.Op, 0, 100)
	for i := range count {
		at := time.Date(2026, 1, 2, 3, 4, 5, i, time.UTC)
		n := service.Node{
			UUID: uuid.NewString(), Name: fmt.Sprint("web-", i), Description: "one of many", PodManagerID: pm, ProjectID: project,
			State: service.NodeComposed, Ref: fmt.Sprint("/redfish/v1/Nodes/", i), CreatedAt: at, UpdatedAt: at,
			Requirements: service.Requirements{Memory: service.MemoryRequirement{CapacityMiB: 4096, Type: "DDR4"}, PCIDevices: []string{"SSD"}},
		}
		value, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, clientv3.OpPut(prefix+"/nodes/"+n.UUID, string(value)))
		if len(ops) == cap(ops) || i == count-1 {
			if _, err := client.Txn(context.Background()).Then(ops...).Commit(); err != nil {
				t.Fatal(err)
			}
			ops = ops[:0]
		}
	}
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// BenchmarkOpen100k is a start with 100,000 nodes, and what they take in memory.
func BenchmarkOpen100k(b *testing.B) {
	e := started(b, b.TempDir())
	crowd(b, e.Client(), "/valence/v1", 100_000)
	opened(b, Config{Client: e.Client()}) // migrates
	for b.Loop() {
		before := heap()
		s, err := Open(b.Context(), Config{Client: e.Client(), Sealer: sealer(b)})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(heap()-before, "MB-heap")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkList(b *testing.B) {
	for _, count := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			e := started(b, b.TempDir())
			crowd(b, e.Client(), "/valence/v1", count)
			s := opened(b, Config{Client: e.Client()})
			b.ReportAllocs()
			for b.Loop() {
				got := 0
				for _, err := range s.Nodes(b.Context(), service.NodeFilter{}, "") {
					if err != nil {
						b.Fatal(err)
					}
					got++
				}
				if got != count {
					b.Fatal(got)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/node")
		})
	}
}

// BenchmarkPage reads 100 of 100,000 nodes, somewhere in the middle.
func BenchmarkPage(b *testing.B) {
	e := started(b, b.TempDir())
	crowd(b, e.Client(), "/valence/v1", 100_000)
	for _, shared := range []bool{false, true} {
		b.Run(fmt.Sprint("shared=", shared), func(b *testing.B) {
			s := opened(b, Config{Client: e.Client(), Shared: shared})
			after, seen := "", 0
			for n := range s.Nodes(b.Context(), service.NodeFilter{}, "") {
				if seen++; seen == 50_000 {
					after = n.UUID
					break
				}
			}
			for b.Loop() {
				left := 100
				for range s.Nodes(b.Context(), service.NodeFilter{}, after) {
					if left--; left == 0 {
						break
					}
				}
			}
		})
	}
}

// BenchmarkCreate is creating a flavor beside a bare put of the same bytes.
func BenchmarkCreate(b *testing.B) {
	e := started(b, b.TempDir())
	s := opened(b, Config{Client: e.Client()})
	value, err := json.Marshal(service.Flavor{UUID: uuid.NewString(), Name: "small"})
	if err != nil {
		b.Fatal(err)
	}
	kinds := map[string]func(ctx context.Context) error{
		"put": func(ctx context.Context) error {
			_, err := e.Client().Put(ctx, "/bare/"+uuid.NewString(), string(value))
			return err
		},
		"flavor": func(ctx context.Context) error {
			return s.CreateFlavor(ctx, service.Flavor{UUID: uuid.NewString(), Name: "small"})
		},
	}
	for _, name := range []string{"put", "flavor"} {
		b.Run(name, func(b *testing.B) {
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := kinds[name](b.Context()); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
