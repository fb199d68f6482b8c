package test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/compose"
)

// crashCase is one way to lose the service in the middle of its work.
type crashCase struct {
	name  string
	point string // at which the service kills itself; empty: kill it from outside, 300 ms after the request
	fault podsim.Fault
	path  string // of the pod's requests that the fault is for
	del   bool   // the work is a delete, not a compose
}

func crashCases() []crashCase {
	var cases []crashCase
	for _, p := range compose.Points() {
		cases = append(cases, crashCase{name: p, point: p})
	}
	for _, p := range compose.UndoPoints() {
		cases = append(cases, crashCase{name: p, point: p, fault: podsim.Fault{FailAssembly: true}, path: "Assemble"})
	}
	for _, p := range compose.DeletePoints() {
		cases = append(cases, crashCase{name: p, point: p, del: true})
	}
	lost := podsim.Fault{Drop: true}
	return append(cases,
		crashCase{name: "lost answer", point: compose.ComposeAnswerLost, fault: lost, path: "Allocate"},
		crashCase{name: "lost answer, found again", point: compose.ComposeAllocated, fault: lost, path: "Allocate"},
		crashCase{name: "in the middle of allocate"},
		crashCase{name: "in the middle of delete", del: true},
		crashCase{name: "delete refused", point: compose.DeleteRefused, fault: podsim.Fault{Status: 500}, path: "/Nodes/", del: true},
	)
}

// TestCrash kills the service with SIGKILL at every step of its work, starts it
// again, and looks at the pod and the store: no hardware may belong to nobody,
// and no node that was acknowledged may be lost.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, c := range crashCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newCrash(t, c).run()
		})
	}
}

// crash is a pod that goes on and a service that does not.
type crash struct {
	*testing.T
	crashCase
	pod    *podsim.Server
	api    *process
	dir    string
	faulty atomic.Bool
}

func newCrash(t *testing.T, c crashCase) *crash {
	cr := &crash{T: t, crashCase: c, dir: t.TempDir()}
	pod, err := podsim.Start(podsim.Options{
		AllocateDelay: 600 * time.Millisecond, AssembleDelay: 200 * time.Millisecond, DeleteDelay: 600 * time.Millisecond,
		Password: podPassword, Fault: cr.inject,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pod.Close() })
	cr.pod = pod
	return cr
}

// inject puts the case's fault into the requests that it is for.
func (c *crash) inject(r *http.Request) podsim.Fault {
	wanted := c.path != "" && strings.Contains(r.URL.Path, c.path)
	if r.Method == http.MethodGet || !wanted || !c.faulty.Load() {
		return podsim.Fault{}
	}
	return c.fault
}

func (c *crash) run() {
	c.startAPI("")
	c.call(http.MethodPost, "/v1/pod_managers", map[string]any{
		"name": "pod", "url": c.pod.URL, "authentication": []any{map[string]any{
			"type": "basic", "auth_items": map[string]any{"username": "admin", "password": podPassword},
		}},
	}, "")
	keeper := c.call(http.MethodPost, "/v1/nodes", map[string]any{"name": "keeper"}, "")
	victim := ""
	if c.del {
		victim = fmt.Sprint(c.call(http.MethodPost, "/v1/nodes", map[string]any{"name": "victim"}, "")["uuid"])
	}
	c.api.end()

	c.faulty.Store(true)
	c.startAPI(c.point)
	c.doomed(victim)
	c.faulty.Store(false)

	c.startAPI("")
	c.settle()
	c.check(fmt.Sprint(keeper["uuid"]), victim)
	c.api.end()
}

func (c *crash) startAPI(crashAt string) {
	c.Helper()
	api, err := start(c.dir, "api", filepath.Join(binaries, "crash", "valence-api"), []string{"VALENCE_CRASH_AT=" + crashAt},
		"--bind-port", "0", "--data-dir", filepath.Join(c.dir, "data"), "--lost-answer-window", "2s")
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(api.kill)
	c.api = api
}

// doomed makes the request during which the service dies.
func (c *crash) doomed(victim string) {
	c.Helper()
	if c.point == "" {
		time.AfterFunc(300*time.Millisecond, func() { _ = c.api.Process.Kill() })
	}
	var err error
	if c.del {
		_, _, err = c.try(http.MethodDelete, "/v1/nodes/"+victim, nil, "")
	} else {
		_, _, err = c.try(http.MethodPost, "/v1/nodes", map[string]any{"name": "doomed"}, "the-key")
	}
	select {
	case <-c.api.done:
	case <-time.After(20 * time.Second):
		c.Fatalf("the service never came to %s (the request ended with %v)\n%s", c.point, err, c.api.output())
	}
}

// settle waits until no node is on its way any more.
func (c *crash) settle() {
	c.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		moving := slices.ContainsFunc(c.nodes(), func(n map[string]any) bool {
			return n["state"] == "composing" || n["state"] == "deleting"
		})
		if !moving {
			return
		}
		if time.Now().After(deadline) {
			c.Fatalf("nodes are still on their way: %v\n%s", c.nodes(), c.api.output())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// check compares the store with the pod, repeats the request that was cut off,
// and compares again.
func (c *crash) check(keeper, victim string) {
	c.Helper()
	c.agree()
	if !c.has(keeper) {
		c.Errorf("the acknowledged node %s is lost", keeper)
	}
	if !c.del {
		again := c.call(http.MethodPost, "/v1/nodes", map[string]any{"name": "doomed"}, "the-key")
		if n := c.count("doomed"); n != 1 {
			c.Errorf("the repeated request left %d nodes, want 1 (it gave %v)", n, again["uuid"])
		}
		c.agree()
		return
	}
	if _, status, err := c.try(http.MethodDelete, "/v1/nodes/"+victim, nil, ""); err != nil || (status != 200 && status != 404) {
		c.Errorf("repeating the delete: status %d, %v", status, err)
	}
	c.settle()
	if c.has(victim) {
		c.Errorf("the deleted node is still there")
	}
	c.agree()
}

// agree demands that each node of the store has its machine, assembled, and
// each machine its node.
func (c *crash) agree() {
	c.Helper()
	var stored, real []string
	for _, n := range c.nodes() {
		if n["state"] != "composed" {
			c.Errorf("node %v is %v", n["name"], n["state"])
		}
		stored = append(stored, fmt.Sprint(n["index"]))
	}
	for _, m := range c.pod.Nodes() {
		if m.State != "Assembled" {
			c.Errorf("machine %s is %s", m.ID, m.State)
		}
		real = append(real, m.ID)
	}
	slices.Sort(stored)
	slices.Sort(real)
	if !slices.Equal(stored, real) {
		c.Errorf("the store has machines %v, the pod %v\n%s", stored, real, c.api.output())
	}
}

func (c *crash) has(uuid string) bool {
	return slices.ContainsFunc(c.nodes(), func(n map[string]any) bool { return n["uuid"] == uuid })
}

func (c *crash) count(name string) (count int) {
	for _, n := range c.nodes() {
		if n["name"] == name {
			count++
		}
	}
	return count
}

// nodes lists the nodes.
func (c *crash) nodes() []map[string]any {
	c.Helper()
	body, status, err := c.try(http.MethodGet, "/v1/nodes", nil, "")
	if err != nil || status != http.StatusOK {
		c.Fatalf("listing nodes: status %d, %v", status, err)
	}
	var list []map[string]any
	if err := json.Unmarshal(body, &list); err != nil {
		c.Fatalf("listing nodes: %v in %s", err, body)
	}
	return list
}

// call makes a request that must succeed.
func (c *crash) call(method, target string, body map[string]any, key string) map[string]any {
	c.Helper()
	data, status, err := c.try(method, target, body, key)
	if err != nil || status >= 300 {
		c.Fatalf("%s %s: status %d, %v: %s\n%s", method, target, status, err, data, c.api.output())
	}
	var answer map[string]any
	if err := json.Unmarshal(data, &answer); err != nil {
		c.Fatalf("%s %s: %v in %s", method, path.Base(target), err, data)
	}
	return answer
}

// try makes a request that may fail.
func (c *crash) try(method, target string, body map[string]any, key string) (data []byte, status int, err error) {
	ctx, cancel := context.WithTimeout(c.Context(), time.Minute)
	defer cancel()
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, 0, err
		}
		reader = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.api.URL+target, reader)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err = io.ReadAll(resp.Body)
	return data, resp.StatusCode, err
}
