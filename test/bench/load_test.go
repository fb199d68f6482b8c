package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/seal"
	"github.com/valence-rsd/valence/test/etcdcluster"
)

// load sends one request again and again over connections of its own, and
// gives how many were answered in a second. It does as little as can be done
// about it: what it takes of the machine, both sides of a comparison lack.
func load(b *testing.B, address, method, path string, body []byte) float64 {
	b.Helper()
	request := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, address)
	if body != nil {
		request = fmt.Appendf(request, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	request = append(append(request, "\r\n"...), body...)
	return rate(b, func(until time.Time) (n int64, err error) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return 0, err
		}
		defer func() { _ = conn.Close() }()
		answers := bufio.NewReaderSize(conn, 64<<10)
		for time.Now().Before(until) {
			if _, err := conn.Write(request); err != nil {
				return n, err
			}
			if err := readAnswer(answers); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
}

// readAnswer reads one answer, which must be 200 and say its length.
func readAnswer(from *bufio.Reader) error {
	resp, err := http.ReadResponse(from, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("answered %s", resp.Status)
	}
	return err
}

// puts puts records of the size of a flavor, and gives how many in a second.
func puts(b *testing.B, client *clientv3.Client) float64 {
	b.Helper()
	record, err := json.Marshal(service.Flavor{
		UUID: uuid.NewString(), Name: "flavor-1", CreatedAt: time.Now(), UpdatedAt: time.Now(),
		Properties: service.Requirements{
			Memory:    service.MemoryRequirement{CapacityMiB: 16384, Type: "DDR4"},
			Processor: service.ProcessorRequirement{TotalCores: 8, Model: "Xeon Gold"},
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return rate(b, func(until time.Time) (n int64, err error) {
		for time.Now().Before(until) {
			if _, err := client.Put(b.Context(), "/bare/"+uuid.NewString(), string(record)); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
}

// rate lets all clients work for one turn, and gives what they did in a second.
func rate(b *testing.B, work func(until time.Time) (int64, error)) float64 {
	b.Helper()
	var done atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			n, err := work(began.Add(turn))
			done.Add(n)
			if err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
	return float64(done.Load()) / time.Since(began).Seconds()
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// startEtcd starts an etcd in a process of its own, and gives a client of it.
func startEtcd(b *testing.B) *clientv3.Client {
	b.Helper()
	cluster := etcdcluster.Start(b, etcdcluster.Options{Members: 1})
	client, err := clientv3.New(clientv3.Config{Endpoints: cluster.Endpoints})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	return client
}

// fill records n nodes in the data folder of a service that does not run.
func fill(b *testing.B, dataDir string, n int) {
	b.Helper()
	embedded, err := etcd.StartEmbedded(b.Context(), etcd.EmbeddedOptions{DataDir: dataDir})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = embedded.Close() }()
	if err := seal.Setup(dataDir + "/credential-keys"); err != nil {
		b.Fatal(err)
	}
	keys, err := seal.Open(dataDir + "/credential-keys")
	if err != nil {
		b.Fatal(err)
	}
	store, err := etcd.Open(b.Context(), etcd.Config{Client: embedded.Client(), Sealer: keys})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	pm := service.PodManager{UUID: uuid.NewString(), Name: "pod", URL: "http://127.0.0.1:9", Driver: "rsd",
		Credentials: service.Credentials{Type: "basic", Username: "u", Password: "p"}, CreatedAt: time.Now(), UpdatedAt: time.Now()}
	if err := store.CreatePodManager(b.Context(), pm); err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if err := store.CreateNode(b.Context(), node(i, pm.UUID, uuid.NewString())); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

func get(b *testing.B, url string) []byte {
	b.Helper()
	resp, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v", url, resp.Status, err)
	}
	return body
}

// count reads a list to its end, element by element, and checks their number.
func count(b *testing.B, url string, want int) {
	b.Helper()
	resp, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	buffer := make([]byte, 64<<10)
	found := 0
	for {
		n, err := resp.Body.Read(buffer)
		for _, c := range buffer[:n] {
			if c == '{' {
				found++
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if found != want {
		b.Fatalf("listed %d nodes, want %d", found, want)
	}
}
