// Package models reads what Grafana stores for us: settings and queries.
package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// Settings of one data source, checked.
type Settings struct {
	UID  string
	Name string
	// URL of the service, without a slash at its end.
	URL string
	// Token is sent to the service and shown nowhere.
	Token string

	// PublicURL is the service's address as a browser reaches it; empty: no links to it.
	PublicURL string
	// XRayUID and CloudWatchUID name the data sources that links open; without one they open the AWS console.
	XRayUID       string
	CloudWatchUID string
	// Region of links when a request does not tell its own.
	Region string
}

// RegionPattern tells AWS regions from other text: eu-west-1, us-gov-east-1.
var RegionPattern = regexp.MustCompile(`^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$`)

// LoadSettings reports everything that is wrong with the settings at once.
func LoadSettings(source backend.DataSourceInstanceSettings) (Settings, error) {
	var stored struct {
		PublicURL     string `json:"publicUrl"`
		XRayUID       string `json:"xrayUid"`
		CloudWatchUID string `json:"cloudWatchUid"`
		Region        string `json:"region"`
	}
	if len(source.JSONData) > 0 {
		if err := json.Unmarshal(source.JSONData, &stored); err != nil {
			return Settings{}, fmt.Errorf("the settings cannot be read: %s", unmarshalFault(err))
		}
	}
	settings := Settings{
		UID:           source.UID,
		Name:          source.Name,
		URL:           trimAddress(source.URL),
		Token:         strings.TrimSpace(source.DecryptedSecureJSONData["token"]),
		PublicURL:     trimAddress(stored.PublicURL),
		XRayUID:       stored.XRayUID,
		CloudWatchUID: stored.CloudWatchUID,
		Region:        strings.TrimSpace(stored.Region),
	}
	var faults []error
	if settings.URL == "" {
		faults = append(faults, errors.New("URL: expected the address of the Why403 service, such as http://127.0.0.1:4030, came nothing"))
	} else if err := checkAddress(settings.URL); err != nil {
		faults = append(faults, fmt.Errorf("URL: %w", err))
	}
	if settings.PublicURL != "" {
		if err := checkAddress(settings.PublicURL); err != nil {
			faults = append(faults, fmt.Errorf("public URL: %w", err))
		}
	}
	if settings.Region != "" && !RegionPattern.MatchString(settings.Region) {
		faults = append(faults, fmt.Errorf("region: expected an AWS region such as eu-west-1, came %s", excerpt(settings.Region)))
	}
	if strings.ContainsFunc(settings.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		faults = append(faults, errors.New("token: expected one word as `why403 token create` prints it, came blanks or other signs in it"))
	}
	if settings.Token != "" && source.BasicAuthEnabled {
		faults = append(faults, errors.New("token and basic authentication are sent in the same header: switch one of them off"))
	}
	return settings, errors.Join(faults...)
}

func trimAddress(text string) string { return strings.TrimRight(strings.TrimSpace(text), "/") }

// The address itself is not repeated: one with a password in it would be shown to everybody.
func checkAddress(text string) error {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https"):
		return errors.New("expected an address that begins with http:// or https://")
	case address.User != nil:
		return errors.New("expected no user and password in the address: use the token")
	case address.RawQuery != "" || address.Fragment != "":
		return errors.New("expected an address without ? and #")
	}
	return nil
}
