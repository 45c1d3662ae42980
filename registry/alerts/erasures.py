"""Who is told that with a record the time began after which people of an order can be erased. Pure.

Nobody's data is destroyed within 28 days of the record of what made it erasable (law/erasable.py). That holds against a
thief only if somebody asks within these days, and no other notice goes to the institution in whose name a fact was
recorded. So this one does, with the reference of the order and of the fact, and nothing else.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from registry.access.actors import Role
from registry.alerts.around import Around
from registry.alerts.recipients import answering, distinct
from registry.alerts.telling import OUR_RULE, Clock, order_of
from registry.commands.notice import IssueNotice
from registry.events.issuance import OrderCorrected
from registry.events.recognition import RecognitionDiscontinued, RecognitionGranted, RecognitionRefused
from registry.events.violation import ViolationResolved
from registry.law.erasable import HASTE, effect_end
from registry.law.standing import fold
from registry.ledger.port import AnyFact
from registry.values.identifiers import NoticeRef, derived
from registry.values.notice import NoticeKind
from registry.values.time import DAY, Instant

WAITING: Final = Clock(
    within=DAY,
    basis=(
        f"{HASTE}, registry rule: people of this order can be erased 28 days after this record; "
        f"report your key if you did not say so; {OUR_RULE}"
    ),
)
_READ_NOTICES: Final = frozenset({Role.COURT, Role.EXECUTING_AUTHORITY, Role.POLICE, Role.PROSECUTOR})
_SETTLES: Final = (ViolationResolved, RecognitionGranted, RecognitionRefused, RecognitionDiscontinued)
"""What stood against erasing an order that is over, and does no more."""


def wait_begins(history: Sequence[AnyFact], fact: AnyFact) -> bool:
    """Say whether such a time began with a fact; `history` is the order's, up to the fact.

    It does where an order ends sooner than it did on the record, where a party's data was set right, and where a breach
    or a procedure of an order that is over was settled.
    """
    standing = fold(history)
    if standing is None:
        return False
    end = effect_end(standing)
    if isinstance(fact.event, _SETTLES):
        return end is not None and end <= fact.recorded_at
    if isinstance(fact.event, OrderCorrected) and fact.event.parties and not fact.event.retracts:
        return True
    before = fold(history[:-1]) if history[-1].fact_id == fact.fact_id else None
    former = None if before is None else effect_end(before)
    return before is not None and end is not None and (former is None or end < former)


def wait_told(fact: AnyFact, around: Around) -> Iterator[IssueNotice]:
    """Tell whoever answers for the order, or else the courts of its place, and in whose name it was recorded.

    Nobody becomes part of the order by it.
    """
    if not around.wait_begins:
        return
    said_by = around.directory.find(fact.actor.institution)
    reads = said_by is not None and bool(said_by.roles & _READ_NOTICES)
    courts = answering(around.directory, Role.COURT, around.jurisdiction) if around.issuing is None else ()
    for recipient in distinct((around.issuing, *courts, fact.actor.institution if reads else None)):
        yield IssueNotice(
            notice_ref=NoticeRef(derived(fact.fact_id, f"wait/{recipient}")),
            order_ref=order_of(fact),
            about=fact.fact_id,
            kind=NoticeKind.ERASURE_WAITING,
            recipient=recipient,
            jurisdiction=around.jurisdiction,
            due=Instant(fact.recorded_at + WAITING.within),
            basis=WAITING.basis,
        )
