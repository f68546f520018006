// Command pack-plugin makes the zip that Grafana installs: one folder named after the plugin, executables marked as such.
package main

import (
	"archive/zip"
	"crypto/sha1"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	in := flag.String("in", "dist", "folder of the built plugin")
	id := flag.String("id", "", "plugin id, the zip's one folder")
	out := flag.String("out", "", "zip to write; its SHA-1, which Grafana's catalogue asks for, is written beside it")
	flag.Parse()
	if err := pack(*in, *id, *out); err != nil {
		fmt.Fprintf(os.Stderr, "pack-plugin: %v\n", err)
		os.Exit(1)
	}
}

func pack(in, id, out string) (err error) {
	if id == "" || out == "" {
		return fmt.Errorf("expected -id and -out")
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := file.Close(); err == nil {
			err = closeErr
		}
	}()
	digest := sha1.New()
	archive := zip.NewWriter(io.MultiWriter(file, digest))
	modified := buildTime()
	// In the order of their names, with one time: the same folder gives the same bytes.
	walk := func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return add(archive, filepath.Join(in, name), path.Join(id, name), modified)
	}
	if err := fs.WalkDir(os.DirFS(in), ".", walk); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.WriteFile(out+".sha1", []byte(fmt.Sprintf("%x\n", digest.Sum(nil))), 0o644)
}

func add(archive *zip.Writer, from, name string, modified time.Time) error {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified}
	header.SetMode(0o644)
	if strings.HasPrefix(path.Base(name), "gpx_") {
		header.SetMode(0o755)
	}
	to, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	_, err = io.Copy(to, source)
	return err
}

func buildTime() time.Time {
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		seconds = time.Now().Unix()
	}
	return time.Unix(seconds, 0).UTC()
}
