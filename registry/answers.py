"""Recording what was answered and looked at: through the writer, or, when the store is down, a local spool first.

An answer with personal data leaves only after it is durable somewhere. The spool is a file on the
check node's own disk, flushed before the answer is given; what is in it is folded into the ledger,
flagged `spooled`, as soon as the store is back. Without either, no answer leaves.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, Final, Generic, TypeAlias, TypeVar

import msgspec

from registry.access.actors import Principal
from registry.errors import Unavailable
from registry.events.base import Actor
from registry.events.check import AnswerGiven
from registry.events.look import LookTaken, PreviewGiven
from registry.execute import Executor
from registry.held_keys import key_changes, keys_stand
from registry.law.jurisdictions import place_zone
from registry.ledger.codec import compiled
from registry.ledger.port import Draft, Fold, Unit, Work
from registry.ledger.rows import Change
from registry.ledger.tables import StatementRejected
from registry.receipts import Receipt
from registry.stating import audit_key_row
from registry.values.identifiers import FactId, Position, StreamId, SubjectId
from registry.values.time import Instant
from registry.vault.audit import audit_month, audit_subject
from registry.vault.keys import WrappedKey
from registry.views.police import SUBJECT_KEY

MAXIMUM_SPOOL: Final = 64 * 1024 * 1024
"""Bytes; above it the spool takes no more and no answer leaves."""
_COUNT: Final[Fold[int]] = Fold(name="answers", evolve=lambda count, _: (count or 0) + 1)


Audited = TypeVar("Audited", AnswerGiven, LookTaken, PreviewGiven)
Beside = TypeVar("Beside")
_ATTEMPTS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Given(Generic[Audited]):
    """An answer or a look, sealed and ready to be recorded."""

    stream: StreamId
    fact_id: FactId
    actor: Actor
    event: Audited
    subject: SubjectId
    """Whose audit key sealed the query."""
    new_key: WrappedKey | None = None


AnyGiven: TypeAlias = Given[AnswerGiven] | Given[LookTaken] | Given[PreviewGiven]


async def record(
    executor: Executor,
    spool: "Spool | None",
    seal: Callable[[], Awaitable[tuple[AnyGiven, Beside]]],
    may: Callable[[Unit], object],
) -> tuple[Receipt, Beside]:
    """Append what was given and wait for its commit; when the store is down, keep it in the spool.

    `seal` makes it, and makes it anew where another command saved the audit key first. `may` asks in the writer whether
    it may still be given, and raises if not. Raises `Unavailable` where it is durable nowhere: then nothing may be
    answered.
    """
    for _ in range(_ATTEMPTS):
        given, beside = await seal()
        try:
            receipt = await executor.writer.submit(_if_still(may, recording(given)))
        except StatementRejected:
            if await executor.writer.submit(key_stands(given)):
                raise
            executor.ring.forget(given.subject)
        except Unavailable:
            if spool is None:
                raise
            return await asyncio.to_thread(spool.keep, given), beside
        else:
            executor.ring.saved(() if given.new_key is None else (given.new_key,))
            return receipt, beside
    raise Unavailable("key-contested")


def _if_still(may: Callable[[Unit], object], work: Work[Receipt]) -> Work[Receipt]:
    def asked(unit: Unit) -> Receipt:
        may(unit)
        return work(unit)

    return asked


def audit_key_of(principal: Principal, now: Instant) -> SubjectId:
    """Give the subject whose key seals what an institution asks at an instant."""
    return audit_subject(principal.institution, audit_month(now, place_zone(principal.jurisdictions[0])))


def recording(given: AnyGiven) -> Work[Receipt]:
    """Give the writer's share: one fact, and the audit key with the first of them. Done already: done."""

    def work(unit: Unit) -> Receipt:
        if given.event.spooled:
            seen = [each for each in unit.facts(given.stream) if each.fact.fact_id == given.fact_id]
            if seen:
                return _receipt(given, seen[0].fact.version, seen[0].position)
        version, _ = unit.state(given.stream, _COUNT)
        rows = () if _given_before(given, unit) else tuple(_key_changes(given))
        draft = Draft(fact_id=given.fact_id, actor=given.actor, correlation=given.fact_id, event=given.event)
        (recorded,) = unit.append(given.stream, [draft], expected_version=version, rows=rows)
        return replace(_receipt(given, recorded.fact.version, recorded.position), recorded_at=recorded.fact.recorded_at)

    return work


def _key_changes(given: AnyGiven) -> Iterator[Change]:
    yield from key_changes(() if given.new_key is None else (given.new_key,), {given.subject: None})
    if given.new_key is not None:
        yield audit_key_row(given.new_key, given.actor.institution)


def _given_before(given: AnyGiven, unit: Unit) -> bool:
    """Say whether a spooled answer owes nothing to its key: the row is there already, whatever became of it since.

    The answer left long ago. An erasure meanwhile takes away who was asked about, never that it was answered.
    """
    if not given.event.spooled:
        return False
    key_ids = [row["key_id"] for row in unit.rows(SUBJECT_KEY, {"subject": given.subject.bytes})]
    return given.new_key is None or key_ids == [given.new_key.key_id]


def key_stands(given: AnyGiven) -> Work[bool]:
    """Ask in the writer whether the audit key is as it was, when the store has refused the answer."""
    return lambda unit: keys_stand(unit, () if given.new_key is None else (given.new_key,), {given.subject: None})


def _receipt(given: AnyGiven, version: int, position: Position) -> Receipt:
    return Receipt(
        stream=given.stream,
        version=version,
        position=position,
        recorded_at=given.event.given_at,
        facts=(given.fact_id,),
    )


@dataclass(frozen=True, kw_only=True)
class Spool:
    """A file of answers that the store could not take. Any thread may call."""

    path: Path
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def keep(self, given: AnyGiven) -> Receipt:
        """Keep an answer durably; gives a receipt without a place. Raises `Unavailable` if it cannot."""
        event: Any = replace(given.event, spooled=True)
        spooled: AnyGiven = replace(given, event=event)
        line = msgspec.json.encode(spooled) + b"\n"
        try:
            with self._lock:
                self._append(line)
        except OSError:
            raise Unavailable("answer-not-kept") from None
        return replace(_receipt(spooled, 0, Position(0)), spooled=True)

    def waiting(self) -> tuple[AnyGiven, ...]:
        """Give what waits to be folded in, oldest first. A torn last line was never acknowledged and is left out."""
        with self._lock:
            return tuple(self._read())

    def length(self) -> int:
        """Say how many lines wait, without reading what they say."""
        with self._lock:
            return self.path.read_bytes().count(b"\n") if self.path.exists() else 0

    async def settled(self, folded: Collection[FactId]) -> None:
        """Settle beside the event loop."""
        await asyncio.to_thread(self.settle, folded)

    def settle(self, folded: Collection[FactId]) -> None:
        """Forget the answers that were folded in; what came since, and what could not be, stays."""
        with self._lock:
            left = [each for each in self._read() if each.fact_id not in folded]
            beside = self.path.with_suffix(".new")
            beside.unlink(missing_ok=True)
            self._write(beside, b"".join(msgspec.json.encode(each) + b"\n" for each in left))
            beside.replace(self.path)
            _flush_folder(self.path.parent)

    def _append(self, line: bytes) -> None:
        new = not self.path.exists()
        if not new and not _ends_whole(self.path):
            line = b"\n" + line  # what was torn must not take this line with it
        if not new and self.path.stat().st_size + len(line) > MAXIMUM_SPOOL:
            raise Unavailable("spool-full")
        self._write(self.path, line)
        if new:
            _flush_folder(self.path.parent)

    def _write(self, path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> Iterator[AnyGiven]:
        if not self.path.exists():
            return
        kinds = (compiled(Given[AnswerGiven]), compiled(Given[LookTaken]), compiled(Given[PreviewGiven]))
        for line in self.path.read_bytes().split(b"\n")[:-1]:
            for kind in kinds:
                with suppress(msgspec.DecodeError):
                    # Of the other kind; or the tail of a write that was cut off, with whole lines after it.
                    given: AnyGiven = kind.decode(line)
                    yield given
                    break


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read(1) in {b"", b"\n"}


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
