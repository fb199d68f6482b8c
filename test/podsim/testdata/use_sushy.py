"""Reads a system with sushy, sets its boot device and resets it; prints what it saw as JSON.

use_sushy.py URL [basic]: REQUESTS_CA_BUNDLE names the authority to trust.
"""

import json
import sys
import time

import sushy
from sushy import auth


def main(url, basic):
    kind = auth.BasicAuth if basic else auth.SessionOrBasicAuth
    root = sushy.Sushy(url, auth=kind("admin", "admin"))
    systems = root.get_system_collection()
    system = systems.get_members()[0]
    seen = {
        "systems": len(systems.members_identities),
        "chassis": len(root.get_chassis_collection().members_identities),
        "managers": len(root.get_manager_collection().members_identities),
        "uuid": system.uuid,
        "power": system.power_state.value,
        "cores": sum(p.total_cores for p in system.processors.get_members()),
        "memory": system.memory_summary.size_gib,
        "macs": len(system.ethernet_interfaces.summary),
    }
    system.set_system_boot_options(
        target=sushy.BootSource.PXE, enabled=sushy.BootSourceOverrideEnabled.ONCE)
    system.refresh(force=True)
    seen["boot"] = [system.boot.target.value, system.boot.enabled.value]
    system.reset_system(sushy.ResetType.ON)
    for _ in range(100):
        system.refresh(force=True)
        if system.power_state == sushy.PowerState.ON:
            break
        time.sleep(0.05)
    seen["power after"] = system.power_state.value
    json.dump(seen, sys.stdout)


main(sys.argv[1], sys.argv[2:] == ["basic"])
