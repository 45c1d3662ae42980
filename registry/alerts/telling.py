"""How institutions are told of a fact: each once, by when, and on what basis; and who may hold a copy of personal data.

Whoever was given an order, or an answer on it, may hold what it said of people: printed, cached, on a card. When a
person's data is erased or set right they are told so, with references and no personal data, so that copies follow.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from registry.alerts.around import Around
from registry.alerts.recipients import distinct
from registry.commands.notice import IssueNotice
from registry.events.erasure import SubjectErased
from registry.ledger.port import AnyFact
from registry.values.identifiers import InstitutionId, NoticeRef, OrderRef, derived
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.time import DAY, Instant

OUR_RULE: Final = "registry rule: acknowledge within 24 hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """By when a recipient has to acknowledge, and by what rule they are told at all."""

    within: int
    basis: str


ERASED: Final = Clock(
    within=DAY,
    basis=f"Directive (EU) 2016/680 Art 16(6), Regulation (EU) 2016/679 Art 19: erase what you hold of it; {OUR_RULE}",
)
CORRECTED: Final = Clock(
    within=DAY,
    basis=f"Directive (EU) 2016/680 Art 16(6), Regulation (EU) 2016/679 Art 19: set right what you hold; {OUR_RULE}",
)


def notices(
    fact: AnyFact,
    kind: NoticeKind,
    clock: Clock,
    recipients: Iterable[InstitutionId | None],
    jurisdiction: Jurisdiction,
) -> Iterator[IssueNotice]:
    """Tell institutions, each once, and not the one that said it."""
    for recipient in distinct(recipients):
        if recipient != fact.actor.institution:
            yield notice_to(fact, kind, clock, recipient, jurisdiction, order_of(fact))


def notice_to(  # noqa: PLR0917  # one notice, said in one line
    fact: AnyFact,
    kind: NoticeKind,
    clock: Clock,
    recipient: InstitutionId,
    jurisdiction: Jurisdiction,
    order_ref: OrderRef,
) -> IssueNotice:
    """Tell one institution, under a reference that derives from the fact and the recipient."""
    return IssueNotice(
        notice_ref=NoticeRef(derived(fact.fact_id, f"notice/{recipient}")),
        order_ref=order_ref,
        about=fact.fact_id,
        kind=kind,
        recipient=recipient,
        jurisdiction=jurisdiction,
        due=Instant(fact.recorded_at + clock.within),
        basis=clock.basis,
    )


def order_of(fact: AnyFact) -> OrderRef:
    """Give the order that a fact is about; every kind in `RULES` has one."""
    event: Any = fact.event
    order_ref: OrderRef = event.order_ref
    return order_ref


def copies_erased(fact: AnyFact, event: SubjectErased, around: Around) -> Iterator[IssueNotice]:
    """Tell everybody who was given the order or an answer on it: copies go too. Once a party, and nobody's name."""
    if event.subject != event.order_ref:  # what is sealed about the order itself goes with its last party
        recipients = (around.issuing, *around.involved, *around.shown)
        yield from notices(fact, NoticeKind.PERSON_ERASED, ERASED, recipients, around.jurisdiction)
        # Whose order it is holds copies too, and learns what was done in its name by somebody with its key.
        if around.issuing is not None and around.issuing == fact.actor.institution:
            yield notice_to(
                fact, NoticeKind.PERSON_ERASED, ERASED, around.issuing, around.jurisdiction, event.order_ref
            )


def copies_corrected(fact: AnyFact, around: Around) -> Iterator[IssueNotice]:
    """Tell whoever was only shown what was wrong; those who hold the order are told of the correction itself."""
    told = {around.issuing, *around.involved}
    recipients = [each for each in around.shown if each not in told]
    yield from notices(fact, NoticeKind.PERSON_CORRECTED, CORRECTED, recipients, around.jurisdiction)
