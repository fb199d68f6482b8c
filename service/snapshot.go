package service

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// MaxPiece is how many bytes a Piece may have.
const MaxPiece = 1 << 20

// Snapshot is what is kept of the hardware of one pod manager, in the words of
// whoever keeps it. What is large is in pieces, so that a small change is a
// small write.
type Snapshot struct {
	PodManagerID string
	Head         json.RawMessage // small; written with every change
	Pieces       []Piece
}

// Piece is a part of a snapshot. Nobody changes one: another takes its place.
type Piece struct {
	ID   string // a digest of Data
	Data []byte
}

// NewPiece makes a piece, which has data from then on.
func NewPiece(data []byte) Piece {
	sum := sha256.Sum256(data)
	return Piece{ID: hex.EncodeToString(sum[:16]), Data: data}
}
