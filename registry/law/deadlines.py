"""Who must be told what by when: the duties that follow from the facts of an order, each with its due instant.

A duty is opened by a fact (arising.py) and closed when those are told whom it names, or by a later fact of its
procedure. Where the law says without delay and names no time, `due` is None: it is due now. A duty that is
forbidden is in the list too, so that nobody thinks it was forgotten.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from registry.events.contact import MessageDue, MessageHandedOver
from registry.events.duty import DutyDischarged
from registry.events.notice import NoticeIssued
from registry.events.recognition import (
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.law import procedure as procedures
from registry.law.arising import Duty, arising
from registry.law.corrections import retracted
from registry.law.procedure import Procedure
from registry.law.records import AnyFact
from registry.values.duty import DutyCode, Whom
from registry.values.identifiers import FactId, MessageRef, RecognitionRef
from registry.values.notice import TELLS_NO_OTHER, NoticeKind
from registry.values.order import OrderDetails
from registry.values.time import MINUTE, Instant

HIT_CONFIRMATION_URGENT: Final = 10 * MINUTE
HIT_CONFIRMATION_ROUTINE: Final = 60 * MINUTE


def hit_confirmation_due(asked: Instant, *, urgent: bool) -> Instant:
    """Say by when a request to confirm a hit must be answered: positive, negative, or the time still needed."""
    return Instant(asked + (HIT_CONFIRMATION_URGENT if urgent else HIT_CONFIRMATION_ROUTINE))


def hit_confirmation_basis(*, urgent: bool) -> str:
    """Name the rule: the practice of NCIC, which this registry follows everywhere."""
    return f"registry rule after NCIC hit confirmation: {'urgent, 10 minutes' if urgent else 'routine, 60 minutes'}"


def duties(details: OrderDetails[Any], facts: Iterable[AnyFact], *, known_at: Instant) -> tuple[Duty, ...]:
    """Give the duties from facts of an order and of its notices, procedures, violations and duties, oldest first.

    `details` are the order's own; facts recorded after `known_at` do not count, nor those taken back by then.
    """
    known = [fact for fact in facts if fact.recorded_at <= known_at]
    taken_back = retracted(known)
    known = [fact for fact in known if fact.fact_id not in taken_back]
    closings = _Closings(known)
    return tuple(replace(duty, closed=closings.of(duty)) for duty in _arisen(known, details))


def _arisen(facts: Sequence[AnyFact], details: OrderDetails[Any]) -> Iterator[Duty]:
    """Give what each fact brings about, with the procedures as they were known when it was recorded."""
    known: dict[RecognitionRef, Procedure] = {}
    for fact in facts:
        reference: RecognitionRef | None = getattr(fact.event, "recognition_ref", None)
        procedure = procedures.evolve(known.get(reference), fact) if reference is not None else None
        if procedure is not None:
            known[procedure.recognition_ref] = procedure
        yield from arising(fact, details, known.values())


_AUTHORITIES: Final = frozenset({Whom.ISSUING_AUTHORITY, Whom.EXECUTING_AUTHORITY})


class _Closings:
    """When each duty was done: told of in a notice or a message, said to be done, or overtaken by its procedure.

    A notice reaches an authority and nobody else, so it closes no duty towards a person; and only the notice
    of service goes to the police for sure. A message counts once a channel took it. What goes to whoever owes it closes
    nothing.
    """

    def __init__(self, facts: Iterable[AnyFact]) -> None:
        """Read the facts, oldest first."""
        self._told: dict[tuple[FactId, Whom], Instant] = {}
        self._done: dict[tuple[FactId, DutyCode, Whom], Instant] = {}
        self._messages: dict[MessageRef, FactId] = {}
        self._waiting: dict[RecognitionRef, FactId] = {}
        for fact in facts:
            self._read(fact, fact.event)

    def of(self, duty: Duty) -> Instant | None:
        """Give when a duty was done first; None while it is not."""
        found = (self._done.get((duty.about, duty.code, duty.whom)), self._told.get((duty.about, duty.whom)))
        return min((each for each in found if each is not None), default=None)

    def _read(self, fact: AnyFact, event: object) -> None:
        match event:
            case NoticeIssued() if event.kind not in TELLS_NO_OTHER:
                told = {Whom.POLICE} if event.kind is NoticeKind.SERVED else _AUTHORITIES
                for whom in told:
                    self._told.setdefault((event.about, whom), fact.recorded_at)
            case DutyDischarged():
                self._done.setdefault((event.about, event.code, event.whom), fact.recorded_at)
            case MessageDue():
                self._messages[event.message_ref] = event.about
            case MessageHandedOver() if event.message_ref in self._messages:
                about = self._messages[event.message_ref]
                self._told.setdefault((about, Whom.PROTECTED_PERSON), fact.recorded_at)
            case SupplementRequested():
                self._waiting[event.recognition_ref] = fact.fact_id
            case RecognitionSupplemented() | RecognitionGranted() | RecognitionRefused():
                asked = self._waiting.pop(event.recognition_ref, None)
                if asked is not None:
                    key = (asked, DutyCode.SUPPLY_WHAT_IS_MISSING, Whom.EXECUTING_AUTHORITY)
                    self._done.setdefault(key, fact.recorded_at)
            case _:
                pass
