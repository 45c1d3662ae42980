"""Refuse what would give an order further life: one that a court has ended, and one in which somebody was erased."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from registry.errors import Conflict
from registry.events.issuance import IssuanceEvent
from registry.law.erasable import effect_end
from registry.law.standing import Standing, fold
from registry.values.identifiers import FactId
from registry.values.time import Instant

_SUPPOSED: Final = FactId(UUID(int=0))


def alive(order: Standing) -> None:
    """Refuse to change an order that a court has ended; an expired one may still be set right or extended late.

    One in which somebody was erased was over for everybody when it was: whoever it should protect again needs
    a new order, which says whom.
    """
    if order.erased:
        raise Conflict("order-erased")
    if order.end is not None:
        raise Conflict("order-ended")


def stays_over(order: Standing, corrections: tuple[IssuanceEvent, ...], now: Instant) -> tuple[IssuanceEvent, ...]:
    """Give back corrections of an order, if none makes one in which somebody was erased end later than it did."""
    if order.erased:
        before = effect_end(order)
        for event in corrections:
            supposed = replace(order.history[0], fact_id=_SUPPOSED, recorded_at=now, event=event)
            if _later(fold((*order.history, supposed)), before):
                raise Conflict("order-erased")
    return corrections


def _later(order: Standing | None, before: Instant | None) -> bool:
    after = None if order is None else effect_end(order)
    return before is not None and (after is None or after > before)
