package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/stretchr/testify/require"
)

// heard keeps what a stream brought, as text.
type heard struct {
	messages []string
	idle     int
	stop     error
}

func (h *heard) Take(message Message) error {
	h.messages = append(h.messages, message.ID+"|"+message.Event+"|"+string(message.Data))
	return h.stop
}

func (h *heard) Idle() error {
	h.idle++
	return nil
}

func TestMessagesOfAStream(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"one":                                   {"id: 1\nevent: refused\ndata: {}\n\n", []string{"1|refused|{}"}},
		"comments and retry say nothing":        {"retry: 3000\n\n: still here\n\n", nil},
		"no blank after the colon":              {"id:1\nevent:refused\ndata:{}\n\n", []string{"1|refused|{}"}},
		"only the first blank goes":             {"data:  x\n\n", []string{"|| x"}},
		"several lines of data":                 {"data: a\ndata: b\n\n", []string{"||a\nb"}},
		"carriage returns":                      {"data: a\r\n\r\n", []string{"||a"}},
		"the id stays until there is another":   {"id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", []string{"1||a", "1||b", "2||c"}},
		"the kind does not stay":                {"event: problem\ndata: a\n\ndata: b\n\n", []string{"|problem|a", "||b"}},
		"fields of a later version say nothing": {"color: red\ndata: a\n\n", []string{"||a"}},
		"what is cut off is no message":         {"data: a\n\ndata: b\n", []string{"||a"}},
		"a line that is longer than the buffer": {"data: " + strings.Repeat("x", 100_000) + "\n\n", []string{"||" + strings.Repeat("x", 100_000)}},
		"an empty message says nothing":         {"id: 1\ndata\n\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, body := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text))} {
				var to heard
				err := readMessages(body, func() {}, &to)
				require.Equal(t, &readFault{cause: io.EOF}, err)
				require.Equal(t, test.want, to.messages)
				require.Positive(t, to.idle)
			}
		})
	}
}

func TestEndlessLinesAndMessagesOfAStreamAreNotKept(t *testing.T) {
	line := strings.Repeat("x", 1<<19)
	for name, text := range map[string]string{
		"line":    "data: " + line + line + line + "\n\n",
		"message": "data: " + line + "\ndata: " + line + "\ndata: " + line + "\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			var to heard
			err := readMessages(bytes.NewReader([]byte(text)), func() {}, &to)
			require.ErrorContains(t, err, "expected messages of at most")
			require.Empty(t, to.messages)
		})
	}
}

func TestAStreamHasNoTimeLimit(t *testing.T) {
	var sent http.Header
	var asked string
	server := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		sent, asked = req.Header.Clone(), req.URL.RequestURI()
		res.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		_, _ = io.WriteString(res, "id: 1\nevent: refused\ndata: a\n\n")
		res.(http.Flusher).Flush()
		// Longer than the timeout for answers.
		<-time.After(60 * time.Millisecond)
		_, _ = io.WriteString(res, "id: 2\nevent: refused\ndata: b\n\n")
	}))
	defer server.Close()
	client := open(t, server.URL, func(options *httpclient.Options) {
		timeouts := httpclient.DefaultTimeoutOptions
		timeouts.Timeout = 20 * time.Millisecond
		options.Timeouts = &timeouts
	})
	// Nor is it an answer that Grafana's limit is for.
	ctx := httpclient.WithResponseLimit(context.Background(), 10)
	var to heard
	require.ErrorContains(t, client.Stream(ctx, url.Values{"as": {"samples"}}, "0", time.Minute, &to), "broke in the middle")
	require.Equal(t, []string{"1|refused|a", "2|refused|b"}, to.messages)
	require.Equal(t, "/api/v1/stream?as=samples", asked)
	require.Equal(t, "0", sent.Get("Last-Event-ID"))
	require.Equal(t, "text/event-stream", sent.Get("Accept"))
	require.Equal(t, "Bearer "+secret, sent.Get("Authorization"))
}

func TestSilenceIsAConnectionThatBroke(t *testing.T) {
	for name, headers := range map[string]bool{"after the headers": true, "before them": false} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
				if headers {
					res.Header().Set("Content-Type", "text/event-stream")
					res.(http.Flusher).Flush()
				}
				<-req.Context().Done()
			}))
			defer server.Close()
			require.ErrorIs(t, open(t, server.URL, nil).Stream(context.Background(), nil, "", 30*time.Millisecond, &heard{}), errSilent)
		})
	}
}

func TestWhatIsNoStreamIsAFault(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		media   string
		body    string
		want    backend.Status
		lasting bool
	}{
		"all streams are taken": {503, "application/problem+json", `{"code":"streams_busy","detail":"32 streams are open."}`, 502, false},
		"wrong token":           {401, "application/problem+json", `{"code":"token_invalid","detail":"x"}`, 401, true},
		"a web page":            {200, "text/html", `<html>`, 502, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
				res.Header().Set("Content-Type", test.media)
				res.WriteHeader(test.status)
				_, _ = io.WriteString(res, test.body)
			}))
			defer server.Close()
			var fault *Fault
			require.ErrorAs(t, open(t, server.URL, nil).Stream(context.Background(), nil, "", time.Minute, &heard{}), &fault)
			require.Equal(t, test.want, fault.Status)
			require.Equal(t, test.lasting, fault.Lasting)
		})
	}
}

func TestWhoListensMayEndTheStream(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		res.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(res, "data: a\n\ndata: b\n\n")
		res.(http.Flusher).Flush()
		<-req.Context().Done()
	}))
	defer server.Close()
	enough := errors.New("enough")
	to := &heard{stop: enough}
	require.ErrorIs(t, open(t, server.URL, nil).Stream(context.Background(), nil, "", time.Minute, to), enough)
	require.Len(t, to.messages, 1)
}
