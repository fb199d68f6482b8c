package composition

import (
	"errors"
	"maps"
	"net/http"
	"slices"
)

// stanza is one operation of a manifest.
type stanza struct {
	body   object // as it was sent; the answer is added to a copy
	plan   plan   // of a composition
	apart  []string
	err    error
	answer any
}

// composeManifest does what the stanzas of a manifest ask for, all of it or nothing, or says what would come of it.
func (p *Pod) composeManifest(r *http.Request, _ string) (reply, error) {
	body, err := readBody(r)
	if err != nil {
		return reply{}, err
	}
	delay, fails := p.outcomeOf(r)
	p.mu.Lock()
	manifest, id, err := p.readManifest(body)
	if err != nil {
		p.mu.Unlock()
		return reply{}, err
	}
	stanzas := p.decideStanzas(manifest, textAt(body, "RequestType"), id)
	broken := slices.IndexFunc(stanzas, func(s *stanza) bool { return s.err != nil })
	if kind := textAt(body, "RequestType"); kind != "Apply" || broken >= 0 {
		defer p.mu.Unlock()
		return p.preview(body, manifest, stanzas), nil
	}
	p.mu.Unlock()
	done := p.opts.Clock.Sleep(delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !done {
		return reply{}, refuse(unavailable)
	}
	if fails {
		p.undo(stanzas, true)
		return reply{}, refuse(compositionFailed)
	}
	p.apply(manifest, stanzas)
	p.dropReservation(id)
	return reply{status: http.StatusOK, body: encode(response(body, manifest, stanzas, ""))}, nil
}

// readManifest checks the parameters and returns the manifest, which may be that of a reservation, with the reservation's
// id.
func (p *Pod) readManifest(body object) (manifest object, id string, err error) {
	const action = "CompositionService.Compose"
	if format, given := body["RequestFormat"]; given && format != "Manifest" {
		return nil, "", refuse(wrongValue, textAt(body, "RequestFormat"), "RequestFormat")
	}
	if p.opts.Flavour.plainErrors {
		body["RequestType"] = "Apply" // it looks at nothing else
	}
	kind, given := body["RequestType"].(string)
	if !given {
		return nil, "", refuse(parameterMissing, action, "RequestType")
	}
	if !slices.Contains([]string{"Preview", "PreviewReserve", "Apply"}, kind) {
		return nil, "", refuse(wrongValue, kind, "RequestType")
	}
	manifest = objectAt(body, "Manifest")
	if id = textAt(body, "ReservationId"); id != "" {
		reservation := p.tree.view(p.places.reservations + "/" + id)
		if reservation == nil {
			return nil, "", refuse(noSuchResource, p.places.reservations+"/"+id)
		}
		if manifest == nil {
			manifest = objectAt(reservation, "Manifest")
		}
	}
	if manifest == nil {
		return nil, "", refuse(parameterMissing, action, "Manifest")
	}
	if len(elementsOf(manifest["Stanzas"])) == 0 {
		return nil, "", refuse(emptyManifest)
	}
	return manifest, id, nil
}

// decideStanzas decides on one stanza after the other, so that no two have the same block. When one fails the others are
// undone.
func (p *Pod) decideStanzas(manifest object, kind, reservation string) []*stanza {
	p.quiet = kind != "Apply"
	defer func() { p.quiet = false }()
	var all []*stanza
	failed := false
	for _, body := range elementsOf(manifest["Stanzas"]) {
		s := &stanza{body: body}
		s.err = p.decideStanza(s, kind, reservation)
		failed = failed || s.err != nil
		all = append(all, s)
	}
	if failed {
		p.undo(all, false)
	}
	return all
}

func (p *Pod) decideStanza(s *stanza, kind, reservation string) error {
	request := objectAt(s.body, "Request")
	if request == nil {
		return refuse(emptyManifest)
	}
	switch textAt(s.body, "StanzaType") {
	case "ComposeSystem":
		named := maps.Clone(request)
		if _, given := named["Name"]; !given {
			named["Name"] = "Computer system composed from " + textAt(s.body, "StanzaId")
		}
		var err error
		s.plan, err = p.decide(named, false, reservation)
		return err
	case "DecomposeSystem":
		return p.decideApart(s, request)
	}
	return refuse(badStanza, kind, textAt(s.body, "StanzaId"))
}

// decideApart reads which systems to take apart.
func (p *Pod) decideApart(s *stanza, request object) error {
	systems := urisAt(request, "Links", "ComputerSystems")
	if len(systems) == 0 {
		return refuse(propertyMissing, "Links/ComputerSystems")
	}
	for _, uri := range systems {
		body := p.tree.view(uri)
		if !p.isSystem(uri, body) {
			return refuse(noSuchResource, uri)
		}
		if len(urisAt(body, "Links", "ResourceBlocks")) == 0 {
			return refuse(conflictingValue, "Links/ComputerSystems", "Links/ResourceBlocks")
		}
		if err := p.leave(uri); err != nil {
			return err
		}
		s.apart = append(s.apart, uri)
	}
	return nil
}

// undo gives back what stanzas have claimed.
func (p *Pod) undo(stanzas []*stanza, failed bool) {
	for _, s := range stanzas {
		for _, uri := range s.plan.blocks {
			p.unclaim(uri, failed)
		}
		s.plan.blocks = nil
		for _, uri := range s.apart {
			delete(p.leaving, uri)
		}
		s.apart = nil
	}
}

// apply does what was decided, and fills in the answers.
func (p *Pod) apply(manifest object, stanzas []*stanza) {
	for _, s := range stanzas {
		for _, uri := range s.apart {
			delete(p.leaving, uri)
			p.takeApart(uri)
			s.answer = link(uri)
		}
		if s.plan.system != "" {
			p.finish(s.plan)
			s.answer = p.described(manifest, s.plan.system)
		}
	}
}

// described is a system as the answer shows it: with what is below it, if that was asked for. It is a copy.
func (p *Pod) described(manifest object, system string) any {
	ask := expandQuery{rest: true}
	if expand := textAt(manifest, "Expand"); expand != "" && expand != "None" {
		ask.levels = 1
	}
	return (&expander{p.tree, ask, maxInlined}).inline(p.tree.view(system), ask.levels, false)
}

// preview answers what would come of a manifest, by doing it and taking it back, and reserves the blocks if that is asked
// for. A manifest of which a stanza is refused is answered with the status of that, unless a preview is all that was asked
// for.
func (p *Pod) preview(body, manifest object, stanzas []*stanza) reply {
	var errs []error
	var blocks []string
	for _, s := range stanzas {
		errs = append(errs, s.err)
		blocks = append(blocks, s.plan.blocks...)
	}
	status, id := http.StatusOK, ""
	if err := errors.Join(errs...); err == nil {
		p.pretend(manifest, stanzas)
		if textAt(body, "RequestType") == "PreviewReserve" && p.places.reservations != "" {
			id = p.reserve(blocks, manifest)
		}
	} else if textAt(body, "RequestType") != "Preview" {
		answer := p.opts.Flavour.failed(err)
		if p.opts.Flavour.plainErrors {
			return answer
		}
		status = answer.status
	}
	return reply{status: status, body: encode(response(body, manifest, stanzas, id))}
}

// pretend composes what was decided and takes it apart again. Systems that are to be taken apart stay.
func (p *Pod) pretend(manifest object, stanzas []*stanza) {
	p.quiet = true
	defer func() { p.quiet = false }()
	for _, s := range stanzas {
		for _, uri := range s.apart {
			s.answer = link(uri)
		}
		if s.plan.system == "" {
			continue
		}
		before := urisAt(p.tree.view(s.plan.system), "Links", "ResourceBlocks")
		p.finish(s.plan)
		s.answer = p.described(manifest, s.plan.system)
		p.takeBack(s.plan, before)
	}
	p.undo(stanzas, false)
}

// takeBack undoes the end of a composition, and leaves the claim.
func (p *Pod) takeBack(made plan, before []string) {
	for _, uri := range made.blocks {
		if !slices.Contains(before, uri) {
			p.lose(made.system, uri)
		}
		p.release(uri, made.system)
		p.claim(uri)
	}
	if !expandable(p.tree.view(made.system)) {
		p.forget(made.system)
	}
}

// response is the manifest with the answers in it.
func response(body, manifest object, stanzas []*stanza, reservation string) object {
	list := []any{}
	for _, s := range stanzas {
		one := maps.Clone(s.body)
		if s.err != nil {
			_, one["Response"] = errorBody(s.err)
		} else if s.answer != nil {
			one["Response"] = s.answer
		}
		list = append(list, one)
	}
	answered := maps.Clone(manifest)
	answered["Stanzas"] = list
	made := object{"RequestFormat": "Manifest", "RequestType": body["RequestType"], "Manifest": answered}
	if reservation != "" {
		made["ReservationId"] = reservation
	}
	return made
}
