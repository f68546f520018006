package models

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

var stepPattern = regexp.MustCompile(`^(?:auto|\d{1,6}[smhd])$`)

// check finds what can be told without the service: misspelt words first of all, since the service would be asked for
// parameters of other names. What depends on limits and on each other is the service's to judge.
func (q Query) check() error {
	if _, err := typeOf(q.QueryType); err != nil {
		return err
	}
	for _, filter := range q.Filters {
		if err := filter.check(); err != nil {
			return err
		}
	}
	if q.Step != "" && !stepPattern.MatchString(q.Step) {
		return fmt.Errorf("step: expected auto or whole minutes such as 5m or 1h, came %s", excerpt(q.Step))
	}
	if q.Limit != nil && *q.Limit < 1 {
		return fmt.Errorf("limit: expected a whole number of at least 1, came %d", *q.Limit)
	}
	return q.checkOwn()
}

// checkOwn checks what only queries of this type have.
func (q Query) checkOwn() error {
	switch q.QueryType {
	case TypeSeries:
		return errors.Join(checkOptional("metric", q.Metric, metrics), q.checkBy())
	case TypeSpikes:
		return errors.Join(checkWords("measures", q.Measures, measures), checkShare(q.LeastShare))
	case TypeNewCauses:
		if q.Least != nil && *q.Least < 1 {
			return fmt.Errorf("least: expected a whole number of at least 1, came %d", *q.Least)
		}
	case TypeCoverage:
		return errors.Join(checkOptional("table", q.Table, tables), checkOptional("field", q.Field, numbers))
	case TypeTop:
		return checkWord("topBy", q.TopBy, fields)
	case TypeSamples:
		return checkOptional("order", q.Order, orders)
	case TypeEvent:
		if q.EventID == "" {
			return errors.New("eventId: expected the id of a refused request, as Samples show it, came nothing")
		}
	case TypeAnnotations:
		return errors.Join(checkWords("kinds", q.Kinds, kinds), checkShare(q.LeastShare))
	}
	return nil
}

func (q Query) checkBy() error {
	for _, word := range q.By {
		if slices.Contains(dimensions, word) {
			return fmt.Errorf("by: expected %s, came %s, which has too many values for series: take the query type Top", oneOf(labels), word)
		}
	}
	return checkWords("by", q.By, labels)
}

func checkShare(share *float64) error {
	if share == nil || (*share >= 0 && *share <= 1) {
		return nil
	}
	return fmt.Errorf("leastShare: expected a number from 0 to 1, came %g", *share)
}

// CheckAlert refuses what an alert rule cannot evaluate, and says what to take instead.
func (q Query) CheckAlert() error {
	known, err := typeOf(q.QueryType)
	if err != nil {
		return err
	}
	if known.InsteadInAlerts != "" {
		return fmt.Errorf("alert rules cannot use the query type %s: take %s (alert rules can use: %s)", known.Name, known.InsteadInAlerts, alertableNames())
	}
	switch q.QueryType {
	case TypeSpikes:
		if len(q.Measures) > 1 {
			return fmt.Errorf("measures: an alert rule needs exactly one, came %d: take score, or one query for each", len(q.Measures))
		}
	case TypeCoverage:
		if q.Table == "advice" {
			return errors.New("table: an alert rule needs stages or feeds, came advice")
		}
		if q.Field == "" {
			return errors.New("field: an alert rule needs the one number to look at, such as unknown_ratio or lag, came nothing")
		}
	}
	return nil
}
