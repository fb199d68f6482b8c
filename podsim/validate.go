package podsim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// validate checks what can be said about a request without looking at what is free. Broken rules are collected and
// reported together.
func (p *pod) validate(r *allocateRequest) error {
	var broken []string
	if r.Name == nil || *r.Name == "" {
		broken = append(broken, "Name must be a text or be left out.")
	}
	if s := r.Security; s != nil && s.TpmPresent != nil && !*s.TpmPresent && s.TpmInterfaceType != nil {
		broken = append(broken, "TpmInterfaceType cannot be requested together with TpmPresent false.")
	}
	broken = append(broken, p.checkRemoteDrives(r.RemoteDrives)...)
	for _, n := range r.EthernetInterfaces {
		broken = append(broken, p.dialect.requests.checkVLANs(n)...)
	}
	missing, more := p.checkPlaces(r)
	broken = append(broken, more...)
	missing = append(missing, p.checkPooledDrives(r.pooledDrives)...)
	switch {
	case len(broken) > 0:
		return refuse(badCreation, append(broken, missing...)...)
	case len(missing) > 0:
		return refuse(missingResource, missing...)
	}
	return nil
}

// checkPlaces finds components and chassis that the pod does not have, and refuses components of different systems.
func (p *pod) checkPlaces(r *allocateRequest) (missing, broken []string) {
	owners := map[*system]bool{}
	for _, uri := range r.resources() {
		owner, ok := p.ownerOf[uri]
		if !ok {
			missing = append(missing, fmt.Sprintf("Requested resource %q does not exist.", uri))
			continue
		}
		owners[owner] = true
	}
	for _, uri := range r.chassis() {
		missing = append(missing, p.checkChassis(uri)...)
	}
	if len(owners) > 1 {
		broken = append(broken, "Allocation of assets on multiple computer systems is not supported")
	}
	return missing, broken
}

func (p *pod) checkChassis(uri string) []string {
	if p.chassisByURI(uri) != nil {
		return nil
	}
	return []string{fmt.Sprintf("Requested chassis %q does not exist.", uri)}
}

func (p *pod) checkPooledDrives(drives []driveRequest) []string {
	var broken []string
	for _, d := range drives {
		if d.Resource != nil && !p.isPooledDrive(d.Resource.URI) {
			broken = append(broken, fmt.Sprintf("There is no drive %q behind a PCIe switch.", d.Resource.URI))
		}
		if d.Chassis != nil {
			broken = append(broken, p.checkChassis(d.Chassis.URI)...)
		}
	}
	return broken
}

// checkRemoteDrives allows one at most.
func (p *pod) checkRemoteDrives(drives []remoteRequest) []string {
	switch {
	case len(drives) > 1:
		return []string{"Creation of Systems with multiple RemoteDrives is not supported"}
	case p.dialect.hardware.logicalDrives:
		return checkLogicalDrives(drives)
	}
	return checkVolumes(drives)
}

// checkLogicalDrives follows the rules up to 2.2: without a master the address is that of a target that exists, with one
// it is that of a new one.
func checkLogicalDrives(drives []remoteRequest) []string {
	var broken []string
	for _, d := range drives {
		if d.Address == nil {
			broken = append(broken, "Mandatory property (iSCSIAddress) is missing.")
		}
		switch {
		case d.Master == nil:
		case d.Master.Type == nil || d.Master.Resource == nil:
			broken = append(broken, "Mandatory property (Master.Type or Master.Resource) is missing.")
		case d.CapacityGiB == nil:
			broken = append(broken, "Mandatory property (CapacityGiB) is missing.")
		case *d.CapacityGiB <= 0 || *d.CapacityGiB > maxPoolGiB:
			broken = append(broken, "CapacityGiB should be greater than zero.")
		}
	}
	return broken
}

// checkVolumes follows the rules from 2.3 on: an existing volume excludes what creates a new one.
func checkVolumes(drives []remoteRequest) []string {
	for _, d := range drives {
		if d.Resource != nil && (d.CapacityGiB != nil || d.Master != nil) {
			return []string{"A remote drive that names a Resource takes neither CapacityGiB nor Master."}
		}
		if d.CapacityGiB != nil && (*d.CapacityGiB <= 0 || *d.CapacityGiB > maxPoolGiB) {
			return []string{fmt.Sprintf("CapacityGiB is %g, expected more than 0 and at most %d.", *d.CapacityGiB, maxPoolGiB)}
		}
		if d.Master != nil && d.Protocol != nil && *d.Protocol == protocolNVMe {
			return []string{"A remote drive over " + protocolNVMe + " takes no Master."}
		}
		if d.Resource == nil && d.Master == nil && (d.CapacityGiB == nil || d.Protocol == nil) {
			return []string{"A remote drive needs a Resource, a Master, or CapacityGiB with Protocol."}
		}
	}
	return nil
}

func (rules requestRules) checkVLANs(n nicRequest) []string {
	var broken []string
	var ids []int
	untagged := 0
	for _, v := range n.VLANs {
		if v.VLANId == nil {
			return []string{"Every VLAN needs a VLANId."}
		}
		if slices.Contains(ids, *v.VLANId) {
			broken = append(broken, "There are repetitions in vlan collection")
		}
		if rules.innerVLANs && (*v.VLANId <= 1 || *v.VLANId >= 4094) {
			broken = append(broken, fmt.Sprintf("VLANId is %d, expected more than 1 and less than 4094.", *v.VLANId))
		} else if slices.Contains(rules.reservedVLANs, *v.VLANId) {
			broken = append(broken, fmt.Sprintf("Requested vlan id appeared in reserved vlans list: %d", *v.VLANId))
		}
		if v.Tagged != nil && !*v.Tagged {
			untagged++
		}
		ids = append(ids, *v.VLANId)
	}
	if n.PrimaryVLAN != nil && !slices.Contains(ids, *n.PrimaryVLAN) {
		broken = append(broken, "Requested PrimaryVlan must also be enumerated on VLANs list.")
	}
	if untagged > 1 && rules.oneUntaggedVLAN {
		broken = append(broken, "You can request maximum one untagged VLAN.")
	}
	return broken
}

// checkValues refuses values that the version does not have as a bad payload: they fail while the pod manager reads the
// body.
func (d dialect) checkValues(r *allocateRequest) error {
	checks := d.requests.checkNumbers(r)
	for _, p := range r.Processors {
		checks = append(checks,
			oneOf("InstructionSet", p.InstructionSet,
				"x86", "x86-64", "IA-64", "ARM-A32", "ARM-A64", "MIPS32", "MIPS64", "OEM"),
			oneOf("ProcessorType", p.ProcessorType, "CPU", "GPU", "FPGA", "DSP", "Accelerator", "OEM"))
		if traits := p.traits(); traits != nil {
			checks = append(checks, oneOf("Brand", traits.Brand, d.hardware.processorBrand...))
		}
		for _, way := range p.Connectivity {
			checks = append(checks, oneOf("Connectivity", &way, "Local", "Ethernet", "RemotePCIe"))
		}
	}
	for _, m := range r.Memory {
		checks = append(checks, oneOf("MemoryType", m.MemoryType, "DRAM", "NVDIMM_N", "NVDIMM_F", "NVDIMM_P", "IntelOptane"))
	}
	for _, drive := range r.LocalDrives {
		checks = append(checks, oneOf("Type", drive.Type, d.requests.driveTypes...))
	}
	for _, drive := range r.RemoteDrives {
		checks = append(checks, oneOf("Protocol", drive.Protocol, "iSCSI", "NVMeOverFabrics"))
		if drive.Master != nil {
			checks = append(checks, oneOf("Master.Type", drive.Master.Type, "Snapshot", "Clone"))
		}
	}
	for _, configuration := range r.Performance {
		checks = append(checks, oneOf("SupportedPerformanceConfigurations", &configuration,
			"StaticSpeedSelect", "PrioritizedBaseFrequency"))
	}
	if r.Security != nil {
		checks = append(checks, oneOf("TpmInterfaceType", r.Security.TpmInterfaceType, "TPM1_2", "TPM2_0", "TCM1_0"))
	}
	return errors.Join(checks...)
}

// checkNumbers refuses numbers that are not positive, where the version does.
func (rules requestRules) checkNumbers(r *allocateRequest) []error {
	if !rules.positive {
		return nil
	}
	checks := []error{positive("TotalSystemCoreCount", r.TotalSystemCoreCount),
		positive("TotalSystemMemoryMiB", r.TotalSystemMemoryMiB)}
	for _, p := range r.Processors {
		checks = append(checks, positive("TotalCores", p.TotalCores), positive("AchievableSpeedMHz", p.AchievableSpeedMHz))
	}
	for _, m := range r.Memory {
		checks = append(checks, positive("CapacityMiB", m.CapacityMiB), positive("SpeedMHz", m.SpeedMHz),
			positive("DataWidthBits", m.DataWidthBits))
	}
	for _, d := range r.LocalDrives {
		checks = append(checks, positive("CapacityGiB", d.CapacityGiB), positive("MinRPM", d.MinRPM))
	}
	for _, n := range r.EthernetInterfaces {
		checks = append(checks, positive("SpeedMbps", n.SpeedMbps))
	}
	return checks
}

func positive[T int | float64](property string, value *T) error {
	if value == nil || *value > 0 {
		return nil
	}
	return refuse(badPayload, fmt.Sprintf("%s is %v, expected more than 0", property, *value))
}

// oneOf refuses a value that is set and not among the allowed ones.
func oneOf(property string, value *string, allowed ...string) error {
	if value == nil || slices.Contains(allowed, *value) {
		return nil
	}
	return refuse(badPayload, fmt.Sprintf("%s is %q, expected one of %s", property, *value, strings.Join(allowed, ", ")))
}
