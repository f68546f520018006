package client

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

// Series of counts, rates or shares.
func (c *Client) Series(ctx context.Context, params url.Values) (Answer[api.Series], error) {
	return get[api.Series](ctx, c, "/api/v1/series", params)
}

// SpikeSeries of scores and expected ranges.
func (c *Client) SpikeSeries(ctx context.Context, params url.Values) (Answer[api.SpikeSeries], error) {
	return get[api.SpikeSeries](ctx, c, "/api/v1/spikes/series", params)
}

// NewCauses that routes did not have before.
func (c *Client) NewCauses(ctx context.Context, params url.Values) (Answer[api.NewCauses], error) {
	return get[api.NewCauses](ctx, c, "/api/v1/new-causes", params)
}

// Coverage tells how complete the logs are.
func (c *Client) Coverage(ctx context.Context, params url.Values) (Answer[api.Coverage], error) {
	return get[api.Coverage](ctx, c, "/api/v1/coverage", params)
}

// Top values of a label or dimension.
func (c *Client) Top(ctx context.Context, params url.Values) (Answer[api.Top], error) {
	return get[api.Top](ctx, c, "/api/v1/top", params)
}

// Samples of refused requests.
func (c *Client) Samples(ctx context.Context, params url.Values) (Answer[api.SamplePage], error) {
	return get[api.SamplePage](ctx, c, "/api/v1/samples", params)
}

// EventReport tells everything about one refused request.
func (c *Client) EventReport(ctx context.Context, id string) (Answer[api.EventReport], error) {
	return get[api.EventReport](ctx, c, "/api/v1/events/"+url.PathEscape(id)+"/report", nil)
}

// Annotations are spikes and new causes as marks.
func (c *Client) Annotations(ctx context.Context, params url.Values) (Answer[api.Annotations], error) {
	return get[api.Annotations](ctx, c, "/api/v1/annotations", params)
}

// Labels, LabelValues and Causes are handed on to the editors as they are.
func (c *Client) Labels(ctx context.Context) (json.RawMessage, error) {
	return c.read(ctx, "/api/v1/labels", nil)
}

func (c *Client) LabelValues(ctx context.Context, label string, params url.Values) (json.RawMessage, error) {
	return c.read(ctx, "/api/v1/labels/"+url.PathEscape(label)+"/values", params)
}

func (c *Client) Causes(ctx context.Context) (json.RawMessage, error) {
	return c.read(ctx, "/api/v1/causes", nil)
}

// Feeds of the service, and how far each is read.
func (c *Client) Feeds(ctx context.Context) ([]api.Feed, error) {
	answer, err := get[api.Feeds](ctx, c, "/api/v1/sources", url.Values{"limit": {"1"}})
	return answer.Value.Feeds, err
}

// Version of the service.
func (c *Client) Version(ctx context.Context) (string, error) {
	answer, err := get[struct {
		Info struct {
			Version string `json:"version"`
		} `json:"info"`
	}](ctx, c, "/openapi.json", nil)
	return answer.Value.Info.Version, err
}

// Ready fails while the service cannot do its work, and says why.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.read(ctx, "/readyz", nil)
	return err
}
