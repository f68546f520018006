package plugin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
)

// CheckHealth asks what a panel asks, so that it is not green while queries fail.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.fault != nil {
		return unhealthy(unconfigured(d.fault), "")
	}
	if err := d.client.Ready(ctx); err != nil {
		return unhealthyBy(err, "GET /readyz")
	}
	series, err := d.client.Series(ctx, url.Values{"from": {"now-1h"}, "step": {"auto"}})
	if err != nil {
		return unhealthyBy(err, series.Request)
	}
	refused, err := total(series.Value)
	if err != nil {
		return unhealthyBy(client.Misfit(err), series.Request)
	}
	feeds, err := d.client.Feeds(ctx)
	if err != nil {
		return unhealthyBy(err, "GET /api/v1/sources")
	}
	version, err := d.client.Version(ctx)
	if err != nil {
		return unhealthyBy(err, "GET /openapi.json")
	}
	message := fmt.Sprintf("Why403 %s answers: %d refused requests in the last hour; feeds of logs: %d.", version, refused, len(feeds))
	if len(feeds) == 0 {
		message = fmt.Sprintf("Why403 %s answers, but has read no logs yet: see `sources` of its configuration.", version)
	}
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusOk,
		Message:     message,
		JSONDetails: details(map[string]any{"version": version, "verboseMessage": describeFeeds(feeds)}),
	}, nil
}

func total(series api.Series) (int64, error) {
	var sum float64
	for _, column := range series.Columns {
		kind, err := column.Discriminator()
		if err != nil {
			return 0, err
		}
		if kind != string(api.Number) {
			continue
		}
		numbers, err := column.AsNumberColumn()
		if err != nil {
			return 0, err
		}
		for _, value := range numbers.Values {
			if value != nil {
				sum += *value
			}
		}
	}
	return int64(sum), nil
}

func describeFeeds(feeds []api.Feed) string {
	const most = 10
	slices.SortFunc(feeds, func(a, b api.Feed) int { return cmp.Compare(b.LagMs, a.LagMs) })
	var lines []string
	for _, feed := range feeds[:min(most, len(feeds))] {
		lines = append(lines, fmt.Sprintf("%s: read up to %s, %s behind", feed.Feed,
			time.UnixMilli(feed.CompleteUntil).UTC().Format(time.RFC3339), (time.Duration(feed.LagMs)*time.Millisecond).Round(time.Second)))
	}
	if len(feeds) > most {
		lines = append(lines, fmt.Sprintf("and %d more", len(feeds)-most))
	}
	return strings.Join(lines, "\n")
}

func unhealthyBy(err error, request string) (*backend.CheckHealthResult, error) {
	verbose := request
	if inner := errors.Unwrap(err); inner != nil {
		verbose += ": " + inner.Error()
	}
	return unhealthy(err.Error(), verbose)
}

// unhealthy is never a Go error: Grafana would show only that the plugin failed.
func unhealthy(message, verbose string) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{
		Status: backend.HealthStatusError, Message: message, JSONDetails: details(map[string]any{"verboseMessage": verbose}),
	}, nil
}

func details(values map[string]any) []byte {
	// Strings always can be written.
	text, _ := json.Marshal(values)
	return text
}
