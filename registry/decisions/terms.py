"""What an order and its terms must be to be entered at all, whatever the law says of them later."""

from collections.abc import Sequence
from typing import Final

from registry.decisions.moments import happened, plausible
from registry.errors import Refused
from registry.law.jurisdictions import is_known
from registry.values.identifiers import SealedBlock
from registry.values.issuance import ConditionKind, OrderKind, PartyRole
from registry.values.order import OrderDetails
from registry.values.parties import Condition, Party
from registry.values.time import Instant

FARTHEST: Final = 1_000_000
"""Metres; no order keeps anyone farther away."""


def check_order(details: OrderDetails[SealedBlock], now: Instant) -> None:
    """Refuse an order that could not be one. Raises `Refused` with the field that is to blame."""
    if not is_known(details.court.jurisdiction):
        raise Refused("jurisdiction-unknown", field="/court/jurisdiction")
    happened(details.issued, now, "/issued")
    plausible(details.valid_from, "/valid_from")
    plausible(details.expiry.at, "/expiry/at")
    start, ends = details.valid_from or details.issued, details.expiry.ends()
    if ends is not None and ends <= start.begins():
        raise Refused("expiry-before-start", field="/expiry/at")
    if (details.kind is OrderKind.IMPORTED_MEASURE) != (details.origin is not None):
        raise Refused("adopted-measure-and-origin-go-together", field="/origin")
    _check_parties(details.parties)
    check_conditions(details.conditions, details.parties)


def _check_parties(parties: Sequence[Party[SealedBlock]]) -> None:
    refs = [party.party_ref for party in parties]
    if len(refs) != len(set(refs)):
        raise Refused("party-twice", field="/parties")
    if not any(party.role is PartyRole.RESPONDENT for party in parties):
        raise Refused("no-respondent", field="/parties")


def check_conditions(conditions: Sequence[Condition[SealedBlock]], parties: Sequence[Party[SealedBlock]]) -> None:
    """Refuse terms that protect nobody of the order, come twice, or say nothing."""
    refs = [condition.condition_ref for condition in conditions]
    if len(refs) != len(set(refs)):
        raise Refused("condition-twice", field="/conditions")
    protected = {party.party_ref for party in parties if party.role is PartyRole.PROTECTED}
    for number, condition in enumerate(conditions):
        field = f"/conditions/{number}"
        if not set(condition.protects) <= protected:
            raise Refused("protects-a-stranger", field=f"{field}/protects")
        if condition.kind is ConditionKind.OTHER_TEXT and condition.text is None:
            raise Refused("text-missing", field=f"{field}/text")
        if condition.metres is not None and not 0 < condition.metres <= FARTHEST:
            raise Refused("distance-implausible", field=f"{field}/metres")
        plausible(condition.begins, f"{field}/begins")
        plausible(condition.ends, f"{field}/ends")
