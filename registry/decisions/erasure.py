"""Decide whether a party's data in an order may be erased, and what goes with it; and whether queries may."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from registry.commands.erasure import EraseParty, EraseQueries
from registry.errors import Conflict, Refused
from registry.events.erasure import QueriesErased, SubjectErased
from registry.law.erasable import Case, impediments
from registry.law.jurisdictions import zone_of
from registry.law.schedule import query_rule
from registry.values.erasure import ImpedimentCode
from registry.values.identifiers import SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, moment_of

_CODES: Final[dict[ImpedimentCode, str]] = {
    ImpedimentCode.ORDER_IN_FORCE: "order-in-force",
    ImpedimentCode.LINKED_ORDER_IN_FORCE: "linked-order-in-force",
    ImpedimentCode.RECOGNITION_PENDING: "recognition-pending",
    ImpedimentCode.BREACH_OPEN: "breach-open",
    ImpedimentCode.RETENTION_PERIOD: "retention-period-runs",
    ImpedimentCode.LIMITATION_PERIOD: "limitation-period-runs",
    ImpedimentCode.NO_RETENTION_RULE: "no-retention-rule",
}
"""The refusal for each impediment; the first that stands is told."""


def decide(
    command: EraseParty,
    case: Case,
    *,
    keys: Mapping[SubjectId, bytes],
    documents: Mapping[UUID, Collection[bytes]],
    now: Instant,
) -> tuple[SubjectErased, ...]:
    """Answer the command with facts, or raise `Refused`.

    `keys` are the ids of the keys that are there, by subject: of the order's parties and of the order.
    `documents` are the ids of the keys that each source document opens with: one goes with any of them.
    A party whose data was never sealed has none, and nothing to erase; erased twice is erased once.
    """
    order, subject = case.order, SubjectId(command.party)
    parties = {SubjectId(party.party_ref) for party in order.details.parties}
    if subject not in parties:
        raise Refused("no-such-party", field="/party")
    against = impediments(case, command.ground, at=now)
    if against:
        raise Conflict(_CODES[against[0].code], cite=str(against[0].basis))
    if subject not in keys:
        return ()
    going = [subject]
    own = SubjectId(order.order_ref)
    if own in keys and not (parties & keys.keys()) - {subject}:
        going.append(own)
    return tuple(
        SubjectErased(
            order_ref=command.order_ref,
            subject=each,
            key_id=keys[each].hex(),
            ground=command.ground,
            documents=tuple(sorted(blob for blob, ids in documents.items() if keys[each] in ids)),
        )
        for each in going
    )


def decide_queries(
    command: EraseQueries, *, jurisdiction: Jurisdiction, key: bytes | None, now: Instant
) -> tuple[QueriesErased, ...]:
    """Answer with the fact, or raise `Conflict` while the period runs or where nobody knows it.

    `jurisdiction` is the asking institution's; `key` the id of the key that is there, None once it was destroyed.
    """
    zone = zone_of(jurisdiction) or "UTC"
    rule = query_rule(jurisdiction, moment_of(now, zone).date())
    if rule is None:
        raise Conflict("no-retention-rule")
    if now < rule.kept_until(command.month, zone):
        raise Conflict("retention-period-runs", cite=str(rule.basis))
    if key is None:
        return ()
    erased = QueriesErased(
        subject=command.subject,
        institution=command.institution,
        month=command.month,
        key_id=key.hex(),
        basis=str(rule.basis),
    )
    return (erased,)
