// Package client asks the Why403 service, one function for each operation of its interface.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

// maxAnswerBytes bounds what one answer may take of memory. The service's own limits stay far below it.
const maxAnswerBytes = 32 << 20

// Client asks one service with one token.
type Client struct {
	http    *http.Client
	stream  *http.Client
	baseURL string
	token   string
}

// New takes the options that Grafana keeps for the data source (time limits, TLS, proxy).
func New(options httpclient.Options, baseURL, token string) (*Client, error) {
	asking, err := httpclient.New(options)
	if err != nil {
		return nil, err
	}
	// A stream has no end, so only its silence is timed.
	endless := options
	timeouts := httpclient.DefaultTimeoutOptions
	if options.Timeouts != nil {
		timeouts = *options.Timeouts
	}
	timeouts.Timeout = 0
	endless.Timeouts = &timeouts
	streaming, err := httpclient.New(endless)
	if err != nil {
		return nil, err
	}
	// A redirect would be followed with the token.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	asking.CheckRedirect, streaming.CheckRedirect = stay, stay
	return &Client{http: asking, stream: streaming, baseURL: baseURL, token: token}, nil
}

// Close gives back connections that wait for the next question.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	c.stream.CloseIdleConnections()
}

// Answer is what the service said, and the request that it said it to (without address and token).
type Answer[T any] struct {
	Value   T
	Request string
}

func get[T any](ctx context.Context, c *Client, path string, params url.Values) (Answer[T], error) {
	answer := Answer[T]{Request: describe(path, params)}
	body, err := c.read(ctx, path, params)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(body, &answer.Value); err != nil {
		return answer, explain(outcome{address: c.baseURL, status: http.StatusOK, malformed: err})
	}
	return answer, nil
}

// read gives the body of a JSON answer, or a *Fault.
func (c *Client) read(ctx context.Context, path string, params url.Values) ([]byte, error) {
	res, err := c.send(ctx, c.http, path, params, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(http.MaxBytesReader(nil, res.Body, maxAnswerBytes))
	if err != nil {
		return nil, explain(outcome{address: c.baseURL, failure: err, reading: true, context: ctx})
	}
	if res.StatusCode != http.StatusOK || !isJSON(res.Header) {
		return nil, explain(outcomeOf(c.baseURL, res, body))
	}
	return body, nil
}

func (c *Client) send(ctx context.Context, by *http.Client, path string, params url.Values, header http.Header) (*http.Response, error) {
	address := c.baseURL + path
	if len(params) > 0 {
		address += "?" + params.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, explain(outcome{address: c.baseURL, failure: err, context: ctx})
	}
	req.Header.Set("Accept", "application/json")
	maps.Copy(req.Header, header)
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := by.Do(req)
	if err != nil {
		return nil, explain(outcome{address: c.baseURL, failure: err, context: ctx})
	}
	return res, nil
}

// describe writes a request for the query inspector: parameters in order, so that equal queries look equal.
func describe(path string, params url.Values) string {
	if len(params) == 0 {
		return "GET " + path
	}
	return "GET " + path + "?" + params.Encode()
}

func outcomeOf(address string, res *http.Response, body []byte) outcome {
	told := outcome{
		address:     address,
		status:      res.StatusCode,
		contentType: mediaType(res.Header),
		location:    res.Header.Get("Location"),
	}
	if isJSON(res.Header) {
		var said api.Problem
		if json.Unmarshal(body, &said) == nil && said.Code != "" {
			told.problem = &said
		}
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		told.retryAfterSeconds = seconds
	}
	return told
}

func isJSON(header http.Header) bool {
	media := mediaType(header)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

func mediaType(header http.Header) string {
	media, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}

func tooLarge(err error) bool {
	var over *http.MaxBytesError
	return errors.As(err, &over) || errors.Is(err, httpclient.ErrResponseBodyTooLarge)
}
