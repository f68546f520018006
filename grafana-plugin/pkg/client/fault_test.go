package client

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/stretchr/testify/require"
)

const secret = "w403_read_test_hunter2"

func open(t *testing.T, address string, change func(*httpclient.Options)) *Client {
	t.Helper()
	options := httpclient.Options{}
	if change != nil {
		change(&options)
	}
	client, err := New(options, address, secret)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func faultOf(t *testing.T, client *Client) *Fault {
	t.Helper()
	_, err := client.Series(context.Background(), url.Values{"from": {"now-1h"}, "path": {"/orders?secret=1"}})
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	require.NotContains(t, fault.Message, secret)
	require.NotContains(t, fault.Message, "secret=1", "parameters are no part of a sentence for people")
	return fault
}

// Each way in which something answers, but not with what was asked.
func TestFaultsOfAnswers(t *testing.T) {
	const problems = "application/problem+json; charset=utf-8"
	problem := func(code, detail string) string { return fmt.Sprintf(`{"code":%q,"detail":%q}`, code, detail) }
	for name, test := range map[string]struct {
		status  int
		media   string
		body    string
		header  map[string]string
		want    backend.Status
		lasting bool
		retry   time.Duration
		says    []string
	}{
		"bad query": {400, problems, problem("range_too_long", "Expected at most 92 days, came 100"), nil,
			400, true, 0, []string{"Why403 refused the query: Expected at most 92 days, came 100."}},
		"unknown parameter": {400, problems, problem("parameter_unknown", "There is no parameter points."), nil,
			400, true, 0, []string{"There is no parameter points.", "ad hoc filter", "update the service"}},
		"too heavy": {422, problems, problem("query_too_heavy", "Ask for a shorter range."), nil,
			422, true, 0, []string{"Why403 refused the query: Ask for a shorter range."}},
		"no token": {401, problems, problem("token_missing", "Expected a token."), nil,
			401, true, 0, []string{"does not accept the token", "`why403 token create --role read --id grafana`", "settings of the data source"}},
		"wrong role": {403, problems, problem("role_insufficient", "Expected the role read, came ingest."), nil,
			403, true, 0, []string{"may not read", "role read"}},
		"without tokens": {403, problems, problem("host_refused", "Expected 127.0.0.1."), nil,
			403, true, 0, []string{"refuses this Grafana", "Configure tokens"}},
		"older service": {404, problems, problem("route_not_found", "Expected an address that /docs lists."), nil,
			404, true, 0, []string{"older than the plugin", "Update the service"}},
		"event is gone": {404, problems, problem("event_not_found", "No refused request has this id."), nil,
			404, true, 0, []string{"Why403 found nothing: No refused request has this id."}},
		"rate": {429, problems, problem("rate_limited", "Expected at most 1200 requests."), map[string]string{"Retry-After": "17"},
			429, false, 17 * time.Second, []string{"limits how often", "wait 17 s", "limits.requestsPerMinute"}},
		"store down": {503, problems, problem("store_unavailable", "The event store did not answer."), map[string]string{"Retry-After": "5"},
			502, false, 5 * time.Second, []string{"cannot answer now: The event store did not answer.", "wait 5 s"}},
		"defect of the service": {500, problems, problem("internal_error", "A defect."), nil,
			502, false, 0, []string{"a defect of the service", "log of the service"}},
		"not ready": {503, "application/json; charset=utf-8", `{"status":"not_ready"}`, nil,
			502, false, 0, []string{"not ready yet"}},
		"page of a login proxy": {200, "text/html; charset=utf-8", "<html><script>alert(1)</script>", nil,
			502, true, 0, []string{"is not Why403: expected JSON, came status 200 with a web page", "Check the URL"}},
		"redirect to a login": {302, "text/html", "", map[string]string{"Location": "https://login.example.com/?token=x"},
			502, true, 0, []string{"redirects to https://login.example.com", "final address"}},
		"proxy without service": {502, "text/html", "<html>Bad Gateway", nil,
			502, false, 0, []string{"Something in front of Why403", "502 with a web page", "does not reach the service"}},
		"proxy refuses": {403, "text/html", "<html>Forbidden", nil,
			403, true, 0, []string{"Something in front of Why403", "let Grafana through"}},
		"proxy limits": {429, "text/plain", "slow down", map[string]string{"Retry-After": "3"},
			429, false, 3 * time.Second, []string{"Something in front of Why403", "wait 3 s"}},
		"another server": {404, "text/plain; charset=utf-8", "404 page not found", nil,
			502, true, 0, []string{"is not Why403, or is another version of it (404 with text/plain)"}},
		"JSON of another server": {404, "application/json", `{"message":"Not found"}`, nil,
			502, true, 0, []string{"is not Why403, or is another version"}},
		"no media type": {200, "", "", nil,
			502, true, 0, []string{"is not Why403"}},
		"cut JSON": {200, "application/json", `{"columns":[`, nil,
			502, true, 0, []string{"cannot be read", "Update the older one"}},
		"problem without words": {400, problems, problem("parameter_invalid", ""), nil,
			400, true, 0, []string{"Why403 refused the query: it does not say why."}},
		"endless words": {400, problems, problem("parameter_invalid", strings.Repeat("x", 5000)), nil,
			400, true, 0, []string{"xxx…"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
				res.Header()["Content-Type"] = nil
				if test.media != "" {
					res.Header().Set("Content-Type", test.media)
				}
				for key, value := range test.header {
					res.Header().Set(key, value)
				}
				res.WriteHeader(test.status)
				_, _ = io.WriteString(res, test.body)
			}))
			defer server.Close()
			fault := faultOf(t, open(t, server.URL, nil))
			require.Equal(t, test.want, fault.Status)
			require.Equal(t, test.lasting, fault.Lasting)
			require.Equal(t, test.retry, fault.RetryAfter)
			for _, says := range test.says {
				require.Contains(t, fault.Message, says)
			}
			require.Less(t, len(fault.Message), 1200)
			require.NotContains(t, fault.Message, "<script>")
		})
	}
}

// Each way in which nothing answers.
func TestFaultsOfConnections(t *testing.T) {
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-hang:
		case <-req.Context().Done():
		}
	}))
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = nil
	breaks := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
		res.Header().Set("Content-Type", "application/json")
		res.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(res, `{"columns":`)
	}))
	hangsUp := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	mutual := httptest.NewUnstartedServer(http.NotFoundHandler())
	mutual.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	mutual.StartTLS()
	for _, server := range []*httptest.Server{slow, secure, breaks, hangsUp, mutual} {
		defer server.Close()
	}
	defer close(hang)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := "http://" + free.Addr().String()
	require.NoError(t, free.Close())
	authority := func(server *httptest.Server) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	}

	for name, test := range map[string]struct {
		address string
		change  func(*httpclient.Options)
		want    backend.Status
		says    []string
	}{
		"refused": {nobody, nil, 502, []string{"Nothing takes connections at " + nobody, "connection refused", "start the Why403 service"}},
		"slow": {slow.URL, func(options *httpclient.Options) {
			timeouts := httpclient.DefaultTimeoutOptions
			timeouts.Timeout = 30 * time.Millisecond
			options.Timeouts = &timeouts
		}, 504, []string{"did not answer in time", "timeout of the data source"}},
		"unknown authority":  {secure.URL, nil, 502, []string{"authority that Grafana does not know", "CA certificate"}},
		"plain where TLS is": {strings.Replace(slow.URL, "http:", "https:", 1), nil, 502, []string{"does not speak TLS", "http://"}},
		"other name": {secure.URL, func(options *httpclient.Options) {
			options.TLS = &httpclient.TLSOptions{CACertificate: authority(secure), ServerName: "why403.internal"}
		}, 502, []string{"certificate is for another name", "server name"}},
		"client certificate": {mutual.URL, func(options *httpclient.Options) {
			options.TLS = &httpclient.TLSOptions{CACertificate: authority(mutual)}
		}, 502, []string{"TLS", "client certificate"}},
		"breaks off": {breaks.URL, nil, 502, []string{"broke in the middle of the answer"}},
		"hangs up":   {hangsUp.URL, nil, 502, []string{"failed (EOF)"}},
	} {
		t.Run(name, func(t *testing.T) {
			fault := faultOf(t, open(t, test.address, test.change))
			for _, says := range test.says {
				require.Contains(t, fault.Message, says)
			}
			require.Equal(t, test.want, fault.Status)
		})
	}
}

// Asking a resolver takes as long as the machine's network likes.
func TestFaultsOfNames(t *testing.T) {
	resolved := func(of net.DNSError) *Fault {
		failure := &url.Error{Op: "Get", URL: "http://why403.invalid:4031", Err: &net.OpError{Op: "dial", Net: "tcp", Err: &of}}
		return explain(outcome{address: "http://why403.invalid:4031", failure: failure})
	}
	unknown := resolved(net.DNSError{Err: "no such host", Name: "why403.invalid", IsNotFound: true})
	require.Equal(t, backend.StatusBadGateway, unknown.Status)
	require.Contains(t, unknown.Message, "The host http://why403.invalid:4031 of the Why403 service is not known (DNS)")
	require.Equal(t, backend.StatusTimeout, resolved(net.DNSError{Err: "timeout", IsTimeout: true}).Status)
}

func TestAHugeAnswerIsNotRead(t *testing.T) {
	huge := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
		res.Header().Set("Content-Type", "application/json")
		piece := strings.Repeat(" ", 1<<20)
		for range 40 {
			if _, err := io.WriteString(res, piece); err != nil {
				return
			}
		}
	}))
	defer huge.Close()
	fault := faultOf(t, open(t, huge.URL, nil))
	require.Contains(t, fault.Message, "larger than this plugin takes (32 MiB")
	require.Contains(t, fault.Message, "shorter range")
	require.Equal(t, backend.StatusBadGateway, fault.Status)

	t.Run("nor beyond Grafana's own limit", func(t *testing.T) {
		ctx := httpclient.WithResponseLimit(context.Background(), 1000)
		_, err := open(t, huge.URL, nil).Series(ctx, nil)
		require.ErrorContains(t, err, "the response limit of Grafana")
	})
}

func TestARedirectIsNotFollowedWithTheToken(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		t.Errorf("followed, with Authorization %q", req.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	require.Contains(t, faultOf(t, open(t, server.URL, nil)).Message, "redirects to "+elsewhere.URL)
}
