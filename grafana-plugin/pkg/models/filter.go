package models

import (
	"fmt"
	"slices"
	"strings"
)

// allValue is how Grafana writes the choice of everything.
const allValue = "$__all"

// Filter selects requests by one label or dimension. All four operators take a list.
type Filter struct {
	Label    string   `json:"label"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

func (f Filter) excludes() bool { return strings.HasPrefix(f.Operator, "!") }

func (f Filter) check() error {
	if err := checkWord("filters: label", f.Label, fields); err != nil {
		return err
	}
	return checkWord(fmt.Sprintf("filters: operator of %s", f.Label), f.Operator, operators)
}

// effective leaves out what says nothing: a row of the editor that is not filled in, and "All".
func effective(filters []Filter) []Filter {
	return slices.DeleteFunc(filters, func(f Filter) bool {
		return f.Label == "" || len(f.Values) == 0 || slices.Contains(f.Values, allValue)
	})
}

// selection is what all filters together leave of one label.
type selection struct {
	// in is nil when any value will do.
	in    []string
	notIn []string
}

// combine joins filters by "and". The service takes each label once and joins its values by "or", so two filters on one label
// (a panel's and an ad hoc one) become their common values. The label whose filters have none in common is told.
func combine(filters []Filter) (selected map[string]selection, contradicted string) {
	selected = map[string]selection{}
	for _, filter := range filters {
		known := selected[filter.Label]
		if filter.excludes() {
			known.notIn = append(known.notIn, filter.Values...)
		} else if known.in == nil {
			known.in = slices.Clone(filter.Values)
		} else {
			known.in = slices.DeleteFunc(known.in, func(value string) bool { return !slices.Contains(filter.Values, value) })
			if len(known.in) == 0 {
				contradicted = filter.Label
			}
		}
		selected[filter.Label] = known
	}
	return selected, contradicted
}

// IsFilterParam tells parameters that select requests from all others: cause, not.cause.
func IsFilterParam(name string) bool {
	return slices.Contains(fields, strings.TrimPrefix(name, "not."))
}
