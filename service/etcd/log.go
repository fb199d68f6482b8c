package etcd

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc/codes"
)

// singlePort is a warning about a listener that the embedded etcd does not
// have; it would come at every start.
const singlePort = "Running http and grpc server on single port. This is not recommended for production."

// zapLogger is a logger for etcd that writes to ours, from warn on.
func zapLogger(log *slog.Logger) *zap.Logger {
	return zap.New(slogCore{log: log})
}

// slogCore is a zapcore.Core over slog.
type slogCore struct{ log *slog.Logger }

// Enabled implements zapcore.Core.
func (c slogCore) Enabled(level zapcore.Level) bool { return level >= zapcore.WarnLevel }

// With implements zapcore.Core.
func (c slogCore) With(fields []zapcore.Field) zapcore.Core {
	return slogCore{log: c.log.With(attrs(fields)...)}
}

// Check implements zapcore.Core.
func (c slogCore) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(e.Level) || e.Message == singlePort {
		return checked
	}
	return checked.AddCore(e, c)
}

// Write implements zapcore.Core.
func (c slogCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	if slices.ContainsFunc(fields, canceled) {
		return nil
	}
	level := slog.LevelWarn
	if e.Level > zapcore.WarnLevel {
		level = slog.LevelError
	}
	c.log.Log(context.Background(), level, e.Message, attrs(fields)...)
	return nil
}

// canceled tells whether a field is the error of a request that this process has
// given up, as it does when a client is closed. Whoever gave it up knows.
func canceled(f zapcore.Field) bool {
	err, ok := f.Interface.(error)
	return ok && (errors.Is(err, context.Canceled) || codeOf(err) == codes.Canceled)
}

// Sync implements zapcore.Core.
func (c slogCore) Sync() error { return nil }

func attrs(fields []zapcore.Field) []any {
	encoded := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(encoded)
	}
	list := make([]any, 0, len(encoded.Fields))
	for name, value := range encoded.Fields {
		list = append(list, slog.Any(name, value))
	}
	return list
}
