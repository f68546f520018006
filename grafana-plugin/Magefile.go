//go:build mage
// +build mage

package main

import (
	"encoding/json"
	"os"
	"strconv"

	// mage:import
	build "github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"
)

// Default configures the default target.
var Default = build.BuildAll

// The same sources give the same files: no paths of this machine, and the time of SOURCE_DATE_EPOCH where it is set.
func init() {
	err := build.SetBeforeBuildCallback(func(cfg build.Config) (build.Config, error) {
		if cfg.Env == nil {
			return cfg, nil
		}
		cfg.Env["GOFLAGS"] = "-trimpath -buildvcs=false"
		seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
		if err != nil {
			return cfg, nil
		}
		info, err := readInfo()
		if err != nil {
			return cfg, err
		}
		info.Time = seconds * 1000
		vars := map[string]string{}
		info.AppendFlags(vars)
		cfg.CustomVars = vars
		return cfg, nil
	})
	if err != nil {
		panic(err)
	}
}

func readInfo() (buildinfo.Info, error) {
	var plugin struct{ ID string }
	var pkg struct{ Version string }
	for path, into := range map[string]any{"src/plugin.json": &plugin, "package.json": &pkg} {
		text, err := os.ReadFile(path)
		if err != nil {
			return buildinfo.Info{}, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return buildinfo.Info{}, err
		}
	}
	return buildinfo.Info{PluginID: plugin.ID, Version: pkg.Version}, nil
}
