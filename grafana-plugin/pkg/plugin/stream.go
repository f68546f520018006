package plugin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
	"github.com/why403/why403/grafana-plugin/pkg/frames"
	"github.com/why403/why403/grafana-plugin/pkg/models"
)

// pathPrefix of live samples: samples/<base64url of the filters as a query string>.
const pathPrefix = "samples/"

// frameSamples is the most that one frame carries on.
const frameSamples = 100

// pace of a stream.
type pace struct {
	// silence longer than this is a connection that broke unnoticed; the service says something every 15 s.
	silence time.Duration
	// A connection that broke is made again after leastPause, and up to mostPause while it fails.
	leastPause, mostPause time.Duration
}

var usualPace = pace{silence: 45 * time.Second, leastPause: time.Second, mostPause: 30 * time.Second}

// SubscribeStream lets whoever may use the data source listen, to paths that we know. Each viewer is told the fields here: who comes
// to a stream that runs already gets nothing but values from it.
func (d *Datasource) SubscribeStream(_ context.Context, req *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	if d.fault != nil {
		return nil, backend.DownstreamErrorf("%s", unconfigured(d.fault))
	}
	if _, err := streamParams(req.Path); err != nil {
		backend.Logger.Debug("No such stream", "error", err)
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	}
	fields, err := frames.LogLines(nil, d.settings)
	if err != nil {
		return nil, err
	}
	initial, err := backend.NewInitialFrame(fields, data.IncludeAll)
	return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK, InitialData: initial}, err
}

// PublishStream is for those that send: nobody does.
func (d *Datasource) PublishStream(context.Context, *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusPermissionDenied}, nil
}

// RunStream carries new samples on until nobody listens any more. A connection that breaks is made again where it was.
func (d *Datasource) RunStream(ctx context.Context, req *backend.RunStreamRequest, sender *backend.StreamSender) error {
	if d.fault != nil {
		return backend.DownstreamErrorf("%s", unconfigured(d.fault))
	}
	params, err := streamParams(req.Path)
	if err != nil {
		return backend.DownstreamError(err)
	}
	logger := backend.Logger.FromContext(ctx)
	tail := &liveTail{settings: d.settings, sender: sender}
	wait := d.pace.leastPause
	for ctx.Err() == nil {
		before := tail.lastID
		// What was not sent comes again.
		tail.samples = nil
		err := d.client.Stream(ctx, params, tail.lastID, d.pace.silence, tail)
		if tail.sendError != nil {
			return tail.sendError
		}
		fault, isFault := errors.AsType[*client.Fault](err)
		if isFault && fault.Lasting {
			return backend.DownstreamError(fault)
		}
		if tail.lastID != before {
			wait = d.pace.leastPause
		}
		pause := wait
		if isFault {
			pause = max(pause, fault.RetryAfter)
		}
		logger.Debug("The stream of samples broke off and is taken up again", "error", err, "after", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		wait = min(2*wait, d.pace.mostPause)
	}
	return ctx.Err()
}

func streamParams(path string) (url.Values, error) {
	coded, found := strings.CutPrefix(path, pathPrefix)
	if !found {
		return nil, fmt.Errorf("stream path: expected %s<filters>, came another one", pathPrefix)
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(coded, "="))
	if err != nil {
		return nil, errors.New("stream path: expected filters as base64url, came something else")
	}
	params, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, errors.New("stream path: expected filters as a query string, came something else")
	}
	for name := range params {
		if !models.IsFilterParam(name) {
			return nil, errors.New("stream path: expected only filters, came another parameter")
		}
	}
	params.Set("as", "samples")
	return params, nil
}

// liveTail gathers samples that come together into one frame.
type liveTail struct {
	settings models.Settings
	sender   *backend.StreamSender
	samples  []api.Sample
	// lastID is of the last sample that was sent, nextID of the last that was gathered.
	lastID, nextID string
	// told: the fields are known from the first frame.
	told      bool
	sendError error
}

// Take keeps a sample until Idle, or until the frame is full.
func (t *liveTail) Take(message client.Message) error {
	if message.Event != "refused" {
		return nil
	}
	var sample api.Sample
	if err := json.Unmarshal(message.Data, &sample); err != nil {
		return client.Misfit(err)
	}
	t.samples = append(t.samples, sample)
	t.nextID = message.ID
	if len(t.samples) < frameSamples {
		return nil
	}
	return t.Idle()
}

// Idle sends what was gathered.
func (t *liveTail) Idle() error {
	if len(t.samples) == 0 {
		return nil
	}
	t.sendError = t.send()
	return t.sendError
}

func (t *liveTail) send() error {
	frame, err := frames.LogLines(t.samples, t.settings)
	if err != nil {
		return err
	}
	include := data.IncludeAll
	if t.told {
		include = data.IncludeDataOnly
	}
	if err := t.sender.SendFrame(frame, include); err != nil {
		return err
	}
	t.told, t.samples, t.lastID = true, nil, t.nextID
	return nil
}
