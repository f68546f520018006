package frames

import (
	"maps"
	"slices"
	"strings"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

// legend names series by what sets them apart. Names are for people; alert rules go by labels.
type legend struct {
	severalNames, severalAccounts, severalRegions bool
}

func legendOf(columns []column) legend {
	names, accounts, regions := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, column := range columns {
		if column.number != nil {
			names[column.number.Name] = true
			accounts[column.number.Labels["account"]] = true
			regions[column.number.Labels["region"]] = true
		}
	}
	return legend{severalNames: len(names) > 1, severalAccounts: len(accounts) > 1, severalRegions: len(regions) > 1}
}

// nameOf says what, then where, then the rest.
//
//	cause=waf_blocked, group=waf, api_id=a1b2c3d4e5, stage=prod → waf_blocked · a1b2c3d4e5/prod
func (l legend) nameOf(column *api.NumberColumn) string {
	rest := maps.Clone(column.Labels)
	take := func(label string) string {
		value := rest[label]
		delete(rest, label)
		return value
	}
	var parts []string
	add := func(separator string, values ...string) {
		values = slices.DeleteFunc(values, func(value string) bool { return value == "" })
		if len(values) > 0 {
			parts = append(parts, strings.Join(values, separator))
		}
	}
	group := take("group")
	if cause := take("cause"); cause != "" {
		group = cause
	}
	add("", group)
	add("/", take("api_id"), take("stage"))
	add(" ", take("method"), take("route"))
	if account := take("account"); l.severalAccounts || len(column.Labels) == 1 {
		add("", account)
	}
	if region := take("region"); l.severalRegions || len(column.Labels) == 1 {
		add("", region)
	}
	for _, label := range slices.Sorted(maps.Keys(rest)) {
		add("", rest[label])
	}
	if l.severalNames || len(parts) == 0 {
		add("", column.Name)
	}
	return strings.Join(parts, " · ")
}
