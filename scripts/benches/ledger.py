"""The verifiable log: leaves with commit and signed checkpoint, proofs, a full audit, sealing; each beside its floor.

    scripts/bench ledger [--json] [--quick] [--leaves N]

Commits are measured twice: of the proof folder alone over one SQLite table of tiles (WAL, synchronous=FULL), and of the
registry's own publisher, which makes the entries out of stored facts, keeps an index, and flushes a note outside the
store. Either stores tiles and entries, reads them back for the self-check and signs with Ed25519 and ML-DSA-44. A floor
is what `hashlib`, `sqlite3` or `cryptography` alone take for the same work in the same run. Commits are counted by the
clock on the wall, because they wait for the disk, everything else in the processor's time of one thread.
"""

import argparse
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.ledger.proof.audit import audit
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.tiles import ENTRIES
from registry.values.identifiers import FactId, SubjectId
from registry.vault.block import Place, open_text, seal_block
from registry.vault.keys import SubjectKey
from scripts.benches._log import ORIGIN, PUT, SCHEMA, Store, signer
from scripts.benches._publisher import publishing
from scripts.benches._timing import machine

ENTRY_BYTES: Final = 369
AUDIT_SECONDS: Final = 5.0
"""A full audit of a million leaves takes no more on one core."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is done: leaves in the large log, commits by batch, proofs, sealed blocks, rounds."""

    leaves: int
    commits: dict[int, int]
    proofs: int
    blocks: int
    rounds: int


FULL: Final = Size(leaves=1_000_000, commits={1: 300, 100: 100, 1_000: 30}, proofs=5_000, blocks=5_000, rounds=3)
QUICK: Final = Size(leaves=3_000, commits={1: 5, 100: 3, 1_000: 2}, proofs=50, blocks=20, rounds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One measured case, its floor in the same unit, and what part of the floor it reaches."""

    what: str
    per_second: float
    floor: str
    floor_per_second: float
    to_floor: float


def main(arguments: list[str]) -> int:
    """Measure and print; 1 if the audit is slower than its target."""
    parser = argparse.ArgumentParser(prog="scripts/bench ledger")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--leaves", type=int)
    chosen = parser.parse_args(arguments)
    size = QUICK if chosen.quick else FULL
    leaves = chosen.leaves or size.leaves
    with TemporaryDirectory(prefix="bench-ledger-") as folder:
        rows = [*_commits(Path(folder), size), *_large(Path(folder), size, leaves), *_sealing(size)]
    audited = next(row.per_second for row in rows if row.what.startswith("audit"))
    seconds = round(1_000_000 / audited, 2)
    if chosen.json:
        answer = {"machine": machine(), "audit_of_a_million_seconds": seconds, "rows": [asdict(row) for row in rows]}
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print(f"{machine()}; {leaves:,} leaves of {ENTRY_BYTES} bytes, medians of {size.rounds}")
        for row in rows:
            print(f"{row.what:<44} {row.per_second:>11,.0f}/s  {row.to_floor:5.2f} x {row.floor}")
        print(f"a million leaves are audited in {seconds} s (target {AUDIT_SECONDS} s)")
    return 0 if chosen.quick or seconds <= AUDIT_SECONDS else 1  # a quick run says nothing of speed


def _row(what: str, per_second: float, floor: str, floor_per_second: float) -> Row:
    return Row(
        what=what,
        per_second=round(per_second, 1),
        floor=floor,
        floor_per_second=round(floor_per_second, 1),
        to_floor=round(per_second / floor_per_second, 3),
    )


def _rate(work: Callable[[], object], count: int, rounds: int = 1, clock: Callable[[], float] = process_time) -> float:
    """Give how many a second, where one call does `count`; the median of some rounds."""
    found: list[float] = []
    for _ in range(rounds):
        begun = clock()
        work()
        found.append(count / (clock() - begun))
    return median(found)


def _entries(count: int) -> list[bytes]:
    return [secrets.token_bytes(ENTRY_BYTES) for _ in range(count)]


def _commits(folder: Path, size: Size) -> Iterator[Row]:
    """Whole commits, beside the same bytes in one plain insert with two hashes a leaf and both signatures."""
    ed25519, ml_dsa_44 = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
    for batch, commits in size.commits.items():
        batches = [_entries(batch) for _ in range(commits)]
        ours: list[float] = []
        floors: list[float] = []
        for nth in range(size.rounds):
            with closing(sqlite3.connect(folder / f"floor-{batch}-{nth}.db", isolation_level=None)) as connection:
                for sql in SCHEMA:
                    connection.execute(sql).fetchall()
                floor = partial(_floor_commits, connection, batches, ed25519, ml_dsa_44)
                floors.append(_rate(floor, batch * commits, clock=perf_counter))
            store = Store(folder / f"log-{batch}-{nth}.db", signer(ed25519, ml_dsa_44))
            with closing(store.connection):
                ours.append(_rate(partial(_each, store.commit, batches), batch * commits, clock=perf_counter))
        beside = "insert, two hashes a leaf, two signatures"
        yield _row(f"leaves committed and signed, batch {batch}", median(ours), beside, median(floors))
        places = [folder / f"published-{batch}-{nth}" for nth in range(size.rounds)]
        real = [_rate(publishing(place, batch, commits), batch * commits, clock=perf_counter) for place in places]
        yield _row(f"facts published by the registry, batch {batch}", median(real), beside, median(floors))


def _each(do: Callable[[list[bytes]], None], batches: list[list[bytes]]) -> None:
    for entries in batches:
        do(entries)


def _floor_commits(
    connection: sqlite3.Connection,
    batches: list[list[bytes]],
    ed25519: Ed25519PrivateKey,
    ml_dsa_44: MLDSA44PrivateKey,
) -> None:
    for nth, entries in enumerate(batches):
        hashes = [sha256(entry).digest() for entry in entries]
        nodes = [sha256(each + each).digest() for each in hashes]
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(PUT, (0, nth, b"".join(hashes)))
        connection.execute(PUT, (ENTRIES, nth, b"".join(entries)))
        connection.execute("COMMIT")
        signed = ed25519.sign(nodes[-1]) + ml_dsa_44.sign(nodes[-1])
        connection.execute("INSERT OR REPLACE INTO checkpoint VALUES (?, ?)", (nth, signed))


def _large(folder: Path, size: Size, leaves: int) -> Iterator[Row]:
    """Proofs from a large log and its audit."""
    store = Store(folder / "large.db", signer(Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()))
    with closing(store.connection) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        entries = _entries(1000)
        for _ in range(0, leaves, len(entries)):
            connection.execute("BEGIN IMMEDIATE")
            store.add(entries)
            connection.execute("COMMIT")
        yield from _proofs(store, size)
        yield _audit(store, entries[0], size)


def _proofs(store: Store, size: Size) -> Iterator[Row]:
    head = store.head()
    indexes = [secrets.randbelow(head.size) for _ in range(size.proofs)]
    depth = head.size.bit_length()
    pair = b"\x01" + bytes(64)
    floor = _rate(lambda: [sha256(pair).digest() for _ in range(depth * size.proofs)], size.proofs, size.rounds)
    beside = f"{depth} hashes"
    warm = TileTree(head.size, ExpandedTiles(store.read, capacity=1 << 20))
    first = _rate(lambda: [warm.inclusion(index) for index in indexes], size.proofs)
    cold = indexes[: max(1, size.proofs // 10)]
    yield _row(
        "inclusion proofs, every tile read anew",
        _rate(lambda: [TileTree(head.size, ExpandedTiles(store.read)).inclusion(index) for index in cold], len(cold)),
        beside,
        floor,
    )
    yield _row("inclusion proofs, first pass of a cache", first, beside, floor)
    again = _rate(lambda: [warm.inclusion(index) for index in indexes], size.proofs, size.rounds)
    yield _row("inclusion proofs, warm", again, beside, floor)
    between = _rate(lambda: [warm.consistency(index + 1) for index in indexes], size.proofs, size.rounds)
    yield _row("consistency proofs, warm", between, beside, floor)
    ready = [(index, warm.leaf(index), warm.inclusion(index)) for index in indexes]

    def verify() -> None:
        for index, leaf, proof in ready:
            verify_inclusion(index=index, size=head.size, leaf=leaf, root=head.root, proof=proof)

    yield _row("inclusion proofs verified", _rate(verify, size.proofs, size.rounds), beside, floor)


def _audit(store: Store, entry: bytes, size: Size) -> Row:
    head = store.head()
    leaf, node = b"\x00" + entry, b"\x01" + bytes(64)

    def floor() -> None:
        for _ in range(head.size):
            sha256(leaf).digest()
            sha256(node).digest()

    floor_rate = _rate(floor, head.size, size.rounds)
    return _row(
        "audit: leaves read, hashed, made a root",
        _rate(lambda: audit(head, store.read), head.size, size.rounds),
        "two hashes a leaf",
        floor_rate,
    )


def _sealing(size: Size) -> Iterator[Row]:
    """Blocks of the vault, beside key derivation and AES-256-GCM alone on as many bytes."""
    key = SubjectKey(subject=SubjectId(UUID(int=1)), key_id=bytes(16), secret=secrets.token_bytes(32))
    place = Place(ledger=ORIGIN, stream=UUID(int=2), fact_id=FactId(UUID(int=3)), name="respondent")
    content = secrets.token_bytes(200)
    padded = content.ljust(256, b"\0")

    def alone() -> None:
        for _ in range(size.blocks):
            salt = secrets.token_bytes(32)
            derived = HKDF(algorithm=SHA256(), length=64, salt=salt, info=b"bench").derive(key.secret)
            AESGCM(derived[:32]).encrypt(bytes(12), padded, b"aad")

    floor = _rate(alone, size.blocks, size.rounds)
    blocks = [seal_block(content, key=key, place=place, entropy=secrets.token_bytes) for _ in range(size.blocks)]

    def seal() -> None:
        for _ in range(size.blocks):
            seal_block(content, key=key, place=place, entropy=secrets.token_bytes)

    beside = "HKDF and AES-256-GCM"
    yield _row("blocks sealed", _rate(seal, size.blocks, size.rounds), beside, floor)
    unsealed = _rate(lambda: [open_text(block, key=key, place=place) for block in blocks], size.blocks, size.rounds)
    yield _row("blocks unsealed", unsealed, beside, floor)
