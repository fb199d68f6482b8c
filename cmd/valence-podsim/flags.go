package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/podsim/faults"
)

// maxPooled keeps a mistyped count from eating the machine's memory.
const maxPooled = 100_000

type flags struct {
	Listen        string        `default:"127.0.0.1:8443" placeholder:"HOST:PORT" help:"Where to listen, port 0 takes a free one (${default})."`
	Dialect       string        `default:"2.3" placeholder:"VERSION" help:"What the pod manager speaks, one of ${dialects} (${default})."`
	Racks         int           `default:"2" help:"Racks in the pod (${default})."`
	Drawers       int           `default:"2" help:"Drawers in each rack (${default})."`
	Sleds         int           `default:"2" help:"Sleds in each drawer (${default}); small, medium and large ones take turns."`
	Systems       int           `default:"1" help:"Computer systems in each sled (${default})."`
	Topology      string        `placeholder:"FILE" help:"What the pod consists of, as YAML or JSON, instead of the counts; or a DMTF mockup bundle, for --dialect dmtf."`
	NVMePool      int           `name:"nvme-pool" default:"8192" placeholder:"GIB" help:"Capacity of the storage pool over NVMe (${default} GiB); 0 for none."`
	ISCSIPool     int           `name:"iscsi-pool" default:"16384" placeholder:"GIB" help:"Capacity of the storage pool over iSCSI (${default} GiB); 0 for none."`
	PooledDrives  int           `default:"4" help:"NVMe drives behind the PCIe switch (${default})."`
	FPGAs         int           `name:"fpgas" default:"2" help:"FPGAs behind the PCIe switch (${default})."`
	GPUs          int           `name:"gpus" default:"0" help:"GPUs behind the PCIe switch (${default})."`
	NICs          int           `name:"nics" default:"0" help:"Network adapters behind the PCIe switch (${default})."`
	Seed          uint64        `default:"0" help:"Decides UUIDs, serial numbers and MAC addresses (${default})."`
	AssembleDelay time.Duration `default:"2s" placeholder:"DURATION" help:"How long a node stays in state Assembling (${default})."`
	PowerDelay    time.Duration `default:"0s" placeholder:"DURATION" help:"From the answer to a reset until the power state changes (${default})."`
	AttachDelay   time.Duration `default:"0s" placeholder:"DURATION" help:"How long attaching and detaching take (${default})."`
	TaskDelay     time.Duration `default:"1s" placeholder:"DURATION" help:"How long a task runs, in RSD 2.4 (${default})."`
	EraseDelay    time.Duration `default:"2s" placeholder:"DURATION" help:"How long erasing a volume or drive takes (${default})."`
	Async         bool          `help:"Answer a composition with 202 and a task, in the dialects dmtf."`
	ResetTypes    []string      `placeholder:"TYPE" help:"The resets that the pod offers; all eight of RSD unless given."`
	Fault         []string      `sep:"none" placeholder:"RULE" help:"A fault in force from the start, as '[METHOD] PATH [EFFECT] [KEY=VALUE]…': see the README. May be given many times."`
	Latency       time.Duration `default:"0s" placeholder:"DURATION" help:"Added to every request (${default})."`
	Username      string        `default:"admin" help:"User name for Basic and session authentication (${default})."`
	Password      string        `default:"admin" env:"PODSIM_PASSWORD" help:"Password (${default}). The environment keeps it out of the process list."`
	TLS           bool          `name:"tls" help:"Serve HTTPS, with --cert and --key or with a certificate made at the start."`
	Cert          string        `placeholder:"FILE" help:"Certificate chain as PEM; implies --tls."`
	Key           string        `placeholder:"FILE" help:"Private key as PEM, of --cert."`
	CAFile        string        `name:"ca-file" placeholder:"FILE" help:"Write the certificate that clients have to trust to this file; implies --tls."`
	State         string        `placeholder:"FILE" help:"Where the pod remembers its nodes, volumes, power and boot sources from one run to the next."`
	AddressFile   string        `placeholder:"FILE" help:"Write the base URL to this file once listening."`
	PrintTopology bool          `help:"Draw the pod and exit."`
	Version       bool          `help:"Print the version and exit."`
}

// Validate is called by kong. Zero means "default" to the library, so what a person typed is checked here.
func (f *flags) Validate() error {
	if _, _, err := net.SplitHostPort(f.Listen); err != nil {
		return fmt.Errorf("--listen is %q, expected HOST:PORT", f.Listen)
	}
	for _, count := range []struct {
		flag         string
		value, least int
	}{
		{"--racks", f.Racks, 1}, {"--drawers", f.Drawers, 1}, {"--sleds", f.Sleds, 1}, {"--systems", f.Systems, 1},
		{"--nvme-pool", f.NVMePool, 0}, {"--iscsi-pool", f.ISCSIPool, 0},
		{"--pooled-drives", f.PooledDrives, 0}, {"--fpgas", f.FPGAs, 0}, {"--gpus", f.GPUs, 0}, {"--nics", f.NICs, 0},
	} {
		if count.value < count.least {
			return fmt.Errorf("%s is %d, expected %d or more", count.flag, count.value, count.least)
		}
	}
	if most := max(f.PooledDrives, f.FPGAs, f.GPUs, f.NICs); most > maxPooled {
		return fmt.Errorf("%d devices of one kind behind the PCIe switch, expected at most %d", most, maxPooled)
	}
	if f.Username == "" || f.Password == "" {
		return errors.New("--username and --password must not be empty")
	}
	if (f.Cert == "") != (f.Key == "") {
		return errors.New("--cert and --key go together")
	}
	if f.Cert != "" && f.CAFile != "" {
		return errors.New("--ca-file is for the certificate made at the start, expected no --cert")
	}
	_, err := f.faults()
	return err
}

func (f *flags) faults() ([]faults.Rule, error) {
	var rules []faults.Rule
	for _, text := range f.Fault {
		rule, err := faults.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("--fault: %w", err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func (f *flags) options() (podsim.Options, error) {
	rules, err := f.faults()
	if err != nil {
		return podsim.Options{}, err
	}
	certificate, err := f.certificate()
	if err != nil {
		return podsim.Options{}, err
	}
	host, _, _ := net.SplitHostPort(f.Listen) // Validate has looked at it
	topology, bundle, err := f.topology()
	if err != nil {
		return podsim.Options{}, fmt.Errorf("--topology %s: %w", f.Topology, err)
	}
	return podsim.Options{
		Dialect:       f.Dialect,
		Topology:      topology,
		Bundle:        bundle,
		Seed:          f.Seed,
		Username:      f.Username,
		Password:      f.Password,
		AssembleDelay: f.AssembleDelay,
		PowerDelay:    f.PowerDelay,
		Async:         f.Async,
		AttachDelay:   f.AttachDelay,
		TaskDelay:     f.TaskDelay,
		EraseDelay:    f.EraseDelay,
		ResetTypes:    f.ResetTypes,
		Latency:       f.Latency,
		Faults:        rules,
		StateFile:     f.State,
		TLS:           f.TLS || f.Cert != "" || f.CAFile != "",
		Certificate:   certificate,
		Hosts:         []string{host},
	}, nil
}

// topology is what the counts say, or what is in the file: then either a topology or a bundle.
func (f *flags) topology() (t podsim.Topology, bundle []byte, err error) {
	if f.Topology == "" {
		return f.counts(), nil, nil
	}
	data, err := os.ReadFile(f.Topology)
	if err != nil {
		return t, nil, errors.Unwrap(err)
	}
	if isBundle(data) {
		return t, data, nil
	}
	t, err = podsim.ReadTopology(data)
	return t, nil, err
}

// isBundle tells a DMTF bundle, an object of URI -> document, from a topology.
func isBundle(data []byte) bool {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return false
	}
	for uri := range object {
		if strings.HasPrefix(uri, "/redfish") {
			return true
		}
	}
	return false
}

func (f *flags) counts() podsim.Topology {
	return podsim.Topology{
		Racks: f.Racks, DrawersPerRack: f.Drawers, SledsPerDrawer: f.Sleds, SystemsPerSled: f.Systems,
		StorageServices: f.storageServices(),
		PooledDrives:    slices.Repeat([]podsim.Drive{podsim.PooledDrive()}, f.PooledDrives),
		FPGAs:           slices.Repeat([]podsim.FPGA{podsim.PooledFPGA()}, f.FPGAs),
		GPUs:            slices.Repeat([]podsim.GPU{podsim.PooledGPU()}, f.GPUs),
		NICs:            slices.Repeat([]podsim.NIC{podsim.PooledNIC()}, f.NICs),
	}
}

// certificate reads the one that was given, nil for none.
func (f *flags) certificate() (*tls.Certificate, error) {
	if f.Cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return nil, fmt.Errorf("--cert and --key: %w", err)
	}
	return &pair, nil
}

func (f *flags) storageServices() []podsim.StorageService {
	services := []podsim.StorageService{} // not nil, which would mean the default
	if f.NVMePool > 0 {
		services = append(services, podsim.StorageService{Protocol: "NVMeOverFabrics", PoolGiB: []int{f.NVMePool}})
	}
	if f.ISCSIPool > 0 {
		services = append(services, podsim.StorageService{Protocol: "iSCSI", PoolGiB: []int{f.ISCSIPool}})
	}
	return services
}
