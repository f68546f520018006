package plugin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

func pathOf(query string) string {
	return pathPrefix + base64.RawURLEncoding.EncodeToString([]byte(query))
}

func TestOnlyStreamsOfSamplesCanBeListenedTo(t *testing.T) {
	d := open(t, settingsFor("http://127.0.0.1:1"))
	for path, want := range map[string]backend.SubscribeStreamStatus{
		pathOf(""):                              backend.SubscribeStreamStatusOK,
		pathOf("cause=waf_blocked&not.stage=x"): backend.SubscribeStreamStatusOK,
		pathPrefix + base64.URLEncoding.EncodeToString([]byte("cause=unknown")): backend.SubscribeStreamStatusOK,
		"events":              backend.SubscribeStreamStatusNotFound,
		"":                    backend.SubscribeStreamStatusNotFound,
		pathPrefix + "!!":     backend.SubscribeStreamStatusNotFound,
		pathOf("as=events"):   backend.SubscribeStreamStatusNotFound,
		pathOf("%zz"):         backend.SubscribeStreamStatusNotFound,
		pathOf("not.not.x=1"): backend.SubscribeStreamStatusNotFound,
	} {
		res, err := d.SubscribeStream(context.Background(), &backend.SubscribeStreamRequest{Path: path})
		require.NoError(t, err)
		require.Equal(t, want, res.Status, path)
	}
	res, err := d.PublishStream(context.Background(), &backend.PublishStreamRequest{Path: pathOf("")})
	require.NoError(t, err)
	require.Equal(t, backend.PublishStreamStatusPermissionDenied, res.Status)
}

// One stream serves all viewers of a channel and tells the fields once, to those who are there.
func TestWhoComesLaterIsToldTheFields(t *testing.T) {
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		res.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(res, sse(1))
		res.(http.Flusher).Flush()
		<-req.Context().Done()
	})).URL))
	sent, stop := listen(t, d, "")
	fieldsOf := func(packet json.RawMessage) []string {
		var frame data.Frame
		require.NoError(t, json.Unmarshal(packet, &frame))
		var names []string
		for _, field := range frame.Fields {
			names = append(names, field.Name)
		}
		return names
	}
	streamed := fieldsOf(<-sent)
	require.ErrorIs(t, stop(), context.Canceled)
	res, err := d.SubscribeStream(context.Background(), &backend.SubscribeStreamRequest{Path: pathOf("")})
	require.NoError(t, err)
	require.NotNil(t, res.InitialData)
	require.Equal(t, streamed, fieldsOf(res.InitialData.Data()))
}

// packets takes what Grafana would be sent.
type packets chan json.RawMessage

func (p packets) Send(packet *backend.StreamPacket) error {
	p <- packet.Data
	return nil
}

// listen runs a stream until `stop`, which tells how it ended.
func listen(t *testing.T, d *Datasource, filters string) (sent packets, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	sent = make(packets, 100)
	ended := make(chan error, 1)
	go func() {
		ended <- d.RunStream(ctx, &backend.RunStreamRequest{Path: pathOf(filters)}, backend.NewStreamSender(sent))
	}()
	return sent, func() error {
		cancel()
		return <-ended
	}
}

func sse(id int) string {
	sample, _ := json.Marshal(api.Sample{
		Time: int64(1_772_366_400_000 + id), ID: fmt.Sprintf("event-%d", id), Severity: "error", Body: "GET / → 403",
		Labels: map[string]string{"cause": "waf_blocked"}, LabelTypes: map[string]api.SampleLabelTypes{"cause": "label"},
	})
	return fmt.Sprintf("id: %d.\nevent: refused\ndata: %s\n\n", id, sample)
}

type frameText struct {
	Schema *json.RawMessage `json:"schema"`
	Data   struct {
		Values []json.RawMessage `json:"values"`
	} `json:"data"`
}

func idsOf(t *testing.T, packet json.RawMessage) (ids []string, withFields bool) {
	t.Helper()
	var frame frameText
	require.NoError(t, json.Unmarshal(packet, &frame))
	require.NoError(t, json.Unmarshal(frame.Data.Values[3], &ids))
	return ids, frame.Schema != nil
}

func TestAStreamIsTakenUpWhereItBrokeOff(t *testing.T) {
	var busyOnce, silentOnce sync.Once
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		if req.URL.RawQuery != "as=samples&cause=waf_blocked" {
			t.Errorf("asked for %s", req.URL.RawQuery)
		}
		say := func(text string) {
			res.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(res, text)
			res.(http.Flusher).Flush()
		}
		switch after := req.Header.Get("Last-Event-ID"); after {
		case "":
			// The connection ends after two samples.
			say("retry: 3000\n\n" + sse(1) + sse(2))
		case "2.":
			busy := false
			busyOnce.Do(func() { busy = true })
			if busy {
				answering(t, http.StatusServiceUnavailable, "application/problem+json", `{"code":"streams_busy","detail":"x"}`).ServeHTTP(res, req)
				return
			}
			// It ends in the middle of one.
			say(sse(3) + sse(4)[:20])
		case "3.":
			silentOnce.Do(func() {
				say(": still here\n\nevent: problem\ndata: {\"code\":\"store_unavailable\"}\n\n")
				<-req.Context().Done()
			})
			say(sse(4))
			<-req.Context().Done()
		default:
			<-req.Context().Done()
		}
	})).URL))
	d.pace = pace{silence: 100 * time.Millisecond, leastPause: time.Millisecond, mostPause: 2 * time.Millisecond}

	sent, stop := listen(t, d, "cause=waf_blocked")
	var seen []string
	for frames := 0; len(seen) < 4; frames++ {
		ids, withFields := idsOf(t, <-sent)
		seen = append(seen, ids...)
		require.Equal(t, frames == 0, withFields, "the fields are told once")
	}
	require.Equal(t, []string{"event-1", "event-2", "event-3", "event-4"}, seen, "nothing is missed, nothing comes twice")
	require.ErrorIs(t, stop(), context.Canceled)
}

func TestAFloodComesInFramesOfBoundedSize(t *testing.T) {
	const many = 5 * frameSamples / 2
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		res.Header().Set("Content-Type", "text/event-stream")
		for id := range many {
			_, _ = io.WriteString(res, sse(id))
		}
		res.(http.Flusher).Flush()
		<-req.Context().Done()
	})).URL))
	sent, stop := listen(t, d, "")
	for count := 0; count < many; {
		ids, _ := idsOf(t, <-sent)
		require.LessOrEqual(t, len(ids), frameSamples)
		count += len(ids)
	}
	require.ErrorIs(t, stop(), context.Canceled)
}

func TestAStreamThatCannotBeEndsWithTheReason(t *testing.T) {
	d := open(t, settingsFor(serve(t, answering(t, http.StatusUnauthorized, "application/problem+json", `{"code":"token_invalid","detail":"x"}`)).URL))
	err := d.RunStream(context.Background(), &backend.RunStreamRequest{Path: pathOf("")}, backend.NewStreamSender(packets(nil)))
	require.ErrorContains(t, err, "does not accept the token")
	require.True(t, backend.IsDownstreamError(err))

	d = open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
		res.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(res, "event: refused\ndata: [1]\n\n")
	})).URL))
	err = d.RunStream(context.Background(), &backend.RunStreamRequest{Path: pathOf("")}, backend.NewStreamSender(packets(nil)))
	require.ErrorContains(t, err, "do not fit together")
}
