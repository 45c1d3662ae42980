"""Lock-out: five failed sign-ins within a quarter of an hour, and the place they came from stays out (CJIS AC-7).

Failures are counted at places, and which they are decides whom a guesser can harm. A client's name is public, so
nothing is counted at the name alone: whoever knows it could keep a whole police force out. Counted are the name as one
peer uses it, until that peer signs in under it; and at the peer, how many different names it failed under. A lock ends
by an operator's word and not by time. Who is locked out is answered as who failed: nobody learns that there is a lock,
nor whether there is such a client.
"""

import asyncio
import hmac
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Final, TypeVar
from uuid import UUID

import orjson

from registry.limits.lock_file import Locked, LockFile
from registry.values.time import MINUTE, Instant

LOG: Final = logging.getLogger("registry.limits")
FAILURES: Final = 5
WITHIN: Final = 15 * MINUTE
MAXIMUM_SHOWN: Final = 1_000
Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where failures are counted."""

    kind: str
    """Which count it is, such as `client-at-peer`."""
    parts: tuple[str, ...]
    """What tells this place from others of its kind; only a keyed hash of it is kept."""
    subject: str | None = None
    """What an operator is shown of it; nothing that a stranger wrote and no address."""
    counts: str | None = None
    """What one failure is the same as another by, such as the name that was tried; None: each is one of its own."""
    forgives: bool = False
    """Whether a sign-in ends the count: then only failures in a row are counted."""


def machine_places(client: str, peer: str, *, enrolled: bool) -> tuple[Place, ...]:
    """Give the places of a machine's attempt to sign in."""
    return (
        Place(kind="client-at-peer", parts=(client, peer), subject=client if enrolled else None, forgives=True),
        Place(kind="peer", parts=(peer,), counts=client),
    )


@dataclass(kw_only=True)
class LockOut:
    """Counts and locks. For machines by `machine_places`; people's sign-in counts at places of its own.

    A file that cannot be used locks nobody out, and that is said aloud: the police are not kept out by a full disk.
    """

    clock: Callable[[], Instant]
    file: LockFile = field(default_factory=LockFile)
    key: bytes = field(default=bytes(32), repr=False)
    """Secret of the hashes by which places are kept."""
    tally: Counter[str] = field(default_factory=Counter[str])

    def ref(self, place: Place) -> UUID:
        """Give what a place is kept and released under."""
        return UUID(bytes=self._hash(place.kind, *place.parts)[:16])

    async def locked(self, places: Sequence[Place]) -> bool:
        """Say whether one of the places is locked."""
        refs = tuple(self.ref(place) for place in places)
        return await self._in_file(lambda: self.file.is_locked(refs), otherwise=False)

    async def failed(self, places: Sequence[Place]) -> None:
        """Count a failed sign-in, and lock what has had too many."""
        self.tally["sign-in failed"] += 1
        for place in places:
            await self._failed(place)

    async def _failed(self, place: Place) -> None:
        now, ref = self.clock(), self.ref(place)
        what = self._hash("each", str(now)) if place.counts is None else self._hash("what", place.counts)

        def count() -> bool:
            if self.file.failed(ref, what, now=now, since=Instant(now - WITHIN)) < FAILURES:
                return False
            return self.file.lock(Locked(lock_ref=ref, kind=place.kind, subject=place.subject, at=now))

        if await self._in_file(count, otherwise=False):
            self.tally[f"locked {place.kind}"] += 1
            self._say("locked-out", kind=place.kind, subject=place.subject, lock_ref=str(ref))

    async def succeeded(self, places: Sequence[Place]) -> None:
        """End the counts that a sign-in ends."""
        for place in places:
            if place.forgives:
                await self._in_file(partial(self.file.forget, self.ref(place)), otherwise=None)

    async def locks(self) -> tuple[Locked, ...]:
        """Give the locks that stand, newest first, at most `MAXIMUM_SHOWN`."""
        return await asyncio.to_thread(self.file.locks, MAXIMUM_SHOWN)

    async def release(self, lock_ref: UUID, *, by: str, on_behalf_of: str | None = None) -> bool:
        """Take a lock away, and say in the log who did; says whether there was one."""
        released = await asyncio.to_thread(self.file.release, lock_ref)
        if released:
            self._say("lock-released", lock_ref=str(lock_ref), by=by, on_behalf_of=on_behalf_of)
        return released

    async def _in_file(self, ask: Callable[[], Found], *, otherwise: Found) -> Found:
        try:
            return await asyncio.to_thread(ask)
        except sqlite3.Error as fault:
            self.tally["lock file unusable"] += 1
            self._say("lock-file-unusable", fault=type(fault).__name__)
            return otherwise

    def _hash(self, *parts: str) -> bytes:
        said = b"".join(len(raw).to_bytes(4) + raw for raw in (part.encode() for part in parts))
        return hmac.digest(self.key, said, sha256)

    def _say(self, event: str, **members: str | None) -> None:
        LOG.warning("%s", orjson.dumps({"event": event, **members}).decode())
