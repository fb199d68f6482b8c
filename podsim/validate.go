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
	broken = append(broken, checkRemoteDrives(r.RemoteDrives)...)
	for _, n := range r.EthernetInterfaces {
		broken = append(broken, checkVLANs(n)...)
	}
	broken = append(broken, p.checkPlaces(r)...)
	broken = append(broken, p.checkPooledDrives(r.pooledDrives)...)
	if len(broken) > 0 {
		return refuse(badCreation, broken...)
	}
	return nil
}

// checkPlaces refuses components and chassis that the pod does not have, and components of different systems.
func (p *pod) checkPlaces(r *allocateRequest) []string {
	var broken []string
	owners := map[*system]bool{}
	for _, uri := range r.resources() {
		owner, ok := p.ownerOf[uri]
		if !ok {
			broken = append(broken, fmt.Sprintf("Requested resource %q does not exist.", uri))
			continue
		}
		owners[owner] = true
	}
	for _, uri := range r.chassis() {
		broken = append(broken, p.checkChassis(uri)...)
	}
	if len(owners) > 1 {
		broken = append(broken, "Allocation of assets on multiple computer systems is not supported")
	}
	return broken
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

// checkRemoteDrives follows the 2.3 rules: at most one, and an existing volume excludes what creates a new one.
func checkRemoteDrives(drives []remoteRequest) []string {
	if len(drives) > 1 {
		return []string{"Creation of Systems with multiple RemoteDrives is not supported"}
	}
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

func checkVLANs(n nicRequest) []string {
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
		if reservedVLAN(*v.VLANId) {
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
	if untagged > 1 {
		broken = append(broken, "You can request maximum one untagged VLAN.")
	}
	return broken
}

// reservedVLAN knows the ids that the 2.2 and 2.3 pod managers keep for themselves.
func reservedVLAN(id int) bool { return slices.Contains([]int{170, 4088, 4091, 4094}, id) }

// checkEnumerations refuses values that this version does not have as a bad payload: they fail while the pod manager
// reads the body.
func checkEnumerations(r *allocateRequest) error {
	var checks []error
	for _, p := range r.Processors {
		checks = append(checks,
			oneOf("InstructionSet", p.InstructionSet,
				"x86", "x86-64", "IA-64", "ARM-A32", "ARM-A64", "MIPS32", "MIPS64", "OEM"),
			oneOf("ProcessorType", p.ProcessorType, "CPU", "GPU", "FPGA", "DSP", "Accelerator", "OEM"))
		if p.Oem != nil {
			checks = append(checks, oneOf("Brand", p.Oem.Brand,
				"E3", "E5", "E7", "X3", "X5", "X7", "I3", "I5", "I7", "Unknown", "Silver", "Gold", "Platinum"))
		}
	}
	for _, d := range r.LocalDrives {
		checks = append(checks, oneOf("Type", d.Type, "HDD", "SSD"))
	}
	for _, d := range r.RemoteDrives {
		checks = append(checks, oneOf("Protocol", d.Protocol, "iSCSI", "NVMeOverFabrics"))
		if d.Master != nil {
			checks = append(checks, oneOf("Master.Type", d.Master.Type, "Snapshot", "Clone"))
		}
	}
	if r.Security != nil {
		checks = append(checks, oneOf("TpmInterfaceType", r.Security.TpmInterfaceType, "TPM1_2", "TPM2_0", "TCM1_0"))
	}
	return errors.Join(checks...)
}

// oneOf refuses a value that is set and not among the allowed ones.
func oneOf(property string, value *string, allowed ...string) error {
	if value == nil || slices.Contains(allowed, *value) {
		return nil
	}
	return refuse(badPayload, fmt.Sprintf("%s is %q, expected one of %s", property, *value, strings.Join(allowed, ", ")))
}
