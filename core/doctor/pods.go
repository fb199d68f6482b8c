package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
)

// pod is what is looked at of a pod manager.
type pod struct {
	Name, URL, Status string
	StatusReason      string `json:"status_reason"`
	StatusSince       string `json:"status_since"`
}

// lookAtPods has a finding for each pod manager.
func (v *visit) lookAtPods(ctx context.Context) []Finding {
	body, f := v.read(ctx, "/v1/pod_managers")
	if f != nil {
		return []Finding{*f}
	}
	var pods []pod
	if err := json.Unmarshal(body, &pods); err != nil {
		return []Finding{failed("the service answers with something that is no list of pod managers", "check the endpoint: something else seems to be there")}
	}
	if len(pods) == 0 {
		return []Finding{warning("none is registered, so there is no hardware", "valence podmanager create NAME URL --auth username=USER")}
	}
	found := []Finding{ok(fmt.Sprintf("%d registered", len(pods)))}
	for _, p := range pods {
		found = append(found, p.examine())
	}
	return found
}

func (p pod) examine() Finding {
	f := ok(p.Status + ", at " + p.URL)
	if p.Status != "Online" {
		f = failed(fmt.Sprintf("%s since %s: %s", p.Status, cmp.Or(p.StatusSince, "an unknown time"), cmp.Or(p.StatusReason, "no reason is known")),
			"check that it runs and that the service reaches "+p.URL+"; valence podmanager set changes its URL, password or certificate")
	}
	f.Check = "pod manager " + p.Name
	return f
}
