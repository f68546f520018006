package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"

	"github.com/why403/why403/grafana-plugin/pkg/client"
	"github.com/why403/why403/grafana-plugin/pkg/frames"
	"github.com/why403/why403/grafana-plugin/pkg/models"
)

// atOnce is how many queries of one panel are asked side by side.
const atOnce = 8

// QueryData answers each query on its own: one that fails does not take the others along.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	alert := isAlert(req)
	return concurrent.QueryData(ctx, req, func(ctx context.Context, query concurrent.Query) backend.DataResponse {
		return d.answer(ctx, query.DataQuery, alert)
	}, atOnce)
}

func isAlert(req *backend.QueryDataRequest) bool {
	word := req.Headers[backend.FromAlertHeaderName]
	if word == "" {
		word = req.GetHTTPHeader(backend.FromAlertHeaderName)
	}
	return word == "true"
}

func (d *Datasource) answer(ctx context.Context, asked backend.DataQuery, alert bool) backend.DataResponse {
	if d.fault != nil {
		return refuse(errors.New(unconfigured(d.fault)))
	}
	query, err := models.ParseQuery(asked.JSON)
	if err == nil && alert {
		err = query.CheckAlert()
	}
	if err != nil {
		return refuse(err)
	}
	params, err := query.Params(models.Window{
		From: asked.TimeRange.From, To: asked.TimeRange.To, MaxDataPoints: asked.MaxDataPoints, Interval: asked.Interval, Alert: alert,
	})
	if contradiction, ok := errors.AsType[*models.ContradictionError](err); ok {
		return backend.DataResponse{Frames: frames.Nothing(contradiction.Error())}
	}
	if err != nil {
		return refuse(err)
	}
	found, err := d.ask(ctx, query, params, alert)
	if err != nil {
		return failed(err)
	}
	return backend.DataResponse{Frames: found}
}

func (d *Datasource) ask(ctx context.Context, query models.Query, params url.Values, alert bool) (data.Frames, error) {
	switch query.QueryType {
	case models.TypeSeries:
		answer, err := d.client.Series(ctx, params)
		return frame(answer, err, frames.Series)
	case models.TypeSpikes:
		answer, err := d.client.SpikeSeries(ctx, params)
		return frame(answer, err, frames.SpikeSeries)
	case models.TypeNewCauses:
		answer, err := d.client.NewCauses(ctx, params)
		return frame(answer, err, frames.NewCauses(alert))
	case models.TypeCoverage:
		answer, err := d.client.Coverage(ctx, params)
		return frame(answer, err, frames.Coverage(alert))
	case models.TypeTop:
		answer, err := d.client.Top(ctx, params)
		return frame(answer, err, frames.Top)
	case models.TypeSamples:
		answer, err := d.client.Samples(ctx, params)
		return frame(answer, err, frames.Samples(d.settings))
	case models.TypeEvent:
		answer, err := d.client.EventReport(ctx, query.EventID)
		return frame(answer, err, frames.Event(d.settings))
	case models.TypeAnnotations:
		answer, err := d.client.Annotations(ctx, params)
		return frame(answer, err, frames.Annotations)
	}
	return nil, fmt.Errorf("expected a query type that was checked before, came %q", query.QueryType)
}

func frame[T any](answer client.Answer[T], err error, build func(client.Answer[T]) (data.Frames, error)) (data.Frames, error) {
	if err != nil {
		return nil, err
	}
	built, err := build(answer)
	if err != nil {
		return nil, client.Misfit(err)
	}
	return built, nil
}
