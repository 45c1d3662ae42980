"""A witness at work on the loopback and a log to be witnessed, for tests: real HTTP, real files."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.policy import Policy, parse_policy
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.signed_note import Note
from registry.ledger.proof.vkey import to_vkey
from registry.ledger.proof.witness import Submission
from registry.limits.outgoing import Rule, outgoing
from registry.limits.peers import LOOPBACK
from registry.values.time import SECOND, Instant
from registry.witness.carrier import SCHEMES, HttpCarrier
from registry.witness.door import Witness, open_witness
from registry.witness.keys import POLICY_FILE, create_witness, open_keys
from registry.witness_node import running
from tests.transparency import LOG_ED25519, LOG_KEY, NOW, MemoryLog, entry

FOLLOWS = f"log {to_vkey(LOG_KEY)}\nquorum none\n".encode()


def clock() -> Instant:
    return Instant(NOW * SECOND)


def a_log(size: int, *, other_from: int | None = None) -> MemoryLog:
    """Give a log of so many entries; from `other_from` on they are those of another history."""
    log = MemoryLog()
    common = size if other_from is None else min(other_from, size)
    log.append([entry(number) for number in range(common)])
    log.append([b"other %d" % number for number in range(common, size)])
    return log


def signed(checkpoint: Checkpoint) -> Note:
    return Note(text=checkpoint.text, signatures=(LOG_KEY.sign(checkpoint.text, LOG_ED25519.sign),))


def path(log: MemoryLog, old: int) -> tuple[bytes, ...]:
    """Give the consistency proof from a smaller size."""
    size = log.edge.size
    return tuple(TileTree(size, ExpandedTiles(log.read)).consistency(old)) if 0 < old < size else ()


def submission(log: MemoryLog, old: int) -> Submission:
    return Submission(old=old, path=path(log, old), note=signed(log.checkpoint()))


def made(folder: Path, name: str = "witness.fr.test/w1", follows: bytes = FOLLOWS) -> Path:
    """Make a witness's folder that follows the log of `tests/transparency.py`."""
    create_witness(folder, name)
    (folder / POLICY_FILE).write_bytes(follows)
    return folder


def opened(folder: Path) -> Witness:
    return open_witness(folder, clock=clock)


@dataclass(frozen=True)
class Running:
    """A witness that answers at `url`."""

    witness: Witness
    url: str
    folder: Path


def _opened_or_made(folder: Path) -> Witness:
    return opened(folder if folder.exists() else made(folder, f"witness.test/{folder.name}"))


@asynccontextmanager
async def a_witness(folder: Path) -> AsyncGenerator[Running, None]:
    """Run a witness over HTTP; made first if it is not there."""
    witness = _opened_or_made(folder)
    try:
        async with running(witness, host="127.0.0.1", port=0) as port:
            yield Running(witness, f"http://127.0.0.1:{port}", folder)
    finally:
        witness.store.close()


@asynccontextmanager
async def a_carrier() -> AsyncGenerator[HttpCarrier, None]:
    async with outgoing(Rule(schemes=SCHEMES, networks=LOOPBACK)) as way:
        yield HttpCarrier(way)


def policy_of(places: Sequence[tuple[Path, str]], quorum: str) -> Policy:
    """Give a policy of witnesses by folder and URL, each with its Ed25519 key; `quorum` is all, any or a number."""
    lines = [f"log {to_vkey(LOG_KEY)}"]
    names = [folder.name for folder, _ in places]
    lines += [f"witness {folder.name} {open_keys(folder).vkeys[0]} {url}" for folder, url in places]
    lines += [f"group them {quorum} {' '.join(names)}", "quorum them"]
    return parse_policy("".join(f"{line}\n" for line in lines).encode())
