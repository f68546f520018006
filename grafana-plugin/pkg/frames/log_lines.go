package frames

import (
	"encoding/json"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
	"github.com/why403/why403/grafana-plugin/pkg/models"
)

// Samples are log lines, for panels and Explore.
func Samples(settings models.Settings) func(client.Answer[api.SamplePage]) (data.Frames, error) {
	return func(answer client.Answer[api.SamplePage]) (data.Frames, error) {
		frame, err := LogLines(answer.Value.Samples, settings)
		if err != nil {
			return nil, err
		}
		frame.Meta.ExecutedQueryString = answer.Request
		frame.Meta.Custom = map[string]any{"searchWords": []string{}}
		if answer.Value.Next != nil {
			// Explore says then that there are more lines than these.
			frame.Meta.Custom = map[string]any{"limit": len(answer.Value.Samples), "searchWords": []string{}}
		}
		return data.Frames{frame}, nil
	}
}

// LogLines of refused requests: the same fields in each answer, so that a stream needs to tell them once.
func LogLines(samples []api.Sample, settings models.Settings) (*data.Frame, error) {
	rows := len(samples)
	timestamps := make([]time.Time, rows)
	bodies, severities, ids := make([]string, rows), make([]string, rows), make([]string, rows)
	labels, labelTypes := make([]json.RawMessage, rows), make([]json.RawMessage, rows)
	origins := make([]origin, rows)
	for i, sample := range samples {
		at := time.UnixMilli(sample.Time).UTC()
		timestamps[i], bodies[i], severities[i], ids[i] = at, sample.Body, string(sample.Severity), sample.ID
		var err error
		if labels[i], err = json.Marshal(sample.Labels); err != nil {
			return nil, err
		}
		if labelTypes[i], err = json.Marshal(sample.LabelTypes); err != nil {
			return nil, err
		}
		origins[i] = origin{
			time: at, traceID: sample.TraceID, logGroup: sample.LogGroup,
			account: sample.Labels["account"], region: sample.Labels["region"],
		}
	}
	fields := append([]*data.Field{
		data.NewField("timestamp", nil, timestamps),
		data.NewField("body", nil, bodies),
		data.NewField("severity", nil, severities),
		data.NewField("id", nil, ids).SetConfig(&data.FieldConfig{Links: eventLinks(settings)}),
		data.NewField("labels", nil, labels),
		data.NewField("labelTypes", nil, labelTypes),
	}, originFields(origins, settings)...)
	return data.NewFrame("", fields...).SetMeta(&data.FrameMeta{
		Type:                   data.FrameTypeLogLines,
		PreferredVisualization: data.VisTypeLogs,
	}), nil
}
