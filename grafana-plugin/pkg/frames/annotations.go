package frames

import (
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
)

// Annotations keep the names of the service's columns, which are Grafana's. `text` is HTML that the service has escaped.
func Annotations(answer client.Answer[api.Annotations]) (data.Frames, error) {
	marks := answer.Value
	decoded, err := decode(marks.Columns)
	if err != nil {
		return nil, err
	}
	frame := data.NewFrame("annotations")
	for _, column := range decoded {
		frame.Fields = append(frame.Fields, column.field())
	}
	frame.SetMeta(&data.FrameMeta{
		ExecutedQueryString: answer.Request,
		Notices:             slices.Concat(omitted(marks.Omitted, "annotations"), incomplete(marks.CompleteUntil, marks.To)),
	})
	return data.Frames{frame}, nil
}

// Nothing is the answer to filters that contradict each other.
func Nothing(why string) data.Frames {
	return data.Frames{data.NewFrame("").SetMeta(&data.FrameMeta{
		Notices: []data.Notice{{Severity: data.NoticeSeverityInfo, Text: why}},
	})}
}
