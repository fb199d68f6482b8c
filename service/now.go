package service

import "time"

// Now is the time as records keep it: in UTC, and without what does not survive
// being stored.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
