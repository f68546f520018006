package models

import (
	"fmt"
	"slices"
	"strings"
)

// Words that the service knows; words_test.go holds them to the generated types.
var (
	metrics    = []string{"count", "requests", "rate", "share", "portion"}
	measures   = []string{"score", "count", "expected", "expected_upper", "share"}
	tables     = []string{"stages", "feeds", "advice"}
	numbers    = []string{"requests", "refused", "unknown_ratio", "certain_ratio", "lag", "rejected"}
	orders     = []string{"newest", "oldest"}
	kinds      = []string{"spike", "new_cause", "change"}
	labels     = []string{"account", "region", "api_id", "stage", "route", "method", "cause", "group"}
	dimensions = []string{"source_ip", "principal", "api_key_id", "culprit", "user_agent", "path", "detail", "confidence", "request_id"}
	fields     = slices.Concat(labels, dimensions)
	operators  = []string{"=", "!=", "=|", "!=|"}
)

func checkWord(field, word string, allowed []string) error {
	if slices.Contains(allowed, word) {
		return nil
	}
	return fmt.Errorf("%s: expected %s, came %s", field, oneOf(allowed), excerpt(word))
}

func checkOptional(field, word string, allowed []string) error {
	if word == "" {
		return nil
	}
	return checkWord(field, word, allowed)
}

func checkWords(field string, words, allowed []string) error {
	for _, word := range words {
		if err := checkWord(field, word, allowed); err != nil {
			return err
		}
	}
	return nil
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// excerpt quotes what came, shortened, with control characters as escapes.
func excerpt(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
