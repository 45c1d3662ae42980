"""A standing in the making: the fold of an order's facts changes it in place and freezes it once, at the end."""

from dataclasses import fields
from typing import Any, cast

from registry.law.records import (
    Act,
    Adjustment,
    AnyFact,
    Attempt,
    Certificate,
    End,
    Extension,
    Pause,
    Service,
    Standing,
    Terms,
)
from registry.values.identifiers import FactId, OrderRef, SealedBlock, SubjectId
from registry.values.order import OrderDetails
from registry.values.time import Expiry, Instant


class Draft:
    """A standing in the making: the same fields, but they can be set."""

    __slots__ = (*(field.name for field in fields(Standing)),)

    order_ref: OrderRef
    details: OrderDetails[SealedBlock]
    recorded_at: Instant
    history: list[AnyFact]
    terms: tuple[Terms, ...]
    expiry: Expiry
    pauses: tuple[Pause, ...]
    end: End | None
    certificates: tuple[Certificate, ...]
    declarations: tuple[Act, ...]
    registrations: tuple[Act, ...]
    services: tuple[Service, ...]
    attempts: tuple[Attempt, ...]
    extensions: tuple[Extension, ...]
    adjustments: tuple[Adjustment, ...]
    retracted: frozenset[FactId]
    erased: frozenset[SubjectId]

    def frozen(self) -> Standing:
        """Give the standing, which this draft becomes: it is nobody's to change from here on.

        It has the slots of a standing and no others, so it takes its class instead of being copied (making.py says
        when the language allows that): a check folds an order for every answer.
        """
        made = cast("Any", self)
        made.history = tuple(self.history)
        made.__class__ = Standing
        return cast("Standing", made)


def thawed(standing: Standing) -> Draft:
    """Make a draft of a standing, to go on with."""
    draft = Draft()
    for name in Draft.__slots__:
        setattr(draft, name, getattr(standing, name))
    draft.history = list(standing.history)
    return draft
