package podsim

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/valence-rsd/valence/podsim/faults"
)

// Options make a simulated pod. The zero value is a pod of eight systems, without delays, for admin/admin.
type Options struct {
	// Dialect is the version of RSD that the pod manager speaks, or "dmtf" for DMTF's CompositionService, which
	// "dmtf-hpe" and "dmtf-odim" bend as two services do: one of Dialects(); "2.3" when empty.
	Dialect  string
	Topology Topology
	// Seed decides UUIDs, serial numbers and MAC addresses: the same seed and topology give the same pod.
	Seed uint64

	// Bundle is, for the dialects dmtf, a pod in Redfish's own words instead of a Topology: one JSON object, URI -> document,
	// such as DMTF's mockups are.
	Bundle []byte

	Username string // "admin" when empty
	Password string // "admin" when empty
	// SessionTimeout is how long a session may be idle, in dialects that have sessions; 60 seconds when zero, as in the
	// RSD 2.4 pod manager.
	SessionTimeout time.Duration

	// TLS serves HTTPS instead of HTTP, with Certificate or, when that is nil, with one that is made for Hosts and the
	// loopback names: then Simulator.CA is what clients have to trust.
	TLS         bool
	Certificate *tls.Certificate
	Hosts       []string

	Latency       time.Duration // added to every request
	AllocateDelay time.Duration // how long Allocate takes to answer, with the node in state Allocating
	AssembleDelay time.Duration // how long a node stays in state Assembling
	PowerDelay    time.Duration // from the answer to a reset until the power state changes
	DeleteDelay   time.Duration // how long deleting a node takes to answer
	AttachDelay   time.Duration // how long attaching and detaching a resource take to answer
	TaskDelay     time.Duration // how long a task runs, in dialects that have tasks
	EraseDelay    time.Duration // from the start of erasing a volume or drive until it is erased

	// Async lets a DMTF pod answer a composition with 202 and a task.
	Async bool

	// ResetTypes are the resets that the pod offers; all eight of RSD when empty.
	ResetTypes []string

	// StateFile, when not empty, is where a pod remembers its nodes, volumes and what else has changed. It is read at
	// the start, and written within a tenth of a second of a change and at the end.
	StateFile string

	// Faults are the rules in force from the start; more can be set through the control endpoint.
	Faults []faults.Rule

	// Fault is asked about every request that no rule of Faults kept from being answered, before anything else is done with it; nil means no faults. It is called from
	// many goroutines at once and must leave the request's body alone.
	Fault func(*http.Request) Fault

	Logger *slog.Logger // nil discards
}

// Fault is what goes wrong with one request. The zero value is a request that goes well.
type Fault struct {
	// Status, when not zero, is answered instead of doing the work.
	Status int
	// Drop does the work and then cuts the connection: the client never learns the outcome.
	Drop bool
	// FailAssembly lets the assembly that this request starts end in state Failed.
	FailAssembly bool
}

func (o Options) withDefaults() Options {
	o.Dialect = orDefault(o.Dialect, defaultDialect)
	o.Topology = o.Topology.withDefaults()
	o.Username = orDefault(o.Username, "admin")
	o.Password = orDefault(o.Password, "admin")
	if len(o.ResetTypes) == 0 {
		o.ResetTypes = allResetTypes()
	}
	o.SessionTimeout = orDefault(o.SessionTimeout, 60*time.Second)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) validate() error {
	if !slices.Contains(Dialects(), o.Dialect) {
		return fmt.Errorf("dialect is %q, expected one of %s", o.Dialect, strings.Join(Dialects(), ", "))
	}
	if o.Bundle != nil && dialects()[o.Dialect]().composition == nil {
		return fmt.Errorf("bundle: the dialect is %s, expected dmtf", o.Dialect)
	}
	if err := o.Topology.validate(); err != nil {
		return fmt.Errorf("topology: %w", err)
	}
	for _, reset := range o.ResetTypes {
		if err := oneOf("reset type", &reset, allResetTypes()...); err != nil {
			return err
		}
	}
	if strings.Contains(o.Username, ":") {
		return errors.New("user name: Basic authentication does not allow a colon in it")
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"session timeout", o.SessionTimeout},
		{"latency", o.Latency},
		{"allocate delay", o.AllocateDelay},
		{"assemble delay", o.AssembleDelay},
		{"power delay", o.PowerDelay},
		{"delete delay", o.DeleteDelay},
		{"attach delay", o.AttachDelay},
		{"task delay", o.TaskDelay},
		{"erase delay", o.EraseDelay},
	} {
		if d.value < 0 {
			return fmt.Errorf("%s is %s, expected 0 or more", d.name, d.value)
		}
	}
	return nil
}
