package client

import (
	"os"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
)

// The SDK tells of each client that is made.
func TestMain(m *testing.M) {
	log.DefaultLogger = log.NewNullLogger()
	os.Exit(m.Run())
}
