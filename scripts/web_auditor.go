// An auditor whose heart nobody here wrote: golang.org/x/mod/sumdb audits a running log over HTTP, entry by entry.
//
// Arguments: base URL, Ed25519 vkey of the log, and where there is one the file of an earlier checkpoint.
// The access token for entries is in the variable AUDIT_TOKEN. Prints how many entries make the signed root.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256
const maximum = width * (2 + 65535)

type web string

var client = &http.Client{Timeout: 20 * time.Second}

func check(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func (base web) get(path string) ([]byte, error) {
	request, err := http.NewRequest("GET", string(base)+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(path, "tile/entries/") {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("AUDIT_TOKEN"))
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d", path, response.StatusCode)
	}
	return io.ReadAll(io.LimitReader(response.Body, maximum))
}

func (base web) Height() int { return 8 }

func (base web) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		// sumdb puts the height into the path, tlog-tiles has one height only.
		data, err := base.get(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (base web) SaveTiles([]tlog.Tile, [][]byte) {}

func tree(raw []byte, known note.Verifiers) tlog.Tree {
	opened, err := note.Open(raw, known)
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		check(fmt.Errorf("the note is no checkpoint"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

func entries(base web, first, count int64) [][]byte {
	path := tlog.Tile{H: 8, L: -1, N: first / width, W: int(count)}.Path()
	data, err := base.get(strings.Replace(path, "tile/8/data/", "tile/entries/", 1))
	check(err)
	var all [][]byte
	for len(data) > 1 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if end > len(data) {
			break
		}
		all = append(all, data[2:end])
		data = data[end:]
	}
	if len(data) > 0 || int64(len(all)) != count {
		check(fmt.Errorf("the bundle at entry %d is not %d whole entries", first, count))
	}
	return all
}

func main() {
	base := web(strings.TrimSuffix(os.Args[1], "/"))
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	known := note.VerifierList(verifier)
	raw, err := base.get("checkpoint")
	check(err)
	newest := tree(raw, known)
	// This reader holds every tile against the signed root before it gives a hash of it.
	reader := tlog.TileHashReader(newest, base)
	for first := int64(0); first < newest.N; first += width {
		count := newest.N - first
		if count > width {
			count = width
		}
		var places []int64
		for index := first; index < first+count; index++ {
			places = append(places, tlog.StoredHashIndex(0, index))
		}
		leaves, err := reader.ReadHashes(places)
		check(err)
		for nth, entry := range entries(base, first, count) {
			if leaves[nth] != tlog.RecordHash(entry) {
				check(fmt.Errorf("entry %d is not its leaf", first+int64(nth)))
			}
		}
	}
	if len(os.Args) > 3 {
		raw, err := os.ReadFile(os.Args[3])
		check(err)
		old := tree(raw, known)
		made, err := tlog.ProveTree(newest.N, old.N, reader)
		check(err)
		check(tlog.CheckTree(made, newest.N, newest.Hash, old.N, old.Hash))
		fmt.Printf("the log of %d entries is its beginning\n", old.N)
	}
	fmt.Printf("%d entries make the signed root\n", newest.N)
}
