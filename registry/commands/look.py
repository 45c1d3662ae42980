"""Commands of looks: delay what the protected person is told of an institution's looks, and lift the delay."""

from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from registry.values.identifiers import InstitutionId, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import DelayReason, LiftReason


@dataclass(frozen=True, kw_only=True, slots=True)
class DelayLooks:
    """Ask for a delay of an institution's own looks at an order, or agree to the one that a colleague asked for."""

    order_ref: OrderRef
    by: InstitutionId
    person: str | None
    """Opaque reference of who asks within the institution; without one nobody could be a second."""
    jurisdiction: Jurisdiction
    reason: DelayReason


@dataclass(frozen=True, kw_only=True, slots=True)
class LiftLookDelay:
    """End a delay: openness needs one person alone."""

    order_ref: OrderRef
    by: InstitutionId
    reason: LiftReason


LookCommand: TypeAlias = DelayLooks | LiftLookDelay


def delay_stream(order_ref: OrderRef, institution: InstitutionId) -> StreamId:
    """Give the stream of the delays of one institution's looks at one order."""
    return StreamId(UUID(bytes=sha256(f"po-look-delay/v1|{order_ref}|{institution}".encode()).digest()[:16]))
