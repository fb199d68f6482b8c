package events

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// document is an #Event of Redfish.
type document struct {
	DataContext string   `json:"@odata.context"`
	Type        string   `json:"@odata.type"`
	ID          string   `json:"Id"`
	Name        string   `json:"Name"`
	Context     string   `json:"Context"`
	Events      []record `json:"Events"`
}

type record struct {
	MemberID    string `json:"MemberId"`
	EventType   string `json:"EventType"`
	EventID     string `json:"EventId"`
	Timestamp   string `json:"EventTimestamp"`
	Severity    string `json:"Severity"`
	Message     string `json:"Message"`
	MessageID   string `json:"MessageId"`
	MessageArgs []any  `json:"MessageArgs"`
	Context     string `json:"Context"`
	Origin      origin `json:"OriginOfCondition"`
}

type origin struct {
	URI string `json:"@odata.id"`
}

func newDocument(e Event, subscription string) document {
	id := strconv.Itoa(e.number)
	severity := e.Severity
	if severity == "" {
		severity = "OK"
	}
	return document{
		DataContext: "/redfish/v1/$metadata#Event.Event",
		Type:        "#Event.v1_1_0.Event",
		ID:          id,
		Name:        "Event " + id,
		Context:     subscription,
		Events: []record{{
			MemberID:    "0",
			EventType:   e.Type,
			EventID:     id,
			Timestamp:   e.at.UTC().Format(time.RFC3339),
			Severity:    severity,
			Message:     e.Message,
			MessageID:   "ResourceEvent.1.0." + e.Type,
			MessageArgs: []any{},
			Context:     subscription,
			Origin:      origin{e.Origin},
		}},
	}
}

// serve delivers to one subscriber, in order, until the subscription ends.
func (s *Service) serve(ctx context.Context, one *subscriber) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-one.waiting:
			s.deliver(ctx, one, e)
		}
	}
}

// deliver tries and tries again; then the event is lost, as with a real pod manager.
func (s *Service) deliver(ctx context.Context, one *subscriber, e Event) {
	var err error
	for attempt := 0; attempt <= s.retries; attempt++ {
		if attempt > 0 && !wait(ctx, s.interval) {
			return
		}
		if err = s.post(ctx, one, e); err == nil {
			return
		}
	}
	if ctx.Err() == nil {
		s.log.WarnContext(ctx, "lost an event: the subscriber did not take it", "subscription", one.ID, "error", err)
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *Service) post(ctx context.Context, one *subscriber, e Event) error {
	data, err := json.Marshal(newDocument(e, one.Context))
	if err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, one.Destination, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("OData-Version", "4.0")
	resp, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("sending an event: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // nothing more is read
	// What is left in the body would keep the connection from being used again.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("sending an event: the subscriber answered %s", resp.Status)
	}
	return nil
}
