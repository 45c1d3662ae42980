"""golang.org/x/mod/sumdb, a client nobody here wrote, audits our log entry by entry; skipped loudly without Go."""

import subprocess
from pathlib import Path

import pytest

from registry.ledger.proof.encoding import to_base64
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import sign_checkpoint
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.tiles import ENTRIES, levels_of, tiles_between
from registry.ledger.proof.vkey import parse_vkey, to_vkey
from scripts import golang
from tests.transparency import LOG_KEY, NOW, SIGNER, MemoryLog, entry, flipped

AUDITOR = Path(__file__).with_name("auditor.go")
SIZES = (1, 2, 255, 256, 257, 600, 1_030)


def go_workspace(folder: Path) -> dict[str, str]:
    """Lay out Go's packages; give the environment to run Go in."""
    environment = golang.workspace(folder)
    if environment is None:
        pytest.skip("LOUD: no Go with golang.org/x/mod here; nobody else's client has audited the log in this run")
    return environment


def write_log(folder: Path) -> None:
    """Write a log as files: checkpoints of every size, tiles, bundles, and our proofs as lines of base64."""
    log, former = MemoryLog(), None
    for size in SIZES:
        proposed = log.append([entry(number) for number in range(len(log.entries), size)])
        note = sign_checkpoint(proposed, former=former, read=log.read, signer=SIGNER, timestamp=NOW)
        (folder / f"checkpoint.{size}").write_bytes(note.raw)
        former = proposed
    for level in range(ENTRIES, levels_of(SIZES[-1])):
        for tile in tiles_between(0, SIZES[-1], level=level):
            place = folder / tile.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(log.read(tile))
    tree = TileTree(SIZES[-1], ExpandedTiles(log.read))
    for size in SIZES:
        (folder / f"consistency.{size}").write_text("\n".join(map(to_base64, tree.consistency(size))))
    for index in range(SIZES[-1]):
        (folder / f"inclusion.{index}").write_text("\n".join(map(to_base64, tree.inclusion(index))))


def test_the_go_client_audits_the_log_and_we_verify_its_note(tmp_path: Path):
    environment = go_workspace(tmp_path / "go")
    program = tmp_path / "auditor"
    subprocess.run(["go", "build", "-o", program, AUDITOR], env=environment, check=True, cwd=tmp_path)
    folder = tmp_path / "log"
    folder.mkdir()
    write_log(folder)

    def audited() -> subprocess.CompletedProcess[str]:
        command = [program, folder, to_vkey(LOG_KEY), *map(str, SIZES)]
        return subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)

    done = audited()
    assert done.returncode == 0, done.stdout
    vkey, _, signed = done.stdout.partition("\n")
    key, note = parse_vkey(vkey), parse_note(signed.encode())
    assert [each.key for each in verify_note(note, [key])] == [key]
    assert (to_vkey(key), note.text) == (vkey, b"audited\n1030\n")

    for name in (
        "tile/0/001",
        "tile/1/000.p/4",
        "tile/entries/000",
        "checkpoint.600",
        "inclusion.7",
        "consistency.256",
    ):
        good = (folder / name).read_bytes()
        (folder / name).write_bytes(flipped(good, 900))
        assert audited().returncode != 0, name
        (folder / name).write_bytes(good)
    assert audited().returncode == 0
