package frames

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

// usualLag of logs: within it nobody needs to be told that the newest minutes are missing.
const usualLag = 5 * time.Minute

func omitted(count int64, what string) []data.Notice {
	if count == 0 {
		return nil
	}
	return []data.Notice{{
		Severity: data.NoticeSeverityWarning,
		Text:     fmt.Sprintf("%d more %s are left out: raise the limit of the query, or add filters.", count, what),
	}}
}

func incomplete(completeUntil *int64, to int64) []data.Notice {
	if completeUntil == nil {
		return []data.Notice{{
			Severity: data.NoticeSeverityWarning,
			Text:     "Why403 has read no logs of what is asked for, so these are no zeros: see the query type Coverage.",
		}}
	}
	until := time.UnixMilli(*completeUntil).UTC()
	if time.UnixMilli(to).Sub(until) <= usualLag {
		return nil
	}
	return []data.Notice{{
		Severity: data.NoticeSeverityInfo,
		Text:     fmt.Sprintf("Logs are read up to %s; what is later is not known yet.", until.Format("2006-01-02 15:04:05 MST")),
	}}
}

var noShare = data.Notice{
	Severity: data.NoticeSeverityWarning,
	Text:     "Only refused requests were read, so there is no share: log all requests, or take count or rate.",
}

// ofRequests says where the number of all requests is not that of logs.
func ofRequests(series api.Series) []data.Notice {
	var notices []data.Notice
	if series.Basis == api.SeriesBasisMetric {
		notices = append(notices, data.Notice{
			Severity: data.NoticeSeverityInfo,
			Text:     "Where only refused requests were read, the number of all requests is that of CloudWatch's metrics.",
		})
	}
	if series.UntoldValues != nil && *series.UntoldValues > 0 {
		notices = append(notices, data.Notice{
			Severity: data.NoticeSeverityInfo,
			Text:     fmt.Sprintf("%d values are missing: only refused requests were read then, so nobody knows how many requests there were.", *series.UntoldValues),
		})
	}
	return notices
}
