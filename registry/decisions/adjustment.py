"""Decide an adjustment: the State addressed fits the factual elements of a measure to its ground (606/2013 Art 11)."""

from typing import Final

from registry.commands.issuance import AdjustOrder
from registry.decisions.life import alive
from registry.decisions.moments import happened, not_before
from registry.decisions.terms import FARTHEST
from registry.errors import Refused
from registry.events.issuance import IssuanceEvent, OrderAdjusted
from registry.law.adjustments import ADJUSTING
from registry.law.book import reaching
from registry.law.certificates import ARTICLE_3
from registry.law.instruments.eu_606_2013 import cite
from registry.law.jurisdictions import law_area
from registry.law.scope import claim_of
from registry.law.standing import Standing
from registry.values.identifiers import SealedBlock
from registry.values.issuance import CertificateForm
from registry.values.time import Instant

_NO_EFFECT: Final = "no-adjustment-there"


def adjust(command: AdjustOrder[SealedBlock], order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    """Adjust places and distances of conditions that the Regulation carries, and nothing of the substance (Art 12)."""
    happened(command.made, now, "/made")
    not_before(command.made, order.details.issued, "/made")
    alive(order)
    claim = claim_of(order, (), law_area(command.adjusted_in), now)
    if not any(instrument.CODE in ADJUSTING for instrument in reaching(claim)):
        raise Refused(_NO_EFFECT, field="/jurisdiction", cite=str(cite("Art 11(1)")))
    if not any(c.form is CertificateForm.ARTICLE_5 for c in order.certificates):
        raise Refused("certificate-missing", cite=str(cite("Art 4(2)(b)")))
    _check_elements(command, order)
    last = order.adjustments[-1] if order.adjustments else None
    said = (command.adjusted_in, command.made, command.elements)
    if last is not None and (last.jurisdiction, last.made, last.elements) == said:
        return ()
    return (
        OrderAdjusted(
            order_ref=command.order_ref,
            adjusted_in=command.adjusted_in,
            adjusted_by=command.adjusted_by,
            made=command.made,
            elements=command.elements,
        ),
    )


def _check_elements(command: AdjustOrder[SealedBlock], order: Standing) -> None:
    """Refuse what adjusts nothing, a condition that is not there, or one that does not travel."""
    refs = [element.condition_ref for element in command.elements]
    if not refs:
        raise Refused("nothing-to-adjust", field="/elements")
    if len(refs) != len(set(refs)):
        raise Refused("condition-twice", field="/elements")
    kinds = {condition.condition_ref: condition.kind for condition in order.terms[-1].conditions}
    for number, element in enumerate(command.elements):
        field = f"/elements/{number}"
        if element.condition_ref not in kinds:
            raise Refused("no-such-condition", field=f"{field}/condition_ref")
        if kinds[element.condition_ref] not in ARTICLE_3:
            raise Refused(_NO_EFFECT, field=field, cite=str(cite("Art 3(1)")))
        if element.metres is None and element.place is None and element.text is None:
            raise Refused("nothing-to-adjust", field=field)
        if element.metres is not None and not 0 < element.metres <= FARTHEST:
            raise Refused("distance-implausible", field=f"{field}/metres")
