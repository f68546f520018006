package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
	"github.com/why403/why403/grafana-plugin/pkg/client"
	"github.com/why403/why403/grafana-plugin/pkg/models"
)

// Event is a table of all that is known of one request; its first row links to trace and logs.
func Event(settings models.Settings) func(client.Answer[api.EventReport]) (data.Frames, error) {
	return func(answer client.Answer[api.EventReport]) (data.Frames, error) {
		report := answer.Value
		frames, err := table(report.Columns, answer.Request, nil)
		if err != nil || frames[0].Rows() == 0 {
			return frames, err
		}
		origins := make([]origin, frames[0].Rows())
		origins[0] = origin{
			time: time.UnixMilli(report.Time).UTC(), traceID: report.TraceID, logGroup: report.LogGroup,
			account: report.Account, region: report.Region,
		}
		frames[0].Fields = append(frames[0].Fields, originFields(origins, settings)...)
		return frames, nil
	}
}
