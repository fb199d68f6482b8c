package etcd

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestLogLeavesOutWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	log := zapLogger(slog.New(slog.NewTextHandler(&text, nil)))
	log.Warn("one", zap.Error(context.Canceled))
	log.Error("two", zap.Error(status.Error(codes.Canceled, "context canceled")))
	log.Warn("three", zap.Error(errors.New("connection refused")), zap.String("target", "etcd-1"))
	log.Info("four")
	if got := text.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `level=WARN msg=three`) || !strings.Contains(got, `error="connection refused"`) {
		t.Errorf("the log is\n%s", got)
	}
}
