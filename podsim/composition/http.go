package composition

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// maxBody is the longest request body that is read.
const maxBody = 1 << 20

// reply is an answer before it is sent.
type reply struct {
	status   int
	location string
	etag     string
	body     []byte // none when nil
	retry    bool   // ask again in a second
}

// handler answers one method of one document.
type handler func(r *http.Request, uri string) (reply, error)

// ServeHTTP answers one request.
func (p *Pod) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	uri := clean(r.URL.Path)
	handlers, err := p.handlers(uri)
	if err != nil {
		p.write(w, p.opts.Flavour.failed(err))
		return
	}
	w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(handlers)), ", "))
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	handle := handlers[r.Method]
	if handle == nil {
		p.write(w, p.opts.Flavour.failed(refuse(notAllowed)))
		return
	}
	answer, err := handle(r, uri)
	if err != nil {
		answer = p.opts.Flavour.failed(err)
	}
	p.write(w, answer)
}

// handlers are the methods of a URI.
func (p *Pod) handlers(uri string) (map[string]handler, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]handler{http.MethodOptions: nil}
	if a, ok := p.tree.targets[uri]; ok {
		if act := p.actions()[a.name]; act != nil {
			all[http.MethodPost] = func(r *http.Request, _ string) (reply, error) { return act(r, a.of) }
		}
		return all, nil
	}
	if p.tasks.monitors(uri) {
		all[http.MethodGet] = p.getMonitor
		return all, nil
	}
	body := p.tree.view(uri)
	if body == nil {
		return nil, refuse(noSuchResource, uri)
	}
	all[http.MethodGet], all[http.MethodHead] = p.get, p.get
	maps.Copy(all, p.changesOf(uri, body))
	return all, nil
}

// changesOf are the methods that change a document.
func (p *Pod) changesOf(uri string, body object) map[string]handler {
	switch {
	case uri == p.places.systems && len(p.capabilities()) > 0:
		return map[string]handler{http.MethodPost: p.postSystem}
	case uri == p.places.service:
		return map[string]handler{http.MethodPatch: p.patchService}
	case p.isSystem(uri, body):
		if textAt(body, "SystemType") == "Composed" && !expandable(body) {
			return map[string]handler{http.MethodPatch: p.patchSystem, http.MethodDelete: p.deleteSystem}
		}
		return map[string]handler{http.MethodPatch: p.patchSystem}
	case p.isBlock(uri, body):
		return map[string]handler{http.MethodPatch: p.patchBlock}
	case kindOf(body) == "CompositionReservation":
		return map[string]handler{http.MethodDelete: p.deleteReservation}
	}
	return nil
}

// isSystem tells a system from the templates that live below the same collection.
func (p *Pod) isSystem(uri string, body object) bool {
	return kindOf(body) == "ComputerSystem" && !p.templates[uri] && strings.HasPrefix(uri, p.places.systems+"/")
}

// isBlock does so for resource blocks.
func (p *Pod) isBlock(uri string, body object) bool {
	return kindOf(body) == "ResourceBlock" && !p.templates[uri] && strings.HasPrefix(uri, p.places.blocks+"/")
}

// get reads a document, whole or expanded, unless the client has it already.
func (p *Pod) get(r *http.Request, uri string) (reply, error) {
	ask, err := readQuery(r.URL.Query())
	if err != nil {
		return reply{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ask != nil || uri == p.places.active || uri == p.places.free {
		p.fillPools()
	}
	raw, etag, ok := p.tree.text(uri)
	if !ok {
		return reply{}, refuse(noSuchResource, uri)
	}
	if ask != nil {
		// What is inlined may have changed when the document has not: there is no ETag for both.
		body, err := p.tree.expand(uri, *ask)
		return reply{status: http.StatusOK, body: body}, err
	}
	if matches(r.Header.Get("If-None-Match"), etag) {
		return reply{status: http.StatusNotModified, etag: etag}, nil
	}
	return reply{status: http.StatusOK, etag: etag, body: raw}, nil
}

// matches compares an ETag with those of a header; a weak one matches the strong one of the same document.
func matches(header, etag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || one != "" && strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
}

// checkMatch refuses a change of a document that is no longer what the client has read. The caller holds the mutex.
func (p *Pod) checkMatch(r *http.Request, uri string) error {
	_, etag, ok := p.tree.text(uri)
	if !ok {
		return refuse(noSuchResource, uri)
	}
	if header := r.Header.Get("If-Match"); header != "" && !matches(header, etag) {
		return refuse(preconditionFailed)
	}
	return nil
}

// changed answers a change with what the document is now. The caller holds the mutex.
func (p *Pod) changed(uri string) reply {
	raw, etag, _ := p.tree.text(uri)
	return reply{status: http.StatusOK, etag: etag, body: raw}
}

// readBody reads the JSON object of a request.
func readBody(r *http.Request) (object, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(raw) > maxBody {
		return nil, refuse(malformedJSON)
	}
	var body object
	if err := json.Unmarshal(raw, &body); err != nil || body == nil || tooDeep(body, maxDepth) {
		return nil, refuse(malformedJSON)
	}
	return body, nil
}

func (p *Pod) write(w http.ResponseWriter, a reply) {
	h := w.Header()
	set := func(name, value string) {
		if value != "" {
			h.Set(name, value)
		}
	}
	set("Location", a.location)
	if p.opts.Flavour.weakETags && a.etag != "" {
		a.etag = "W/" + a.etag
	}
	set("ETag", a.etag)
	if a.retry {
		h.Set("Retry-After", "1")
	}
	if a.body != nil {
		h.Set("Content-Type", "application/json")
	}
	w.WriteHeader(a.status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(a.body)
}
