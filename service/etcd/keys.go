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
	key   string
	taken string // what to tell whoever wants it second
}

func nodeID(n service.Node) string              { return n.UUID }
func flavorID(f service.Flavor) string          { return f.UUID }
func podManagerID(pm service.PodManager) string { return pm.UUID }
func intentID(in service.Intent) string         { return in.NodeUUID }

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

// holdKey is the key of the hold on a node.
func (s *Store) holdKey(nodeUUID string) string { return s.prefix + "/holds/" + nodeUUID }

// nodesOn is the start of the keys that tell which nodes are on a pod manager.
func (s *Store) nodesOn(podManagerUUID string) string {
	return s.indexKey("podm-node", podManagerUUID, "")
}

func (s *Store) nodeIndexes(n service.Node) []index {
	all := []index{{key: s.nodesOn(n.PodManagerID) + n.UUID}}
	if n.Ref != "" {
		all = append(all, index{
			key:   s.indexKey("machine", n.PodManagerID, n.Ref),
			taken: "machine " + n.Ref + " of this pod manager is recorded as another node",
		})
	}
	if n.IdempotencyKey != "" {
		all = append(all, index{
			key:   s.idempotencyKey(n),
			taken: "this idempotency key was used before",
		})
	}
	return all
}

// idempotencyKey is where the node of an idempotency key is found.
func (s *Store) idempotencyKey(n service.Node) string {
	return s.indexKey("idempotency", n.ProjectID, n.IdempotencyKey)
}

func (s *Store) podManagerIndexes(pm service.PodManager) []index {
	return []index{
		{key: s.indexKey("podm-name", pm.Name), taken: "a pod manager named " + pm.Name + " is registered already"},
		{key: s.indexKey("podm-url", pm.URL), taken: "a pod manager at " + pm.URL + " is registered already"},
	}
}
