package frames

import (
	"errors"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
)

// Top is a table of values and how often they are.
func Top(answer client.Answer[api.Top]) (data.Frames, error) {
	top := answer.Value
	frames, err := table(top.Columns, answer.Request, incomplete(top.CompleteUntil, top.To))
	if err == nil && len(frames[0].Fields) > 0 {
		// What no log told is an empty value, and an empty cell would look like a fault.
		frames[0].Fields[0].SetConfig(&data.FieldConfig{
			Mappings: data.ValueMappings{data.ValueMapper{"": {Text: "(none)"}}},
		})
	}
	return frames, err
}

// NewCauses is a table; for alert rules one number for each new cause.
func NewCauses(alert bool) func(client.Answer[api.NewCauses]) (data.Frames, error) {
	return func(answer client.Answer[api.NewCauses]) (data.Frames, error) {
		causes := answer.Value
		if alert {
			return numeric(causes.Columns, answer.Request)
		}
		notices := slices.Concat(omitted(causes.Omitted, "new causes"), incomplete(causes.CompleteUntil, causes.To))
		return table(causes.Columns, answer.Request, notices)
	}
}

// Coverage is a table; for alert rules one number for each stage or feed.
func Coverage(alert bool) func(client.Answer[api.Coverage]) (data.Frames, error) {
	return func(answer client.Answer[api.Coverage]) (data.Frames, error) {
		if alert {
			return numeric(answer.Value.Columns, answer.Request)
		}
		return table(answer.Value.Columns, answer.Request, omitted(answer.Value.OmittedRows, "rows"))
	}
}

func table(columns []api.Column, request string, notices []data.Notice) (data.Frames, error) {
	decoded, err := decode(columns)
	if err != nil {
		return nil, err
	}
	frame := data.NewFrame("")
	for _, column := range decoded {
		frame.Fields = append(frame.Fields, column.field())
	}
	frame.SetMeta(&data.FrameMeta{
		Type:                   data.FrameTypeTable,
		PreferredVisualization: data.VisTypeTable,
		ExecutedQueryString:    request,
		Notices:                notices,
	})
	return data.Frames{frame}, nil
}

// numeric writes rows as numbers with labels: every string column is a label, and there is one number. Times are left out, since
// with them alert rules would take the numbers for a series.
func numeric(columns []api.Column, request string) (data.Frames, error) {
	decoded, err := decode(columns)
	if err != nil {
		return nil, err
	}
	frame := data.NewFrame("")
	numbers := 0
	for _, column := range decoded {
		if column.time != nil {
			continue
		}
		if column.number != nil {
			numbers++
		}
		frame.Fields = append(frame.Fields, column.field())
	}
	if len(decoded) > 0 && numbers != 1 {
		return nil, errors.New("expected exactly one number column for an alert rule")
	}
	if frame.Rows() == 0 {
		frame.Fields = nil
	}
	frame.SetMeta(&data.FrameMeta{
		Type:                data.FrameTypeNumericLong,
		TypeVersion:         data.FrameTypeVersion{0, 1},
		ExecutedQueryString: request,
	})
	return data.Frames{frame}, nil
}
