package frames

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

func series(name string, labels ...string) *api.NumberColumn {
	column := &api.NumberColumn{Name: name, Labels: map[string]string{}}
	for i := 0; i < len(labels); i += 2 {
		column.Labels[labels[i]] = labels[i+1]
	}
	return column
}

func TestLegendsSayWhatThenWhere(t *testing.T) {
	full := []string{"account", "111122223333", "region", "eu-west-1", "api_id", "a1b2c3d4e5", "stage", "prod", "cause", "waf_blocked", "group", "waf"}
	other := []string{"account", "444455556666", "region", "eu-west-1", "api_id", "b1b2c3d4e5", "stage", "prod", "cause", "waf_blocked", "group", "waf"}
	for name, test := range map[string]struct {
		column *api.NumberColumn
		beside *api.NumberColumn
		want   string
	}{
		"no labels: the metric":               {series("count"), nil, "count"},
		"cause and place":                     {series("score", full...), nil, "waf_blocked · a1b2c3d4e5/prod"},
		"the account, where there are two":    {series("score", full...), series("score", other...), "waf_blocked · a1b2c3d4e5/prod · 111122223333"},
		"the measure, where there are two":    {series("expected", full...), series("count", full...), "waf_blocked · a1b2c3d4e5/prod · expected"},
		"group alone":                         {series("count", "group", "waf"), nil, "waf"},
		"region alone":                        {series("count", "region", "eu-west-1"), nil, "eu-west-1"},
		"route with method":                   {series("count", "route", "/orders/{id}", "method", "GET"), nil, "GET /orders/{id}"},
		"an empty label leaves no gap":        {series("count", "cause", "", "stage", "prod"), nil, "prod"},
		"labels of a later version come last": {series("count", "zone", "z", "cause", "unknown"), nil, "unknown · z"},
	} {
		t.Run(name, func(t *testing.T) {
			columns := []column{{number: test.column}}
			if test.beside != nil {
				columns = append(columns, column{number: test.beside})
			}
			require.Equal(t, test.want, legendOf(columns).nameOf(test.column))
		})
	}
}
