package models

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxPoints is the most that a panel gets of one series, however wide it is.
const maxPoints = 1000

// alertStep keeps the minutes of a spike apart.
const alertStep = "60s"

// Window is what Grafana says beside a query.
type Window struct {
	From, To time.Time
	// MaxDataPoints is the width of the panel.
	MaxDataPoints int64
	// Interval between two points that Grafana reckons with: never under the "Min interval" of the panel. 0: it does not say.
	Interval time.Duration
	// Alert says that an alert rule asks.
	Alert bool
}

// Params writes a checked query as parameters of the service.
func (q Query) Params(window Window) (url.Values, error) {
	params, err := filterParams(q.Filters)
	if err != nil {
		return nil, err
	}
	params.Set("from", strconv.FormatInt(window.From.UnixMilli(), 10))
	params.Set("to", strconv.FormatInt(window.To.UnixMilli(), 10))
	setNumber(params, "limit", q.Limit)
	switch q.QueryType {
	case TypeSeries:
		q.setStep(params, window)
		setText(params, "metric", q.Metric)
		setText(params, "by", strings.Join(q.By, ","))
	case TypeSpikes:
		q.setStep(params, window)
		setList(params, "measure", q.Measures)
		setShare(params, q.LeastShare)
	case TypeNewCauses:
		setNumber(params, "least", q.Least)
	case TypeCoverage:
		setText(params, "table", q.Table)
		setText(params, "field", q.Field)
		if window.Alert {
			// An alert rule judges the moment that it is evaluated for.
			params.Set("at", params.Get("to"))
		}
	case TypeTop:
		setText(params, "by", q.TopBy)
	case TypeSamples:
		setText(params, "order", q.Order)
	case TypeAnnotations:
		setList(params, "kind", q.Kinds)
		setShare(params, q.LeastShare)
	}
	return params, nil
}

// ContradictionError tells that no request can fit the filters: no data, and no fault.
type ContradictionError struct{ Label string }

func (e *ContradictionError) Error() string {
	return fmt.Sprintf("Nothing can fit: the filters on %s have no value in common.", e.Label)
}

func filterParams(filters []Filter) (url.Values, error) {
	params := url.Values{}
	selected, contradicted := combine(filters)
	if contradicted != "" {
		return nil, &ContradictionError{Label: contradicted}
	}
	for label, values := range selected {
		setList(params, label, values.in)
		setList(params, "not."+label, values.notIn)
	}
	return params, nil
}

func (q Query) setStep(params url.Values, window Window) {
	switch {
	case q.Step != "" && q.Step != "auto":
		params.Set("step", q.Step)
	case window.Alert:
		params.Set("step", alertStep)
	default:
		params.Set("step", "auto")
		if points := window.points(); points > 0 {
			params.Set("points", strconv.FormatInt(points, 10))
		}
	}
}

// points that a panel has room for; 0: it does not say.
func (w Window) points() int64 {
	points := min(w.MaxDataPoints, maxPoints)
	if w.Interval > 0 {
		points = min(points, max(1, int64(w.To.Sub(w.From)/w.Interval)))
	}
	return points
}

func setText(params url.Values, name, value string) {
	if value != "" {
		params.Set(name, value)
	}
}

func setNumber(params url.Values, name string, value *int64) {
	if value != nil {
		params.Set(name, strconv.FormatInt(*value, 10))
	}
}

func setShare(params url.Values, value *float64) {
	if value != nil {
		params.Set("least_share", strconv.FormatFloat(*value, 'f', -1, 64))
	}
}

func setList(params url.Values, name string, values []string) {
	if len(values) > 0 {
		params[name] = values
	}
}
