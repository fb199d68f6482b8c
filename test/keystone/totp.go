package keystone

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// TOTP is a user's source of passcodes.
type TOTP struct{ key []byte }

// NewTOTP lets a user sign in with passcodes too.
func (c *Client) NewTOTP(u User) TOTP {
	c.t.Helper()
	id := uuid.New()
	key := append(id[:], id[:4]...)
	c.Make("credential", "/v3/credentials", Object{
		"type": "totp", "user_id": u.ID, "blob": base32.StdEncoding.EncodeToString(key),
	})
	return TOTP{key}
}

// Passcode is the one of now (RFC 6238, six digits, 30 seconds).
func (o TOTP) Passcode() string {
	mac := hmac.New(sha1.New, o.key)
	_ = binary.Write(mac, binary.BigEndian, time.Now().Unix()/30) // it never fails
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}
