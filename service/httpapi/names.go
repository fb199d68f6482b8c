package httpapi

import (
	"iter"
	"net/http"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// named gives the UUID that a word of the caller's stands for: itself where it
// is one, or that of the one element with this name.
func named[T any](what, word string, items iter.Seq2[T, error], name, id func(T) string) (string, error) {
	if isUUID(word) {
		return strings.ToLower(word), nil
	}
	var found []string
	for item, err := range items {
		if err != nil {
			return "", err
		}
		if name(item) == word {
			found = append(found, id(item))
		}
	}
	switch len(found) {
	case 0:
		return "", service.Errorf(service.NotFound, "%s %q does not exist", what, clip(word))
	case 1:
		return found[0], nil
	}
	const most = 10
	return "", service.Errorf(service.Conflict, "there are %d of the name %q, use a UUID: %s",
		len(found), clip(word), strings.Join(found[:min(len(found), most)], ", "))
}

// scope is the project whose nodes and volumes the caller sees; empty for one
// who sees all.
func scope(r *http.Request) (projectID string, err error) {
	caller := service.CallerOf(r.Context())
	if caller.SeesAll() {
		return "", nil
	}
	// An empty project in a filter would select what belongs to any.
	if caller.ProjectID == "" {
		return "", service.Errorf(service.Forbidden, "this takes a token for a project")
	}
	return caller.ProjectID, nil
}

// nodeID gives the UUID of the node in the path.
func (a *api) nodeID(r *http.Request) (string, error) {
	project, err := scope(r)
	if err != nil {
		return "", err
	}
	word := r.PathValue("node")
	return named("node", word, a.store.Nodes(r.Context(), service.NodeFilter{Name: word, ProjectID: project}, ""),
		func(n service.Node) string { return n.Name }, func(n service.Node) string { return n.UUID })
}

// volumeID gives the UUID of a volume that the caller calls by a word.
func (a *api) volumeID(r *http.Request, word string) (string, error) {
	project, err := scope(r)
	if err != nil {
		return "", err
	}
	return named("storage", word, a.store.Volumes(r.Context(), service.VolumeFilter{Name: word, ProjectID: project}, ""),
		func(v service.Volume) string { return v.Name }, func(v service.Volume) string { return v.UUID })
}

// flavorID gives the UUID of the flavor in the path.
func (a *api) flavorID(r *http.Request) (string, error) {
	return named("flavor", r.PathValue("flavor"), a.store.Flavors(r.Context(), ""),
		func(f service.Flavor) string { return f.Name }, func(f service.Flavor) string { return f.UUID })
}

// podManagerID gives the UUID of a pod manager that the caller calls by a word.
func (a *api) podManagerID(r *http.Request, word string) (string, error) {
	return named("pod manager", word, a.store.PodManagers(r.Context(), ""),
		func(pm service.PodManager) string { return pm.Name }, func(pm service.PodManager) string { return pm.UUID })
}
