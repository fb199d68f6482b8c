package podsim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// The types below are a topology as a file has it, in YAML or JSON. Every entry of a list may have a count: it stands for
// that many.

type topologyFile struct {
	Kinds           map[string]kindFile  `yaml:"kinds"`
	Racks           []rackFile           `yaml:"racks"`
	StorageServices []storageServiceFile `yaml:"storage_services"`
	Pooled          pooledFile           `yaml:"pooled"`
}

type rackFile struct {
	Count   *int         `yaml:"count"`
	Drawers []drawerFile `yaml:"drawers"`
}

type drawerFile struct {
	Count *int       `yaml:"count"`
	Sleds []sledFile `yaml:"sleds"`
}

type sledFile struct {
	Count   *int   `yaml:"count"`
	Kind    string `yaml:"kind"`
	Systems *int   `yaml:"systems"` // 1 when left out
}

type kindFile struct {
	Processors   int         `yaml:"processors"`
	Model        string      `yaml:"processor_model"`
	Brand        string      `yaml:"processor_brand"`
	Cores        int         `yaml:"processor_cores"`
	SpeedMHz     int         `yaml:"processor_speed_mhz"`
	DIMMs        int         `yaml:"dimms"`
	DIMMType     string      `yaml:"dimm_type"`
	DIMMMiB      int         `yaml:"dimm_mib"`
	DIMMSpeedMHz int         `yaml:"dimm_speed_mhz"`
	NICs         int         `yaml:"nics"`
	NICSpeedMbps int         `yaml:"nic_speed_mbps"`
	Drives       []driveFile `yaml:"drives"`
	TPM          string      `yaml:"tpm"`
}

type driveFile struct {
	Count       *int   `yaml:"count"`
	CapacityGiB int    `yaml:"capacity_gib"`
	Type        string `yaml:"type"`
	Interface   string `yaml:"interface"`
	RPM         int    `yaml:"rpm"`
}

type storageServiceFile struct {
	Protocol string `yaml:"protocol"`
	PoolsGiB []int  `yaml:"pools_gib"`
}

type pooledFile struct {
	Drives []driveFile  `yaml:"drives"`
	FPGAs  []deviceFile `yaml:"fpgas"`
	GPUs   []deviceFile `yaml:"gpus"`
	NICs   []deviceFile `yaml:"nics"`
}

type deviceFile struct {
	Count     *int   `yaml:"count"`
	Model     string `yaml:"model"`
	SpeedMbps int    `yaml:"speed_mbps"` // of NICs
}

// ReadTopology reads a topology file, YAML or JSON. It knows the kinds small, medium and large of the default topology,
// and those of the file. What the file does not name, the pod does not have. An error names the field that is wrong.
func ReadTopology(data []byte) (Topology, error) {
	var file topologyFile
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return Topology{}, plainYAML(err)
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return Topology{}, errors.New("more than one document, expected one")
	}
	t, err := file.topology()
	if err != nil {
		return Topology{}, err
	}
	return t, t.validate()
}

// goType is what yaml adds to its messages and nobody who writes a file knows.
var goType = regexp.MustCompile(`( in type| into) (\[\])?podsim\.(\w+?)File\b`)

// misfit is what yaml says of a value of the wrong type.
var misfit = regexp.MustCompile("cannot unmarshal !!(\\w+)( `[^`]*`)? into (\\[\\])?(\\w+)")

// plainNames are the types of YAML and of Go in the words of who writes a file.
var plainNames = map[string]string{
	"str": "a text", "seq": "a list", "map": "an object", "bool": "true or false", "float": "a number", "int": "a whole number",
	"null": "nothing", "string": "a text",
}

// plainMisfit tells of a value of the wrong type what was expected, and what stands there.
func plainMisfit(text string) string {
	part := misfit.FindStringSubmatch(text)
	found, expected := orDefault(plainNames[part[1]], part[1])+part[2], orDefault(plainNames[part[4]], part[4])
	if part[3] != "" {
		expected = "a list of " + part[4]
	}
	return "expected " + expected + ", found " + found
}

// plainYAML makes one line of an error of yaml, without the names of Go's types.
func plainYAML(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty, expected racks")
	}
	text := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n  ", " "), "yaml: unmarshal errors: ")
	text = goType.ReplaceAllString(text, "$1 ${2}$3")
	return errors.New(misfit.ReplaceAllStringFunc(text, plainMisfit))
}

func (f topologyFile) topology() (Topology, error) {
	names := f.addDefaultKinds()
	t := Topology{StorageServices: []StorageService{}, PooledDrives: []Drive{}, FPGAs: []FPGA{}}
	for _, name := range names {
		kind, err := f.Kinds[name].hardware(name)
		if err != nil {
			return t, fmt.Errorf("kinds.%s: %w", name, err)
		}
		t.Kinds = append(t.Kinds, kind)
	}
	var err error
	if t.Layout, err = expand("racks", f.Racks, func(r rackFile, at string) (Rack, error) { return r.rack(at, names) }); err != nil {
		return t, err
	}
	if len(t.Layout) == 0 {
		return t, errors.New("racks is empty, expected at least one rack")
	}
	for _, s := range f.StorageServices {
		t.StorageServices = append(t.StorageServices, StorageService{Protocol: s.Protocol, PoolGiB: s.PoolsGiB})
	}
	return t, f.Pooled.addTo(&t)
}

// addDefaultKinds lets a file name what the default topology has, and returns the names in order.
func (f *topologyFile) addDefaultKinds() []string {
	if f.Kinds == nil {
		f.Kinds = map[string]kindFile{}
	}
	for _, kind := range DefaultTopology().Kinds {
		if _, own := f.Kinds[kind.Name]; !own {
			f.Kinds[kind.Name] = newKindFile(kind)
		}
	}
	return slices.Sorted(maps.Keys(f.Kinds))
}

func newKindFile(h Hardware) kindFile {
	k := kindFile{
		Processors: h.Processors, Model: h.Processor.Model, Brand: h.Processor.Brand, Cores: h.Processor.Cores,
		SpeedMHz: h.Processor.SpeedMHz, DIMMs: h.DIMMs, DIMMType: h.DIMM.Type, DIMMMiB: h.DIMM.CapacityMiB,
		DIMMSpeedMHz: h.DIMM.SpeedMHz, NICs: h.NICs, NICSpeedMbps: h.NICSpeedMbps, TPM: h.TPM,
	}
	for _, d := range h.Drives {
		k.Drives = append(k.Drives, driveFile{CapacityGiB: d.CapacityGiB, Type: d.Type, Interface: d.Interface, RPM: d.RPM})
	}
	return k
}

func (k kindFile) hardware(name string) (Hardware, error) {
	h := Hardware{
		Name:       name,
		Processors: k.Processors,
		Processor:  Processor{Model: k.Model, Brand: orDefault(k.Brand, "Unknown"), Cores: k.Cores, SpeedMHz: k.SpeedMHz},
		DIMMs:      k.DIMMs,
		DIMM:       DIMM{Type: orDefault(k.DIMMType, "DDR4"), CapacityMiB: k.DIMMMiB, SpeedMHz: k.DIMMSpeedMHz},
		NICs:       k.NICs, NICSpeedMbps: k.NICSpeedMbps,
		TPM: k.TPM,
	}
	for _, need := range []struct {
		field string
		value int
	}{
		{"processors", k.Processors}, {"processor_cores", k.Cores}, {"dimms", k.DIMMs}, {"dimm_mib", k.DIMMMiB},
	} {
		if need.value < 1 || need.value > maxSystems*100 {
			return h, fmt.Errorf("%s is %d, expected 1 or more", need.field, need.value)
		}
	}
	var err error
	h.Drives, err = expand("drives", k.Drives, driveFile.drive)
	return h, err
}

func (d driveFile) drive(string) (Drive, error) {
	return Drive{CapacityGiB: d.CapacityGiB, Type: d.Type, Interface: d.Interface, RPM: d.RPM}, nil
}
