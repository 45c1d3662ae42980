"""What a correction changes: the blocks of parties named again, and facts that were recorded in error."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from registry.commands.issuance import CorrectOrder
from registry.events.issuance import (
    OrderAdjusted,
    OrderCorrected,
    OrderDeclared,
    OrderIssued,
    OrderRegistered,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    OrderVaried,
)
from registry.events.service import ServiceAttempted, ServiceRecorded
from registry.law.records import Adjustment, AnyFact, Standing
from registry.values.identifiers import ConditionRef, FactId, PartyRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import AdjustedElement, Condition, Party

_WITHOUT_TRACE: Final = (
    OrderAdjusted,
    OrderDeclared,
    OrderRegistered,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    ServiceAttempted,
    ServiceRecorded,
)


def retractable(fact: AnyFact) -> bool:
    """Say whether a fact can be taken back.

    What later facts rest on cannot: the issuance, the terms of a variation, a certificate that went abroad.
    Those are revoked, varied again, withdrawn or corrected, and so is a correction that replaced something.
    """
    event = fact.event
    return isinstance(event, _WITHOUT_TRACE) or (isinstance(event, OrderCorrected) and event.retracts)


def retracted(facts: Sequence[AnyFact]) -> frozenset[FactId]:
    """Give the facts that count for nothing. A retraction can itself be taken back, so the newest speaks first."""
    taken = set[FactId]()
    for fact in reversed(facts):
        event = fact.event
        if type(event) is OrderCorrected and event.retracts and fact.fact_id not in taken:
            taken.add(event.corrects)
    return frozenset(taken)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rectified:
    """What is known by now of data that was set right: for an answer as of an earlier time."""

    blocks: frozenset[SealedBlock] = frozenset()
    """Blocks that a correction replaced: what they say was wrong, and is shown to nobody any more."""
    withheld: Mapping[PartyRef, tuple[str, ...]] = field(default_factory=dict[PartyRef, tuple[str, ...]])
    """What the court has marked confidential by now, of each party."""


NOTHING_RECTIFIED: Final = Rectified()


def rectified(facts: Iterable[AnyFact]) -> Rectified:
    """Go through all facts of an order, also those recorded after the time that is asked about."""
    parties = dict[PartyRef, Party[SealedBlock]]()
    replaced = set[SealedBlock]()
    for fact in facts:
        match fact.event:
            case OrderIssued(details=details):
                parties |= {party.party_ref: party for party in details.parties}
            case OrderVaried(added_parties=added):
                parties |= {party.party_ref: party for party in added}
            case OrderCorrected(parties=corrections):
                for correction in corrections:
                    former = parties.get(correction.party_ref, correction)
                    replaced |= set(_blocks(former)) - set(_blocks(merged := _merged(former, correction)))
                    parties[correction.party_ref] = merged
            case _:
                continue
    return Rectified(blocks=frozenset(replaced), withheld={ref: party.withheld for ref, party in parties.items()})


def as_may_be_shown(standing: Standing, known_by_now: Rectified) -> Standing:
    """Give an order as known then, with what is confidential by now withheld."""
    withheld = known_by_now.withheld
    if not withheld:
        return standing
    parties = tuple(
        replace(party, withheld=tuple(sorted({*party.withheld, *withheld.get(party.party_ref, ())})))
        for party in standing.details.parties
    )
    return replace(standing, details=replace(standing.details, parties=parties))


def _blocks(party: Party[SealedBlock]) -> tuple[SealedBlock, ...]:
    return tuple(block for block in (party.identity, party.address, party.contact) if block is not None)


def whose(order: Standing, command: object) -> Jurisdiction:
    """Say in which jurisdiction a command that names no place is given: where the order was made.

    But a fact is taken back where it was done: a court that registered, declared, suspended or ended an order of
    another jurisdiction answers for that itself, and nobody else says that it did not happen. What took a fact back
    is taken back where that fact would be.
    """
    home = order.details.court.jurisdiction
    if not (isinstance(command, CorrectOrder) and command.retracts):
        return home
    found = {fact.fact_id: fact.event for fact in order.history}
    event = found.get(command.corrects)
    while isinstance(event, OrderCorrected):
        event = found.get(event.corrects) if event.retracts else None
    match event:
        case OrderRevoked():
            return event.revoked_in
        case OrderSuspended():
            return event.suspended_in or home
        case OrderReinstated():
            return event.reinstated_in or home
        case OrderDeclared():
            return event.declared_in
        case OrderRegistered():
            return event.registered_in
        case OrderAdjusted():
            return event.adjusted_in
        case _:
            return home


def still_adjusted(
    adjustments: tuple[Adjustment, ...],
    before: Sequence[Condition[SealedBlock]],
    after: Sequence[Condition[SealedBlock]],
) -> tuple[Adjustment, ...]:
    """Leave of earlier adjustments what conditions set right still bear: an element that was corrected is as corrected.

    The State that adjusted it did so on a record that was wrong; it may adjust what stands there now.
    """
    old, new = ({condition.condition_ref: condition for condition in each} for each in (before, after))
    changed = {ref: (old[ref], new[ref]) for ref in old.keys() & new.keys() if old[ref] != new[ref]}
    left = (
        replace(each, elements=tuple(filter(_says, (_left(element, changed) for element in each.elements))))
        for each in adjustments
    )
    return tuple(each for each in left if each.elements)


def _says(element: AdjustedElement[SealedBlock]) -> bool:
    return (element.metres, element.place, element.text) != (None, None, None)


def _left(
    element: AdjustedElement[SealedBlock],
    changed: Mapping[ConditionRef, tuple[Condition[SealedBlock], Condition[SealedBlock]]],
) -> AdjustedElement[SealedBlock]:
    if element.condition_ref not in changed:
        return element
    old, new = changed[element.condition_ref]
    return replace(
        element,
        metres=element.metres if old.metres == new.metres else None,
        place=element.place if old.place is new.place else None,
        text=element.text if old.text == new.text else None,
    )


def corrected_parties(
    parties: tuple[Party[SealedBlock], ...], corrections: tuple[Party[SealedBlock], ...]
) -> tuple[Party[SealedBlock], ...]:
    """Replace the blocks of parties that are named again; a party not yet there is left to `OrderVaried`."""
    by_ref = {party.party_ref: party for party in corrections}
    return tuple(_merged(party, by_ref.get(party.party_ref)) for party in parties)


def _merged(party: Party[SealedBlock], correction: Party[SealedBlock] | None) -> Party[SealedBlock]:
    if correction is None:
        return party
    return replace(
        party,
        identity=correction.identity or party.identity,
        address=correction.address or party.address,
        contact=correction.contact or party.contact,
        withheld=tuple(sorted({*party.withheld, *correction.withheld})),
    )
