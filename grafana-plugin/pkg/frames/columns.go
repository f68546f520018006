// Package frames turns the service's columns into Grafana's frames. It has no rules of its own beyond how things are shown.
package frames

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

// column is a decoded api.Column: one of the three is set.
type column struct {
	time   *api.TimeColumn
	text   *api.StringColumn
	number *api.NumberColumn
}

func decode(columns []api.Column) ([]column, error) {
	decoded := make([]column, len(columns))
	rows := 0
	for i, coded := range columns {
		kind, err := coded.Discriminator()
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", i, err)
		}
		var to column
		switch kind {
		case string(api.Time):
			var timed api.TimeColumn
			timed, err = coded.AsTimeColumn()
			to.time = &timed
		case string(api.String):
			var text api.StringColumn
			text, err = coded.AsStringColumn()
			to.text = &text
		case string(api.Number):
			var number api.NumberColumn
			number, err = coded.AsNumberColumn()
			to.number = &number
		default:
			err = fmt.Errorf("expected time, string or number, came %q", kind)
		}
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", i, err)
		}
		if i > 0 && to.rows() != rows {
			return nil, fmt.Errorf("column %d: expected %d values as in the column before, came %d", i, rows, to.rows())
		}
		rows = to.rows()
		decoded[i] = to
	}
	return decoded, nil
}

func (c column) rows() int {
	switch {
	case c.time != nil:
		return len(c.time.Values)
	case c.text != nil:
		return len(c.text.Values)
	}
	return len(c.number.Values)
}

// field of a table: values as they are, numbers with their unit.
func (c column) field() *data.Field {
	switch {
	case c.time != nil:
		return data.NewField(c.time.Name, nil, times(c.time.Values))
	case c.text != nil:
		return data.NewField(c.text.Name, nil, c.text.Values)
	}
	return data.NewField(c.number.Name, nil, c.number.Values).SetConfig(&data.FieldConfig{Unit: unitOf(c.number.Unit)})
}

func times(epochMs []int64) []time.Time {
	moments := make([]time.Time, len(epochMs))
	for i, ms := range epochMs {
		moments[i] = time.UnixMilli(ms).UTC()
	}
	return moments
}

// unitOf names the service's units as Grafana does.
func unitOf(unit api.NumberColumnUnit) string {
	switch unit {
	case api.NumberColumnUnitRequests:
		return "short"
	case api.NumberColumnUnitRequestsS:
		return "reqps"
	case api.NumberColumnUnitRatio:
		return "percentunit"
	case api.NumberColumnUnitS:
		return "s"
	}
	return "none"
}
