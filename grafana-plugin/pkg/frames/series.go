package frames

import (
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
)

// Series is one frame for each series of counts, rates or shares.
func Series(answer client.Answer[api.Series]) (data.Frames, error) {
	series := answer.Value
	notices := slices.Concat(omitted(series.OmittedSeries, "series"), incomplete(series.CompleteUntil, series.To))
	isShare := series.Metric == api.SeriesMetricShare
	switch {
	case isShare && series.Basis == api.SeriesBasisNone:
		notices = append(notices, noShare)
	case isShare || series.Metric == api.SeriesMetricRequests:
		notices = append(notices, ofRequests(series)...)
	}
	return multi(series.Columns, answer.Request, notices)
}

// SpikeSeries is one frame for each measure of each stage and cause.
func SpikeSeries(answer client.Answer[api.SpikeSeries]) (data.Frames, error) {
	series := answer.Value
	notices := slices.Concat(omitted(series.OmittedSeries, "series"), incomplete(series.CompleteUntil, series.To))
	return multi(series.Columns, answer.Request, notices)
}

// multi writes a time column and number columns as time series: alert rules tell them apart by their labels.
func multi(columns []api.Column, request string, notices []data.Notice) (data.Frames, error) {
	decoded, err := decode(columns)
	if err != nil {
		return nil, err
	}
	meta := func() *data.FrameMeta {
		return &data.FrameMeta{
			Type:                   data.FrameTypeTimeSeriesMulti,
			TypeVersion:            data.FrameTypeVersion{0, 1},
			PreferredVisualization: data.VisTypeGraph,
			ExecutedQueryString:    request,
		}
	}
	var frames data.Frames
	if len(decoded) > 1 {
		if decoded[0].time == nil {
			return nil, fmt.Errorf("column 0: expected the time of a series")
		}
		moments := times(decoded[0].time.Values)
		legend := legendOf(decoded[1:])
		for i, column := range decoded[1:] {
			if column.number == nil {
				return nil, fmt.Errorf("column %d: expected the numbers of a series", i+1)
			}
			frames = append(frames, data.NewFrame("",
				data.NewField("time", nil, moments),
				seriesField(column.number, legend),
			).SetMeta(meta()))
		}
	}
	if frames == nil {
		// "No data" is a frame without fields.
		frames = data.Frames{data.NewFrame("").SetMeta(meta())}
	}
	frames[0].AppendNotices(notices...)
	return frames, nil
}

func seriesField(column *api.NumberColumn, legend legend) *data.Field {
	config := &data.FieldConfig{
		DisplayNameFromDS: legend.nameOf(column),
		Unit:              unitOf(column.Unit),
	}
	if column.Color != nil {
		config.Color = map[string]any{"mode": "fixed", "fixedColor": *column.Color}
	}
	if column.Baseline != nil {
		config.Description = baselines[*column.Baseline]
	}
	return data.NewField(column.Name, data.Labels(column.Labels), column.Values).SetConfig(config)
}

var baselines = map[api.Baseline]string{
	api.BaselineTimeOfDay: "Compared with earlier days at this time.",
	api.BaselineDay:       "Compared with the 24 hours before: there are too few days for the time of day.",
	api.BaselineNone:      "Compared with fixed floors: the stage has under 24 hours of history.",
}
