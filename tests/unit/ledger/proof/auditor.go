// An auditor that nobody here wrote the heart of: golang.org/x/mod/sumdb reads our notes, tiles and entries.
//
// Arguments: the log's folder, its Ed25519 vkey, then the sizes whose checkpoints lie in it as checkpoint.<size>.
// Verifies every checkpoint's signature, every entry against its leaf, every pair of checkpoints for consistency,
// and the proofs that our own code made; then prints a note that it signed itself, for us to verify.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		// sumdb puts the height into the path, tlog-tiles has one height only.
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		read = append(read, data[:tile.W*tlog.HashSize])
	}
	return read, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func check(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func head(f folder, size string, known note.Verifiers) tlog.Tree {
	raw, err := os.ReadFile(filepath.Join(string(f), "checkpoint."+size))
	check(err)
	opened, err := note.Open(raw, known)
	check(err)
	lines := strings.Split(opened.Text, "\n")
	n, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: n, Hash: hash}
}

func proof(f folder, name string) []tlog.Hash {
	raw, err := os.ReadFile(filepath.Join(string(f), name))
	check(err)
	var hashes []tlog.Hash
	for _, line := range strings.Fields(string(raw)) {
		decoded, err := base64.StdEncoding.DecodeString(line)
		check(err)
		hashes = append(hashes, tlog.Hash(*(*[32]byte)(decoded)))
	}
	return hashes
}

func entries(f folder, tree tlog.Tree) [][]byte {
	var all [][]byte
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)}.Path()
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(path, "tile/8/data/", "tile/entries/", 1)))
		check(err)
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func main() {
	f := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	known := note.VerifierList(verifier)
	var trees []tlog.Tree
	for _, size := range os.Args[3:] {
		trees = append(trees, head(f, size, known))
	}
	last := trees[len(trees)-1]
	reader := tlog.TileHashReader(last, f)
	for n, entry := range entries(f, last) {
		index := int64(n)
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		check(err)
		if stored[0] != tlog.RecordHash(entry) {
			check(fmt.Errorf("entry %d is not its leaf", n))
		}
		made, err := tlog.ProveRecord(last.N, index, reader)
		check(err)
		check(tlog.CheckRecord(made, last.N, last.Hash, index, stored[0]))
		ours := proof(f, fmt.Sprintf("inclusion.%d", n))
		check(tlog.CheckRecord(ours, last.N, last.Hash, index, stored[0]))
	}
	for _, old := range trees {
		made, err := tlog.ProveTree(last.N, old.N, reader)
		check(err)
		check(tlog.CheckTree(made, last.N, last.Hash, old.N, old.Hash))
		check(tlog.CheckTree(proof(f, fmt.Sprintf("consistency.%d", old.N)), last.N, last.Hash, old.N, old.Hash))
	}
	// Its randomness is fixed here: a test key of no worth.
	secret, public, err := note.GenerateKey(bytes.NewReader(make([]byte, 64)), "auditor.test")
	check(err)
	signer, err := note.NewSigner(secret)
	check(err)
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("audited\n%d\n", last.N)}, signer)
	check(err)
	fmt.Printf("%s\n%s", public, signed)
}
