"""What follows when a time runs out: one process looks at everybody's open deadlines and says so, once each.

An alert that lapses has rules of its own (escalation.py). Everything else is one row of `LAPSES`: the kind
of deadline, and the command that says that its time ran out. The decider has the last word: it looks at the
thing itself and says nothing where it was done meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.access.actors import Directory, Principal
from registry.alerts import conflicts
from registry.alerts.glass import alerted_next, overdue
from registry.alerts.hits import asked_next
from registry.alerts.reactor import REGISTRY, Performs
from registry.alerts.surroundings import Surroundings
from registry.commands.conflict import AlertConflictAgain
from registry.commands.duty import NoteOverdue
from registry.commands.glass import AlertGlassAgain, NoteReviewOverdue
from registry.commands.hit import AskHitConfirmationAgain
from registry.commands.notice import NoteTransportTimeout
from registry.decisions import conflict, glass
from registry.decisions.hit import fold
from registry.ledger.port import Reader
from registry.ledger.rows import Cell
from registry.values.identifiers import AlertRef, DutyRef, NoticeRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from registry.views.base import ViewReads
from registry.views.deadline_rows import DeadlineKind
from registry.views.deadlines import open_of_kind
from registry.views.police import ORDER
from registry.views.supervised import Pulse, Supervised

PERIOD_MILLISECONDS: Final = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """What a rule may look at beside the row."""

    reader: Reader
    directory: Directory
    now: Instant


Lapse = Callable[[Mapping[str, Cell], Looking], Any]
"""Gives the command that says that the time ran out; None where nothing is to be said."""


def _about(row: Mapping[str, Cell]) -> UUID:
    cell = row["about"]
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")


def _duty(row: Mapping[str, Cell], _: Looking) -> NoteOverdue:
    return NoteOverdue(duty_ref=DutyRef(_about(row)))


def _hit(row: Mapping[str, Cell], looking: Looking) -> AskHitConfirmationAgain | None:
    """Ask again: the same a second time, then each of the others where the order was made."""
    hit = fold(recorded.fact for recorded in looking.reader.stream(StreamId(_about(row))))
    orders = looking.reader.rows(ORDER, {"order_ref": row["order_ref"]})
    if hit is None or not orders:
        return None
    made_in = Jurisdiction(str(orders[0]["jurisdiction"]))
    recipient = asked_next(hit, looking.directory, made_in, now=looking.now)
    return None if recipient is None else AskHitConfirmationAgain(hit_ref=hit.asked.hit_ref, recipient=recipient)


def _glass(row: Mapping[str, Cell], looking: Looking) -> AlertGlassAgain | None:
    """Alert the next, each once."""
    found = glass.fold(recorded.fact for recorded in looking.reader.stream(StreamId(_about(row))))
    subject = row["subject"]
    if found is None or not isinstance(subject, bytes):
        return None
    return alerted_next(found, AlertRef(UUID(bytes=subject)), looking.directory, now=looking.now)


def _review(row: Mapping[str, Cell], looking: Looking) -> NoteReviewOverdue | None:
    """Say that nobody reviewed a break-glass, to all who could have, and to the court of the order."""
    found = glass.fold(recorded.fact for recorded in looking.reader.stream(StreamId(_about(row))))
    if found is None:
        return None
    directory = looking.directory
    issuing = Surroundings(reader=looking.reader, directory=lambda: directory).issuing(found.broken.order_ref)
    return overdue(found, directory, issuing)


def _conflict(row: Mapping[str, Cell], looking: Looking) -> AlertConflictAgain | None:
    """Alert the next, each once: of the place, then of where the order was made."""
    found = conflict.fold(recorded.fact for recorded in looking.reader.stream(StreamId(_about(row))))
    orders, subject = looking.reader.rows(ORDER, {"order_ref": row["order_ref"]}), row["subject"]
    if found is None or not orders or not isinstance(subject, bytes):
        return None
    made_in = Jurisdiction(str(orders[0]["jurisdiction"]))
    return conflicts.alerted_next(found, AlertRef(UUID(bytes=subject)), looking.directory, made_in, now=looking.now)


def _transport(row: Mapping[str, Cell], _: Looking) -> NoteTransportTimeout:
    return NoteTransportTimeout(notice_ref=NoticeRef(_about(row)))


LAPSES: Final[Mapping[DeadlineKind, Lapse]] = {
    DeadlineKind.DUTY: _duty,
    DeadlineKind.HIT_CONFIRMATION: _hit,
    DeadlineKind.NOTICE_EVIDENCE: _transport,
    DeadlineKind.GLASS_ALERT: _glass,
    DeadlineKind.GLASS_REVIEW: _review,
    DeadlineKind.CONFLICT_ALERT: _conflict,
}
"""Every kind of deadline from which something follows once it is past, alerts aside."""


class Lapses:
    """Applies the rules to all that is overdue, every few seconds, in a thread of its own."""

    def __init__(
        self,
        *,
        reader: Reader,
        store: ViewReads,
        executor: Performs,
        directory: Callable[[], Directory],
        clock: Callable[[], Instant],
        lapses: Mapping[DeadlineKind, Lapse] = LAPSES,
        principal: Principal = REGISTRY,
    ) -> None:
        """Take the views that know what is overdue; `clock` gives UTC now in microseconds."""
        self._reader = reader
        self._store = store
        self._directory = directory
        self._executor = executor
        self._clock = clock
        self._lapses = lapses
        self._principal = principal
        self._process = Supervised("lapses", step=self.step, period_milliseconds=PERIOD_MILLISECONDS)

    def start(self) -> None:
        """Start looking."""
        self._process.start()

    def stop(self) -> None:
        """Stop; blocks until the running look is done."""
        self._process.stop()

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()

    def step(self) -> bool:
        """Look once at all that is overdue; say no, so that the next look is a period later."""
        looking = Looking(reader=self._reader, directory=self._directory(), now=self._clock())
        for kind, lapse in self._lapses.items():
            for row in tuple(self._overdue(kind, looking.now)):
                command = lapse(row, looking)
                if command is not None:
                    self._executor.perform(command, principal=self._principal)
        return False

    def _overdue(self, kind: DeadlineKind, now: Instant) -> Iterator[Mapping[str, Cell]]:
        """Give the open rows of a kind whose time is up and of which nothing was said yet, page by page."""
        after: tuple[Cell, ...] = ()
        while rows := open_of_kind(self._store, kind, after=after).rows:
            for row in rows:
                due = row["due"]
                if not isinstance(due, int) or due >= now:
                    return
                if row["noted"] is None and not row["without_delay"]:
                    yield row
            after = (rows[-1]["due"], rows[-1]["subject"])
