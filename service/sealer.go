package service

// Sealer makes secrets unreadable for whoever sees the store. What was sealed
// for one purpose cannot be opened for another, so that a sealed password
// copied into another record is worth nothing.
type Sealer interface {
	// Seal encrypts with the newest key.
	Seal(plain, purpose string) (sealed string, err error)

	// Open decrypts with whichever key fits, and says whether that was the
	// newest. Its errors contain no secret.
	Open(sealed, purpose string) (plain string, newest bool, err error)
}
