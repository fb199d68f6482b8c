package etcd

import (
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// index is a key that belongs to one record: it makes something unique, or
// makes something findable. It is written and removed in the same transaction
// as its record, whose UUID it holds.
type index struct {
	key    string
	unique string // what to tell whoever wants it second; empty where nobody can
}

// canonical says whether id is a UUID in its usual form. Nothing else ever
// becomes part of a record's key.
func canonical(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.String() == id
}

// indexKey makes a key out of words from outside. They are escaped, so that no
// word can reach into the place of another.
func (s *Store) indexKey(name string, words ...string) string {
	for i, w := range words {
		words[i] = url.PathEscape(w)
	}
	return s.prefix + "/index/" + name + "/" + strings.Join(words, "/")
}

// The starts of the keys that tell what is on a pod manager.
func (s *Store) nodesOn(podManagerUUID string) string {
	return s.indexKey("podm-node", podManagerUUID, "")
}

func (s *Store) volumesOn(podManagerUUID string) string {
	return s.indexKey("podm-volume", podManagerUUID, "")
}

func (s *Store) devicesOn(podManagerUUID string) string {
	return s.indexKey("podm-device", podManagerUUID, "")
}

func (s *Store) nodeIndexes(n service.Node) []index {
	all := []index{{key: s.nodesOn(n.PodManagerID) + n.UUID}}
	if n.Ref != "" {
		all = append(all, index{
			key:    s.indexKey("machine", n.PodManagerID, n.Ref),
			unique: "machine " + n.Ref + " of this pod manager is recorded as another node",
		})
	}
	if n.IdempotencyKey != "" {
		all = append(all, index{key: s.nodeIdempotency(n), unique: "this idempotency key was used before"})
	}
	return all
}

// nodeIdempotency is where the node of an idempotency key is found.
func (s *Store) nodeIdempotency(n service.Node) string {
	return s.indexKey("idempotency", n.ProjectID, n.IdempotencyKey)
}

func (s *Store) volumeIndexes(v service.Volume) []index {
	all := []index{{key: s.volumesOn(v.PodManagerID) + v.UUID}}
	if v.IdempotencyKey != "" {
		all = append(all, index{key: s.volumeIdempotency(v), unique: "this idempotency key was used before"})
	}
	return all
}

// volumeIdempotency is where the volume of an idempotency key is found.
func (s *Store) volumeIdempotency(v service.Volume) string {
	return s.indexKey("volume-idempotency", v.ProjectID, v.IdempotencyKey)
}

func (s *Store) deviceIndexes(d service.Device) []index {
	return []index{
		{key: s.devicesOn(d.PodManagerID) + d.UUID},
		{
			key:    s.indexKey("device", d.PodManagerID, d.Ref),
			unique: "device " + d.Ref + " of this pod manager is recorded already",
		},
	}
}

func (s *Store) podManagerIndexes(pm storedPodManager) []index {
	return []index{
		{key: s.indexKey("podm-name", pm.Name), unique: "a pod manager named " + pm.Name + " is registered already"},
		{key: s.indexKey("podm-url", pm.URL), unique: "a pod manager at " + pm.URL + " is registered already"},
	}
}
