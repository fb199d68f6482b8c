package etcd

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/valence-rsd/valence/service"
)

// The pauses between two tries.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = 250 * time.Millisecond
)

// try sends a request until it is answered, for as long as the store's time
// limit allows. One try has a third of that, so that a member that died with
// the request in its hands costs a try and not the request. The call must be
// safe to repeat after an answer that was lost.
func (s *Store) try(ctx context.Context, call func(context.Context) error) error {
	until := time.Now().Add(s.timeout)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		bounded, cancel := context.WithTimeout(ctx, min(s.timeout/3, time.Until(until)))
		err := call(bounded)
		cancel()
		if err == nil || ctx.Err() != nil || s.final(err) || time.Until(until) <= pause {
			return s.failure(ctx, err)
		}
		wait(ctx, pause)
	}
}

// wait sleeps until ctx ends or d is over.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// final says whether err is an answer, which a repetition would only get
// again: nothing was written, and nothing will be.
func (s *Store) final(err error) bool {
	if ended := s.client.Ctx().Err() != nil; ended {
		return true
	}
	if errors.Is(err, rpctypes.ErrTooManyRequests) {
		return false
	}
	switch codeOf(err) {
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied, codes.Unauthenticated,
		codes.ResourceExhausted, codes.FailedPrecondition, codes.OutOfRange, codes.Unimplemented:
		return true
	}
	return false
}

func codeOf(err error) codes.Code {
	var e rpctypes.EtcdError
	if errors.As(err, &e) {
		return e.Code()
	}
	return status.Code(err)
}

// failure puts an error of the client into the domain's words. The end of the
// caller's own context passes through; running into our time limit does not.
func (s *Store) failure(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case tooLarge(err):
		return &service.Error{Code: service.Invalid, Message: "the record is too large to be stored", Err: err}
	}
	return unavailable(err)
}

func tooLarge(err error) bool {
	return errors.Is(err, rpctypes.ErrRequestTooLarge) ||
		status.Code(err) == codes.ResourceExhausted && strings.Contains(err.Error(), "larger than max")
}

func unavailable(err error) error {
	message := "the store does not answer"
	switch {
	case errors.Is(err, rpctypes.ErrNoSpace):
		message = "the store is full and takes no more writes until an operator makes room"
	case codeOf(err) == codes.PermissionDenied, codeOf(err) == codes.Unauthenticated,
		errors.Is(err, rpctypes.ErrAuthFailed), errors.Is(err, rpctypes.ErrUserEmpty):
		message = "the store does not accept the service's credentials"
	}
	return &service.Error{Code: service.Unavailable, Message: message, Err: err}
}

// read runs one range request.
func (s *Store) read(ctx context.Context, key string, opts ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	var resp *clientv3.GetResponse
	err := s.try(ctx, func(ctx context.Context) (err error) {
		resp, err = s.client.Get(ctx, key, opts...)
		return err
	})
	return resp, err
}
