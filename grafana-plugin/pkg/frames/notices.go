package frames

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
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

func withoutBasis(basis string) []data.Notice {
	if basis != "none" {
		return nil
	}
	return []data.Notice{{
		Severity: data.NoticeSeverityWarning,
		Text:     "Only refused requests were read, so there is no share: log all requests, or take count or rate.",
	}}
}
