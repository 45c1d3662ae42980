"""Who is told that with a record the time began after which people of an order can be erased. Pure.

Nobody's data is destroyed within 28 days of the record of what made it erasable (law/erasable.py). That holds against a
thief only if somebody asks within these days, and no other notice goes to the institution in whose name a fact was
recorded. So this one does, with the reference of the order and of the fact, and nothing else.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from registry.access.actors import Role
from registry.alerts.around import Around, Side
from registry.alerts.recipients import answering, distinct
from registry.alerts.telling import OUR_RULE, Clock, order_of
from registry.commands.notice import IssueNotice
from registry.events.issuance import OrderCorrected
from registry.events.recognition import RecognitionDiscontinued, RecognitionGranted, RecognitionRefused
from registry.events.violation import ViolationResolved
from registry.law.erasable import HASTE, effect_end
from registry.law.standing import Standing, fold
from registry.ledger.port import AnyFact
from registry.values.identifiers import InstitutionId, NoticeRef, SealedBlock, derived
from registry.values.notice import NoticeKind
from registry.values.parties import Party
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
    if isinstance(fact.event, _SETTLES):
        return _is_over(standing, fact)
    if isinstance(fact.event, OrderCorrected) and any(map(_has_data, fact.event.parties)):
        return True
    return _ends_sooner(_before(history, fact), standing)


def linked_wait_begins(history: Sequence[AnyFact], fact: AnyFact, linked: Standing) -> bool:
    """Say whether such a time began for an order that is linked to the one that the fact is of.

    What holds a measure holds the order that it was adopted from, and the other way round. An order that has an end of
    its own is held no more, or less long, where the other one was to end later and ends sooner than it did; and one
    that is over, where the last breach of the other one was settled.
    """
    standing, own = fold(history), effect_end(linked)
    if standing is None or own is None:
        return False
    if isinstance(fact.event, ViolationResolved):
        return _is_over(standing, fact) and _is_over(linked, fact)
    before = _before(history, fact)
    former = None if before is None else effect_end(before)
    return _ends_sooner(before, standing) and (former is None or own < former)


def _is_over(standing: Standing, fact: AnyFact) -> bool:
    end = effect_end(standing)
    return end is not None and end <= fact.recorded_at


def _before(history: Sequence[AnyFact], fact: AnyFact) -> Standing | None:
    """Give an order as it was before its newest fact; None where the fact is another one, or its first."""
    return fold(history[:-1]) if history[-1].fact_id == fact.fact_id else None


def _ends_sooner(before: Standing | None, standing: Standing) -> bool:
    if before is None:
        return False
    former, end = effect_end(before), effect_end(standing)
    return end is not None and (former is None or end < former)


def _has_data(party: Party[SealedBlock]) -> bool:
    """Say whether a correction sets data of a party right; one that only withholds sets no key aside."""
    return any(block is not None for block in (party.identity, party.address, party.contact))


def wait_told(fact: AnyFact, around: Around) -> Iterator[IssueNotice]:
    """Tell whoever answers for the order, or else the courts of its place, and in whose name it was recorded.

    Of an order that is linked to it, whoever answers for that one. Nobody becomes part of an order by it.
    """
    if not around.wait_begins:
        return
    own = Side(order_ref=order_of(fact), jurisdiction=around.jurisdiction, issuing=around.issuing)
    by = fact.actor.institution if _reads(fact.actor.institution, around) else None
    for recipient in distinct((*_answer_for(own, around), by)):
        yield _notice(fact, own, recipient, f"wait/{recipient}")
    for side in around.waiting:
        for recipient in _answer_for(side, around):
            yield _notice(fact, side, recipient, f"wait/{side.order_ref}/{recipient}")


def _answer_for(side: Side, around: Around) -> tuple[InstitutionId, ...]:
    """Give who answers for an order; where nobody does who takes part still and reads notices, the courts there too."""
    if side.issuing is not None and _reads(side.issuing, around):
        return (side.issuing,)
    return distinct((side.issuing, *answering(around.directory, Role.COURT, side.jurisdiction)))


def _reads(institution: InstitutionId, around: Around) -> bool:
    found = around.directory.find(institution)
    return found is not None and bool(found.roles & _READ_NOTICES)


def _notice(fact: AnyFact, side: Side, recipient: InstitutionId, name: str) -> IssueNotice:
    return IssueNotice(
        notice_ref=NoticeRef(derived(fact.fact_id, name)),
        order_ref=side.order_ref,
        about=fact.fact_id,
        kind=NoticeKind.ERASURE_WAITING,
        recipient=recipient,
        jurisdiction=side.jurisdiction,
        due=Instant(fact.recorded_at + WAITING.within),
        basis=WAITING.basis,
    )
