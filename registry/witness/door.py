"""The witness over HTTP (tlog-witness): `POST /add-checkpoint`, and `GET /<hex sha256 of the origin>/checkpoint`.

Nobody signs in: a log's signature on its checkpoint is what permits. Answers are in the form that tlog-witness
prescribes, plain text with its status codes, so that logs nobody here wrote can use it.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from aiohttp import web

from registry.errors import ConfigurationError, Unavailable
from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import NotConsistent, StaleSize, UnknownOrigin, WitnessRefusal
from registry.ledger.proof.signed_note import Key, Signature, parse_note
from registry.ledger.proof.witness import (
    MAXIMUM_SUBMISSION,
    SIZE_TYPE,
    Submission,
    cosign,
    cosigned_note,
    decide,
    parse_submission,
)
from registry.values.time import SECOND, Instant
from registry.witness.keys import WitnessKeys, followed, open_keys, open_policy
from registry.witness.store import FILE, Held, WitnessStore

LOG: Final = logging.getLogger("registry.witness")
BODY_SECONDS: Final = 10.0
AT_ONCE: Final = 16
"""Submissions that may be weighed at once; more are asked to come back."""
COMING: Final = 512
"""Bodies that may be on their way at once, of whomever: at most 33 MiB. A slow one takes nobody's place among those
that are weighed, and is given up after `BODY_SECONDS`."""
COMING_FROM_ONE: Final = 64
"""Bodies that may be on their way from one address, which may be a proxy's."""
AGAIN_SECONDS: Final = range(5)
"""Ages of a cosignature at which whoever sends the same checkpoint gets it again; the disk is not asked for another."""
THREADS: Final = 2
"""Threads of the witness's own: what anybody may send it holds up nothing else of a registry that is a witness too."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """A witness at work: whom it follows, what it signs with, what it remembers. `submit` blocks."""

    keys: WitnessKeys
    logs: dict[str, tuple[Key, ...]]
    store: WitnessStore
    clock: Callable[[], Instant]

    def answer(self, body: bytes) -> bytes:
        """Read a request and cosign; gives the answer's body. Raises as `submit` does.

        Whether the log is followed is looked up before anything else is read: strangers' bytes cost no more than that.
        """
        _, blank, note = body.partition(b"\n\n")
        if blank and len(body) <= MAXIMUM_SUBMISSION and note.partition(b"\n")[0] not in self._origins:
            raise UnknownOrigin("witness: no log of this origin is followed here")
        return self.submit(parse_submission(body))

    @property
    def _origins(self) -> set[bytes]:
        return {origin.encode() for origin in self.logs}

    def submit(self, submission: Submission) -> bytes:
        """Cosign a checkpoint; gives the answer's body. Raises `WitnessRefusal`, `Unavailable`.

        What cannot follow is refused without taking the lock that writers share; what can is decided again under
        it, because another request may have been faster.
        """
        origin = submission.note.text.partition(b"\n")[0].decode()
        now = self.store.held(origin)
        again = decide(submission, logs=self.logs, held=now.checkpoint if now else None)
        if now and again.checkpoint == now.checkpoint and self.clock() // SECOND - now.cosigned_at in AGAIN_SECONDS:
            own = {(key.name, key.key_id) for key, _ in self.keys.signers}
            return b"".join(each.line for each in parse_note(now.note).signatures if (each.name, each.key_id) in own)
        made: list[tuple[Signature, ...]] = []

        def follow(held: Checkpoint | None) -> Held:
            follows = decide(submission, logs=self.logs, held=held)
            timestamp = self.clock() // SECOND
            cosignatures = cosign(follows, self.keys.signers, timestamp=timestamp)
            made.append(cosignatures)
            return Held(
                checkpoint=follows.checkpoint, note=cosigned_note(follows, cosignatures).raw, cosigned_at=timestamp
            )

        self.store.replace(origin, follow)
        # Only now, with the checkpoint on the disk, does a signature leave this process.
        return b"".join(each.line for each in made[-1])

    def served(self, origin_hash: str) -> bytes | None:
        """Give the last cosigned checkpoint of a log by the hash of its origin."""
        for origin in self.logs:
            if sha256(origin.encode()).hexdigest() == origin_hash:
                held = self.store.held(origin)
                return held.note if held else None
        return None


def open_witness(folder: Path, *, clock: Callable[[], Instant]) -> Witness:
    """Open a witness's folder; raises `ConfigurationError`, `NotDurable`."""
    keys = open_keys(folder)
    logs = followed(open_policy(folder))
    if keys.name in logs:
        raise ConfigurationError("the policy names this witness itself as a log")
    return Witness(keys=keys, logs=logs, store=WitnessStore(folder / FILE), clock=clock)


def doors(witness: Witness, prefix: str = "") -> list[web.RouteDef]:
    """Give the routes of a witness under a prefix (empty, or a path without a slash at its end)."""
    places, coming = asyncio.Semaphore(AT_ONCE), Counter[str]()
    threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="witness")

    async def add_checkpoint(request: web.Request) -> web.Response:
        peer = request.remote or ""
        if places.locked() or coming.total() >= COMING or coming[peer] >= COMING_FROM_ONE:
            return _plain(503, b"busy\n")
        coming[peer] += 1
        try:
            body = await _body(request)
        except TimeoutError:
            return _plain(503, b"try again\n")
        finally:
            coming[peer] -= 1
            if not coming[peer]:
                del coming[peer]
        if places.locked():
            return _plain(503, b"busy\n")
        async with places:
            try:
                answer = await asyncio.get_running_loop().run_in_executor(threads, witness.answer, body)
            except StaleSize as stale:
                return web.Response(status=stale.status, body=b"%d\n" % stale.held, content_type=SIZE_TYPE)
            except WitnessRefusal as refusal:
                if isinstance(refusal, NotConsistent):
                    # Signed by a log that is followed here, and no continuation: somebody ought to ask that log why.
                    LOG.warning("witness: a signed checkpoint does not follow: %s", refusal)
                return _plain(refusal.status, f"{refusal}\n".encode())
            except Unavailable:
                return _plain(503, b"try again\n")
        return _plain(200, answer)

    async def checkpoint(request: web.Request) -> web.Response:
        name = request.match_info["origin_hash"]
        found = None
        if _HASH.fullmatch(name):
            found = await asyncio.get_running_loop().run_in_executor(threads, witness.served, name)
        return _plain(404, b"nothing held\n") if found is None else _plain(200, found, public=True)

    return [
        web.post(f"{prefix}/add-checkpoint", add_checkpoint),
        web.get(f"{prefix}/{{origin_hash}}/checkpoint", checkpoint),
    ]


async def _body(request: web.Request) -> bytes:
    """Read a body up to the largest submission and one byte, which `parse_submission` then refuses."""
    content = b""
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in request.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > MAXIMUM_SUBMISSION:
                break
    return content


def _plain(status: int, body: bytes, *, public: bool = False) -> web.Response:
    response = web.Response(status=status, body=body, content_type="text/plain", charset="utf-8")
    response.headers["Cache-Control"] = "public, max-age=2" if public else "no-store"
    return response
