package app

import (
	"context"
	"errors"

	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/seal"
)

// keysKept is how many keys a rotation leaves: the new one, the one that
// everything is sealed with until SealAnew, and one to go back to.
const keysKept = 3

// SetupKeys makes the folder of keys, if it is not there.
func SetupKeys(o Options) error { return seal.Setup(o.Config.Credentials.KeyRepository) }

// RotateKeys adds a key, with which everything is sealed from now on.
func RotateKeys(o Options) error { return seal.Rotate(o.Config.Credentials.KeyRepository, keysKept) }

// SealAnew seals with the newest key what is sealed with older ones, and says
// how many passwords that were. With the embedded store the service must not
// run meanwhile; it does the same at each start.
func SealAnew(ctx context.Context, o Options) (int, error) {
	return withStore(ctx, o, (*App).openStore, (*etcd.Store).Reseal)
}

// ForgetPasswords takes away the passwords that none of the keys opens, and says
// how many those were. With the embedded store the service must not run
// meanwhile; without its keys it does not start.
func ForgetPasswords(ctx context.Context, o Options) (int, error) {
	return withStore(ctx, o, (*App).openRecords, (*etcd.Store).ForgetSealed)
}

// withStore does something to the passwords of a store that open opens.
func withStore(ctx context.Context, o Options, open func(*App, context.Context, Options) error,
	do func(*etcd.Store, context.Context) (int, error),
) (n int, err error) {
	a := &App{logger: o.Logger}
	a.config.Store(&o.Config)
	defer func() { err = errors.Join(err, a.acquired.run(ctx)) }()
	if err := open(a, ctx, o); err != nil {
		return 0, err
	}
	return do(a.store, ctx)
}
