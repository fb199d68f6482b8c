package etcd

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/etcdutl/v3/snapshot"
	"go.uber.org/zap"
)

// revisionBump is how far a restored etcd jumps ahead, so that no revision, and
// no Version made of one, stands for two different things.
const revisionBump = 1_000_000_000

// Snapshot writes everything that etcd holds to w, as it is at one moment, in
// the format of etcdctl. A client of several members takes it from one of
// them. What was written is whole only if there is no error.
func Snapshot(ctx context.Context, client *clientv3.Client, w io.Writer) error {
	stream, err := client.Snapshot(ctx)
	if err == nil {
		err = errors.Join(copyWhole(w, stream), stream.Close())
	}
	if err != nil {
		return fmt.Errorf("saving a snapshot: %w", err)
	}
	return nil
}

// copyWhole copies a snapshot and compares the digest that it ends with.
func copyWhole(w io.Writer, from io.Reader) error {
	digest := sha256.New()
	end := make([]byte, 0, 2*sha256.Size) // what may be the digest is not part of what is digested
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if _, err := w.Write(buf[:n]); err != nil {
			return err
		}
		end = append(end, buf[:n]...)
		body := max(0, len(end)-sha256.Size)
		digest.Write(end[:body])
		end = append(end[:0], end[body:]...)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if !bytes.Equal(digest.Sum(nil), end) {
		return errors.New("it broke off, or was changed on the way")
	}
	return nil
}

// Restore makes the data folder of an embedded etcd out of a snapshot. A folder
// that has anything in it is left alone, and an error.
func Restore(ctx context.Context, snapshotFile, dataDir string) error {
	if err := restore(ctx, snapshotFile, dataDir); err != nil {
		return fmt.Errorf("restoring %s from %s: %w", dataDir, snapshotFile, err)
	}
	return nil
}

func restore(ctx context.Context, snapshotFile, dataDir string) error {
	dataDir, err := filepath.Abs(dataDir)
	if err != nil {
		return err
	}
	if err := privateDir(dataDir); err != nil {
		return err
	}
	there, err := os.ReadDir(dataDir)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fmt.Errorf("there is something in the folder already: %s", there[0].Name())
	}
	// Beside it first: a restore that was killed leaves no half of a store.
	halfDone, err := os.MkdirTemp(filepath.Dir(dataDir), ".restoring-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(halfDone) }()
	if err := ctx.Err(); err != nil {
		return err
	}
	cfg := embeddedConfig(EmbeddedOptions{DataDir: halfDone})
	err = snapshot.NewV3(zap.NewNop()).Restore(snapshot.RestoreConfig{
		SnapshotPath:        snapshotFile,
		Name:                cfg.Name,
		OutputDataDir:       halfDone,
		PeerURLs:            []string{cfg.AdvertisePeerUrls[0].String()},
		InitialCluster:      cfg.InitialCluster,
		InitialClusterToken: cfg.InitialClusterToken,
		RevisionBump:        revisionBump,
		MarkCompacted:       true,
	})
	if err != nil {
		return err
	}
	if err := os.Remove(dataDir); err != nil { // it is empty, and in the way of the other
		return err
	}
	if err := os.Rename(halfDone, dataDir); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dataDir))
}
