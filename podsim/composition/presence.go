package composition

import "fmt"

// SetPresent lets a resource block or a physical system vanish, or come back. A block that is away cannot be composed,
// and the systems that have it are in bad health.
func (p *Pod) SetPresent(uri string, present bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.tree.has(uri) {
		return fmt.Errorf("there is no resource %q", uri)
	}
	setPresent(p.tree.edit(uri), present)
	for _, system := range urisAt(p.tree.view(uri), "Links", "ComputerSystems") {
		if p.tree.has(system) {
			setHealth(p.tree.edit(system), present)
		}
	}
	return nil
}

// SetHealth changes the health of a resource. A block that is not in health OK cannot be composed.
func (p *Pod) SetHealth(uri, health string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.tree.has(uri) {
		return fmt.Errorf("there is no resource %q", uri)
	}
	inner(p.tree.edit(uri), "Status")["Health"] = health
	p.tell(eventStatus, uri, "The health is "+health)
	return nil
}

func setPresent(body object, present bool) {
	inner(body, "Status")["State"] = "Absent"
	if present {
		inner(body, "Status")["State"] = "Enabled"
	}
	setHealth(body, present)
}

func setHealth(body object, well bool) {
	inner(body, "Status")["Health"] = "Critical"
	if well {
		inner(body, "Status")["Health"] = "OK"
	}
}
