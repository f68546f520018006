package plugin

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// 10,000 queries, good ones and those that fail in each way, leave nothing behind.
func TestManyQueriesLeakNothing(t *testing.T) {
	series, problem := answerFile(t, "series"), `{"code":"store_unavailable","detail":"x"}`
	var asked atomic.Int64
	server := serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		switch asked.Add(1) % 10 {
		case 1:
			answering(t, http.StatusServiceUnavailable, "application/problem+json", problem).ServeHTTP(res, req)
		case 2:
			answering(t, http.StatusOK, "text/html", "<html>").ServeHTTP(res, req)
		case 3:
			// Breaks off.
			panic(http.ErrAbortHandler)
		default:
			answering(t, http.StatusOK, "application/json", series).ServeHTTP(res, req)
		}
	}))
	d := open(t, settingsFor(server.URL))
	const perRequest = 20
	run := func(queries int) {
		for range queries / perRequest {
			req := &backend.QueryDataRequest{}
			for range perRequest {
				req.Queries = append(req.Queries, queryOf(`{"version":1,"queryType":"series","by":["cause"]}`))
			}
			ctx, cancel := context.WithCancel(context.Background())
			if asked.Load()%7 == 0 {
				cancel()
			}
			_, err := d.QueryData(ctx, req)
			cancel()
			require.NoError(t, err)
		}
	}
	idle := runtime.NumGoroutine()
	run(1000)
	_, heap := settled(d, idle)
	run(10_000)
	goroutines, heapAfter := settled(d, idle)
	require.LessOrEqual(t, goroutines, idle+10)
	// A hundred bytes a query would be a megabyte.
	require.Less(t, heapAfter, heap+1<<20)
}

// Viewers come and go; connections break and are made again.
func TestManyStreamsLeakNothing(t *testing.T) {
	var asked atomic.Int64
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		res.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(res, sse(1))
		res.(http.Flusher).Flush()
		if asked.Add(1)%2 == 0 {
			<-req.Context().Done()
		}
	})).URL))
	d.pace.leastPause = time.Millisecond
	idle := runtime.NumGoroutine()
	for range 200 {
		sent, stop := listen(t, d, "")
		<-sent
		require.ErrorIs(t, stop(), context.Canceled)
	}
	goroutines, _ := settled(d, idle)
	require.LessOrEqual(t, goroutines, idle+10)
}

// settled waits until connections that were given back are gone, and no more than `wanted` goroutines are left; what is still there
// after a while has leaked.
func settled(d *Datasource, wanted int) (goroutines int, heapBytes uint64) {
	d.client.Close()
	for range 200 {
		runtime.GC()
		goroutines = runtime.NumGoroutine()
		if goroutines <= wanted {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return goroutines, memory.HeapAlloc
}
