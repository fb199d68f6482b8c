package podsim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/valence-rsd/valence/podsim/clock"
	"github.com/valence-rsd/valence/podsim/composition"
	"github.com/valence-rsd/valence/podsim/events"
	"github.com/valence-rsd/valence/podsim/faults"
)

// Simulator is a simulated pod. It is an http.Handler and safe for concurrent use.
type Simulator struct {
	opts     Options
	dialect  dialect
	clock    *clock.Clock
	pod      *pod             // of the RSD pod manager; in another personality nobody asks it
	composed *composition.Pod // nil in the personality of an RSD pod manager
	sessions *sessionStore
	faults   *faults.Set
	absent   absences
	events   *events.Service
	keeper   *stateKeeper // nil keeps nothing
	tasks    *taskStore
	mux      *http.ServeMux
	control  *http.ServeMux
	log      *slog.Logger

	certificate *tls.Certificate // nil for plain HTTP
	ca          []byte           // PEM of who signed it, nil when it was given
}

// New builds a pod. The error names the option that is wrong.
func New(opts Options) (*Simulator, error) {
	opts = opts.withDefaults()
	if err := opts.validate(); err != nil {
		return nil, err
	}
	s := &Simulator{
		opts:     opts,
		dialect:  dialects()[opts.Dialect](),
		clock:    clock.New(),
		sessions: newSessionStore(opts.SessionTimeout),
		faults:   faults.NewSet(opts.Seed),
		tasks:    newTaskStore(),
		absent:   absences{uris: map[string]bool{}},
		log:      opts.Logger,
	}
	s.events = events.New(s.dialect.events.retries, s.dialect.events.interval, s.log)
	if err := s.prepareTLS(); err != nil {
		return nil, err
	}
	for _, rule := range opts.Faults {
		if _, err := s.faults.Add(rule); err != nil {
			return nil, fmt.Errorf("fault: %w", err)
		}
	}
	personality, err := s.personality()
	if err != nil {
		return nil, err
	}
	if err := s.keepState(); err != nil {
		return nil, err
	}
	s.mux = s.routes(personality)
	s.control = s.controlRoutes()
	return s, nil
}

// prepareTLS takes the certificate that was given, or makes one.
func (s *Simulator) prepareTLS() error {
	if !s.opts.TLS {
		return nil
	}
	if s.certificate = s.opts.Certificate; s.certificate != nil {
		return nil
	}
	made, ca, err := NewCertificate(s.opts.Hosts...)
	s.certificate, s.ca = &made, ca
	return err
}

// CA is, as PEM, the certificate of the authority that clients have to trust; nil without TLS, and when the
// certificate was given.
func (s *Simulator) CA() []byte { return s.ca }

// Scheme is http or https.
func (s *Simulator) Scheme() string {
	if s.certificate == nil {
		return "http"
	}
	return "https"
}

// Close stops what is still to happen in the pod, such as assemblies under way, and ends running delays. Requests
// that come later are answered, but nothing that takes time happens any more.
func (s *Simulator) Close() {
	s.faults.Close()
	s.clock.Close()
	s.events.Close()
	s.keeper.close()
}

// Restart does what a new start of the pod manager does: nodes that were being made become Failed, sessions end. The
// hardware stays as it is.
func (s *Simulator) Restart() {
	s.pod.restart()
	s.sessions.clear()
}

// Serve answers requests on the listener until the context ends; then it gives running requests a short time to
// finish, closes the simulator, and returns nil. It closes the listener.
func (s *Simulator) Serve(ctx context.Context, ln net.Listener) error {
	const grace = 2 * time.Second
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		s.Close()
		graceful, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if server.Shutdown(graceful) != nil {
			// The listener is closed by now; what this cuts are connections that outlasted the grace.
			_ = server.Close()
		}
	})
	if s.certificate != nil {
		ln = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{*s.certificate}, MinVersion: tls.VersionTLS12})
	}
	err := server.Serve(ln)
	if stop() {
		s.Close()
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	}
	<-stopped
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	}
	return nil
}

// Server is a simulator that listens on a port of its own.
type Server struct {
	*Simulator
	URL string // http://127.0.0.1:port, or https with Options.TLS

	cancel context.CancelFunc
	done   chan error
}

// Start builds a pod and serves it on a free port of 127.0.0.1. The caller calls Close.
func Start(opts Options) (*Server, error) {
	sim, err := New(opts)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the simulated pod: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{Simulator: sim, URL: sim.Scheme() + "://" + ln.Addr().String(), cancel: cancel, done: make(chan error, 1)}
	go func() {
		s.done <- sim.Serve(ctx, ln)
		close(s.done)
	}()
	return s, nil
}

// Close stops listening and closes the simulator. It may be called more than once.
func (s *Server) Close() error {
	s.cancel()
	return <-s.done
}

// Dialect is what the pod manager speaks, as in Options.
func (s *Simulator) Dialect() string { return s.opts.Dialect }

// NodeInfo is what a test wants to know about a composed node without asking over HTTP.
type NodeInfo struct {
	ID, Name, Description string
	State                 string // as ComposedNodeState
	SystemID              string
	Attached              []string // URIs of volumes and pooled devices, in the order in which they came
}

// Nodes lists the composed nodes, oldest first.
func (s *Simulator) Nodes() []NodeInfo {
	infos := []NodeInfo{}
	for _, n := range s.pod.allNodes() {
		infos = append(infos, NodeInfo{
			ID: n.id(), Name: n.name, Description: n.description, State: n.state, SystemID: n.system.id,
			Attached: urisOf(n.assets),
		})
	}
	return infos
}

// FreeSystems lists the ids of the computer systems that belong to no node.
func (s *Simulator) FreeSystems() []string {
	s.pod.mu.Lock()
	defer s.pod.mu.Unlock()
	ids := []string{}
	for _, sys := range s.pod.free() {
		ids = append(ids, sys.id)
	}
	return ids
}

// Volumes lists the URIs of all volumes, oldest first.
func (s *Simulator) Volumes() []string {
	s.pod.mu.Lock()
	defer s.pod.mu.Unlock()
	uris := []string{}
	for _, v := range s.pod.volumes {
		uris = append(uris, v.uri)
	}
	return uris
}

// FreePooledDevices lists the URIs of the drives and FPGAs behind the PCIe switch that belong to no node.
func (s *Simulator) FreePooledDevices() []string {
	s.pod.mu.Lock()
	defer s.pod.mu.Unlock()
	uris := []string{}
	for _, a := range s.pod.devices {
		if a.state.node == nil {
			uris = append(uris, a.uri)
		}
	}
	return uris
}

// SetHealth changes the health of a system to OK, Warning or Critical. Only a system in health OK can be allocated,
// reset, or given another boot source.
func (s *Simulator) SetHealth(systemID, health string) error {
	sys, ok := s.pod.systemByID[systemID]
	if !ok {
		return fmt.Errorf("there is no system %q", systemID)
	}
	if err := oneOf("health", &health, healthOK, "Warning", "Critical"); err != nil {
		return err
	}
	s.pod.setHealth(sys, health)
	s.keeper.touch()
	return nil
}

// SetResourceHealth changes the health of the volume or pooled device with that URI to OK, Warning or Critical. Only
// one in health OK can be attached.
func (s *Simulator) SetResourceHealth(uri, health string) error {
	if err := oneOf("health", &health, healthOK, "Warning", "Critical"); err != nil {
		return err
	}
	s.pod.mu.Lock()
	defer s.pod.mu.Unlock()
	a, ok := s.pod.assets[uri]
	if !ok {
		return fmt.Errorf("there is no volume or pooled device %q", uri)
	}
	a.state.health = health
	s.pod.publish(events.StatusChange, uri, "The health is "+health)
	s.keeper.touch()
	return nil
}
