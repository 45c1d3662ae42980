"""Decide whether a party's data in an order may be erased, and what goes with it; and whether queries may."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from registry.commands.erasure import EraseFormer, EraseParty, EraseQueries
from registry.errors import Conflict, Refused
from registry.events.erasure import QueriesErased, SubjectErased
from registry.law.erasable import HASTE, Case, impediments, waited
from registry.law.jurisdictions import place_zone
from registry.law.schedule import query_rule
from registry.law.standing import Standing
from registry.values.erasure import FOR_A_PARTY, FOR_FORMER_DATA, ErasureGround, ImpedimentCode
from registry.values.identifiers import PartyRef, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, moment_of

_CODES: Final[dict[ImpedimentCode, str]] = {
    ImpedimentCode.ORDER_IN_FORCE: "order-in-force",
    ImpedimentCode.LINKED_ORDER_IN_FORCE: "linked-order-in-force",
    ImpedimentCode.SAME_PERSON_IN_FORCE: "same-person-in-force",
    ImpedimentCode.RECOGNITION_PENDING: "recognition-pending",
    ImpedimentCode.BREACH_OPEN: "breach-open",
    ImpedimentCode.RETENTION_PERIOD: "retention-period-runs",
    ImpedimentCode.LIMITATION_PERIOD: "limitation-period-runs",
    ImpedimentCode.NO_RETENTION_RULE: "no-retention-rule",
    ImpedimentCode.WAITING_PERIOD: "waiting-period-runs",
    ImpedimentCode.FACTS_IN_DOUBT: "facts-in-doubt",
}
"""The refusal for each impediment; the first that stands is told."""


Key: TypeAlias = tuple[SubjectId, bytes]
"""A key that is there: its subject and its id."""
NO_KEYS: Final[Mapping[PartyRef, Sequence[Key]]] = {}


def decide(
    command: EraseParty,
    case: Case,
    *,
    keys: Mapping[SubjectId, bytes],
    documents: Mapping[UUID, Collection[bytes]],
    now: Instant,
    former: Mapping[PartyRef, Sequence[Key]] = NO_KEYS,
) -> tuple[SubjectErased, ...]:
    """Answer the command with facts, or raise `Refused`.

    `keys` are the ids of the keys that are there, by subject: of the order's parties and of the order; `former` are
    those of what was set right, by party: they go with the party's own.
    `documents` are the ids of the keys that each source document opens with: one goes with any of them.
    A party whose data was never sealed has none, and nothing to erase; erased twice is erased once.
    """
    order, subject = case.order, SubjectId(command.party)
    _fits(command, order, FOR_A_PARTY)
    against = impediments(case, command.ground, at=now, party=command.party)
    if against:
        raise Conflict(_CODES[against[0].code], cite=str(against[0].basis))
    going = [each for each in (subject,) if each in keys]
    own = SubjectId(order.order_ref)
    parties = {SubjectId(party.party_ref) for party in order.details.parties}
    if going and own in keys and not (parties & keys.keys()) - {subject}:
        going.append(own)
    erased = tuple(_erased(command, (each, keys[each]), documents) for each in going)
    return (*erased, *_former(command, documents, former))


def decide_former(
    command: EraseFormer,
    order: Standing,
    *,
    documents: Mapping[UUID, Collection[bytes]],
    former: Mapping[PartyRef, Sequence[Key]],
    set_right: Mapping[SubjectId, Instant],
    now: Instant,
) -> tuple[SubjectErased, ...]:
    """Answer the command with facts, or raise `Refused`; erased twice is erased once.

    `set_right` is when the correction was recorded that made each former key one. Those go whose time to wait is over.
    Nothing else stands against it: what was wrong protects nobody and is evidence of nothing, and what is right stays.
    """
    _fits(command, order, FOR_FORMER_DATA)
    keys = former.get(command.party, ())
    due = [key for key in keys if waited(set_right[key[0]]) <= now]
    if keys and not due:
        raise Conflict(_CODES[ImpedimentCode.WAITING_PERIOD], cite=str(HASTE))
    return tuple(_former(command, documents, {command.party: due}))


def _fits(command: EraseParty | EraseFormer, order: Standing, grounds: frozenset[ErasureGround]) -> None:
    if command.party not in {party.party_ref for party in order.details.parties}:
        raise Refused("no-such-party", field="/party")
    if command.ground not in grounds:
        raise Refused("ground-does-not-fit", field="/ground")


def _former(
    command: EraseParty | EraseFormer,
    documents: Mapping[UUID, Collection[bytes]],
    former: Mapping[PartyRef, Sequence[Key]],
) -> Iterator[SubjectErased]:
    for each in former.get(command.party, ()):
        yield _erased(command, each, documents, former_of=command.party)


def _erased(
    command: EraseParty | EraseFormer,
    key: Key,
    documents: Mapping[UUID, Collection[bytes]],
    *,
    former_of: PartyRef | None = None,
) -> SubjectErased:
    subject, key_id = key
    return SubjectErased(
        order_ref=command.order_ref,
        subject=subject,
        key_id=key_id.hex(),
        ground=command.ground,
        documents=tuple(sorted(blob for blob, ids in documents.items() if key_id in ids)),
        former_of=former_of,
    )


def decide_queries(
    command: EraseQueries, *, jurisdiction: Jurisdiction, key: bytes | None, now: Instant
) -> tuple[QueriesErased, ...]:
    """Answer with the fact, or raise `Conflict` while the period runs or where nobody knows it.

    `jurisdiction` is the asking institution's; `key` the id of the key that is there, None once it was destroyed.
    """
    zone = place_zone(jurisdiction)
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
