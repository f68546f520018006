package client

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// maxLineBytes of a stream: a sample is a few kilobytes.
const maxLineBytes = 1 << 20

// Message is one Server-Sent Event.
type Message struct {
	// ID is where to go on after it.
	ID    string
	Event string
	Data  []byte
}

// Listener takes what a stream brings. An error of either ends the stream.
type Listener interface {
	Take(message Message) error
	// Idle is called when all that was received has been taken.
	Idle() error
}

// endless is the longest answer: the SDK's limit adds one to it, and must not overflow.
const endless = math.MaxInt64 - 1

// Stream hands on new samples until the connection ends, which it always does: nil is never returned. Silence that is longer
// than `silence` counts as broken off.
func (c *Client) Stream(ctx context.Context, params url.Values, lastID string, silence time.Duration, listener Listener) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watch.Stop()

	header := http.Header{"Accept": {"text/event-stream"}}
	if lastID != "" {
		header.Set("Last-Event-ID", lastID)
	}
	// Grafana's limit is for answers that end.
	res, err := c.send(httpclient.WithResponseLimit(ctx, endless), c.stream, "/api/v1/stream", params, header)
	if err != nil {
		return silenceOr(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || mediaType(res.Header) != "text/event-stream" {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return explain(outcomeOf(c.baseURL, res, body))
	}
	err = readMessages(res.Body, func() { watch.Reset(silence) }, listener)
	if fault := (*readFault)(nil); errors.As(err, &fault) {
		return silenceOr(ctx, explain(outcome{address: c.baseURL, failure: fault.cause, reading: true, context: ctx}))
	}
	return err
}

var errSilent = errors.New("the stream fell silent")

func silenceOr(ctx context.Context, err error) error {
	if context.Cause(ctx) == errSilent {
		return errSilent
	}
	return err
}

// readFault tells a broken connection from an error of whoever takes the messages.
type readFault struct{ cause error }

func (f *readFault) Error() string { return f.cause.Error() }

// readMessages reads as https://html.spec.whatwg.org/multipage/server-sent-events.html says, without `retry`.
func readMessages(body io.Reader, alive func(), listener Listener) error {
	reader := bufio.NewReaderSize(body, 64<<10)
	var message Message
	var lastID string
	for {
		if reader.Buffered() == 0 {
			if err := listener.Idle(); err != nil {
				return err
			}
		}
		line, err := readLine(reader)
		if err != nil {
			// What came whole is not lost with the rest.
			if err := listener.Idle(); err != nil {
				return err
			}
			return &readFault{cause: err}
		}
		alive()
		if len(line) == 0 {
			if message.Data != nil {
				message.ID = lastID
				if err := listener.Take(message); err != nil {
					return err
				}
			}
			message = Message{}
			continue
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "id":
			lastID = string(value)
		case "event":
			message.Event = string(value)
		case "data":
			if message.Data != nil {
				message.Data = append(message.Data, '\n')
			}
			if len(message.Data)+len(value) > maxLineBytes {
				return &readFault{cause: errTooLong}
			}
			message.Data = append(message.Data, value...)
		}
	}
}

var errTooLong = fmt.Errorf("expected messages of at most %d bytes, came a longer one", maxLineBytes)

// readLine gives a line without its end; it is valid until the next one is read.
func readLine(reader *bufio.Reader) ([]byte, error) {
	line, err := reader.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		long := bytes.Clone(line)
		for errors.Is(err, bufio.ErrBufferFull) && len(long) <= maxLineBytes {
			line, err = reader.ReadSlice('\n')
			long = append(long, line...)
		}
		line = long
	}
	if len(line) > maxLineBytes {
		return nil, errTooLong
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}
