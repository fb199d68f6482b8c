package inventory

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"unique"

	"github.com/valence-rsd/valence/service"
)

const (
	// groupSize is how many systems or chassis a piece has, roughly: a change
	// of one costs writing so many.
	groupSize = 128
	groupMost = 4 * groupSize
	// groupBytes bounds a piece before it is packed, so that none can become
	// too large to be kept.
	groupBytes = service.MaxPiece / 2
	// documentMost bounds the description of one thing; of a longer one only
	// the facts are kept.
	documentMost = groupBytes / 2
	// unpackMost bounds what a piece may unpack to.
	unpackMost = 64 << 20
)

// item is a system or a chassis and, apart from it because nearly nobody wants
// to see it, the pod's own description.
type item[T any] struct {
	facts    T
	document json.RawMessage
}

// group is what is in one piece: systems, or chassis.
type group struct {
	Systems []service.System  `json:"systems,omitempty"`
	Chassis []service.Chassis `json:"chassis,omitempty"`
}

func systemItems(systems []service.System) ([]item[service.System], error) {
	return items(systems, func(s service.System) map[string]any { return s.Document })
}

func items[T any](all []T, document func(T) map[string]any) ([]item[T], error) {
	out := make([]item[T], len(all))
	for n, v := range all {
		data, err := json.Marshal(document(v))
		if err != nil {
			return nil, fmt.Errorf("encoding a document of a pod: %w", err)
		}
		if len(data) > documentMost {
			data = []byte("null")
		}
		out[n] = item[T]{v, data}
	}
	return out, nil
}

// packAll makes the pieces of what was read from a pod.
func packAll(systems []item[service.System], chassis []item[service.Chassis]) ([]service.Piece, error) {
	first, err := packGroups(chassis, func(c service.Chassis) string { return c.Ref },
		func(all []service.Chassis) group { return group{Chassis: all} })
	if err != nil {
		return nil, err
	}
	rest, err := packGroups(systems, func(s service.System) string { return s.Ref },
		func(all []service.System) group { return group{Systems: all} })
	return append(first, rest...), err
}

// packGroups cuts items into groups. Where it cuts depends on the refs before
// the cut only, so that one more item, or one less, changes one piece.
func packGroups[T any](all []item[T], ref func(T) string, of func([]T) group) ([]service.Piece, error) {
	var pieces []service.Piece
	size, from := 0, 0
	for n, it := range all {
		size += len(it.document)
		last := n == len(all)-1 || n-from+1 >= groupMost || size >= groupBytes || cutsAt(ref(it.facts))
		if !last {
			continue
		}
		piece, err := packGroup(all[from:n+1], of)
		if err != nil {
			return nil, err
		}
		pieces, from, size = append(pieces, piece), n+1, 0
	}
	return pieces, nil
}

func cutsAt(ref string) bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, ref)
	return h.Sum32()%groupSize == 0
}

// packGroup packs facts and documents one after the other: whoever wants the
// facts only need not unpack the rest.
func packGroup[T any](all []item[T], of func([]T) group) (service.Piece, error) {
	facts, documents := make([]T, len(all)), make([]json.RawMessage, len(all))
	for n, it := range all {
		facts[n], documents[n] = it.facts, it.document
	}
	front, err := packed(of(facts))
	if err != nil {
		return service.Piece{}, err
	}
	back, err := packed(documents)
	if err != nil {
		return service.Piece{}, err
	}
	data := binary.AppendUvarint(nil, uint64(len(front)))
	return service.NewPiece(append(append(data, front...), back...)), nil
}

func packed(v any) ([]byte, error) {
	var buffer bytes.Buffer
	out, err := gzip.NewWriterLevel(&buffer, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(out).Encode(v); err != nil {
		return nil, fmt.Errorf("encoding what a pod said: %w", err)
	}
	err = out.Close()
	return buffer.Bytes(), err
}

func unpacked(data []byte, into any) error {
	in, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(io.LimitReader(in, unpackMost))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(plain))
	decoder.UseNumber() // a filter compares numbers as the pod wrote them
	return decoder.Decode(into)
}

// halves gives the two parts of a piece, both still packed.
func halves(p service.Piece) (facts, documents []byte, err error) {
	length, n := binary.Uvarint(p.Data)
	if n <= 0 || length > uint64(len(p.Data)-n) {
		return nil, nil, errors.New("a piece of an inventory is cut short")
	}
	rest := p.Data[n:]
	return rest[:length], rest[length:], nil
}

// unpackFacts gives what is in a piece, without the documents.
func unpackFacts(p service.Piece) (group, error) {
	facts, _, err := halves(p)
	if err != nil {
		return group{}, err
	}
	var g group
	if err := unpacked(facts, &g); err != nil {
		return group{}, fmt.Errorf("unpacking an inventory: %w", err)
	}
	for n := range g.Systems {
		s := &g.Systems[n]
		share(&s.Description, &s.Health, &s.PowerState, &s.Architecture, &s.Model, &s.Chassis)
		for i := range s.Location {
			share(&s.Location[i])
		}
	}
	return g, nil
}

// share lets equal texts of many systems be one in memory.
func share(texts ...*string) {
	for _, s := range texts {
		*s = unique.Make(*s).Value()
	}
}

// unpackDocuments gives the documents in a piece, in the order of its items.
func unpackDocuments[D any](p service.Piece) ([]D, error) {
	_, documents, err := halves(p)
	if err != nil {
		return nil, err
	}
	var all []D
	if err := unpacked(documents, &all); err != nil {
		return nil, fmt.Errorf("unpacking the documents of an inventory: %w", err)
	}
	return all, nil
}
