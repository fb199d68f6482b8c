package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/podsim/faults"
)

// version is set by the build.
var version = "dev"

// maxPooled keeps a mistyped count from eating the machine's memory.
const maxPooled = 100_000

// The exit codes of the program.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

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
	AttachDelay   time.Duration `default:"0s" placeholder:"DURATION" help:"How long attaching and detaching take (${default})."`
	TaskDelay     time.Duration `default:"1s" placeholder:"DURATION" help:"How long a task runs, in RSD 2.4 (${default})."`
	EraseDelay    time.Duration `default:"2s" placeholder:"DURATION" help:"How long erasing a volume or drive takes (${default})."`
	ResetTypes    []string      `placeholder:"TYPE" help:"The resets that the pod offers; all of RSD 2.3 unless given."`
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

// run is the whole program, without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, helped, err := parse(args, stdout, stderr)
	switch {
	case helped:
		return exitDone
	case err != nil:
		return complain(stderr, exitUsage, err)
	case f.Version:
		if _, err := fmt.Fprintln(stdout, "valence-podsim", version); err != nil {
			return complain(stderr, exitFailed, err)
		}
		return exitDone
	}
	opts, err := f.options()
	if err != nil {
		return complain(stderr, exitUsage, err)
	}
	if f.PrintTopology {
		opts.StateFile = "" // drawing changes nothing
	}
	sim, err := podsim.New(opts)
	if err != nil {
		return complain(stderr, exitUsage, err)
	}
	if f.PrintTopology {
		err = sim.WriteTree(stdout)
	} else {
		err = serve(ctx, sim, f, stderr)
	}
	if err != nil {
		return complain(stderr, exitFailed, err)
	}
	return exitDone
}

// complain says what went wrong, as well as it can: when even that fails, the exit code is all there is.
func complain(stderr io.Writer, code int, err error) int {
	_, _ = fmt.Fprintln(stderr, "valence-podsim:", err)
	return code
}

// parse reads the command line. kong means to exit after printing help; here it only says that it did.
func parse(args []string, stdout, stderr io.Writer) (f *flags, helped bool, err error) {
	f = &flags{}
	parser, err := kong.New(f,
		kong.Name("valence-podsim"),
		kong.Description("A simulated Rack Scale Design pod, for trying Valence without hardware."),
		kong.Vars{"dialects": strings.Join(podsim.Dialects(), ", ")},
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		return nil, false, err
	}
	_, err = parser.Parse(args)
	return f, helped, err
}

// serve listens, says where, and answers until the context ends.
func serve(ctx context.Context, sim *podsim.Simulator, f *flags, stderr io.Writer) error {
	ln, err := net.Listen("tcp", f.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", f.Listen, err)
	}
	url := sim.Scheme() + "://" + ln.Addr().String()
	// The address comes last: whoever waits for it finds the authority, too.
	for _, file := range []struct{ what, path, text string }{
		{"CA", f.CAFile, string(sim.CA())},
		{"address", f.AddressFile, url + "\n"},
	} {
		if err := announce(file.path, file.text); err != nil {
			return errors.Join(fmt.Errorf("writing the %s file: %w", file.what, err), ln.Close())
		}
	}
	// A pod that cannot announce itself is still a pod.
	_, _ = fmt.Fprintf(stderr, "valence-podsim: a pod of %d systems listens on %s\n", len(sim.FreeSystems()), url)
	return sim.Serve(ctx, ln)
}

// announce renames a finished file into place, if there is to be one: whoever waits for it never reads half of it.
func announce(path, text string) error {
	if path == "" {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = io.Copy(tmp, strings.NewReader(text))
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
