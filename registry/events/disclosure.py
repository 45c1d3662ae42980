"""Facts of disclosure: somebody asked whether something may be told of an order, and was answered.

What may not be told is recorded like what may: a court can ask later who wanted to tell what, and why not.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.disclosure import Audience, Disclosed, DisclosureBar
from registry.values.identifiers import DisclosureRef, OrderRef
from registry.values.jurisdiction import Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class DisclosureAllowed:
    """Nothing stands in the way of telling this; that it was told is not said."""

    TOPIC: ClassVar[str] = "disclosure.allowed.1"

    disclosure_ref: DisclosureRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    to: Audience
    of: tuple[Disclosed, ...]
    needed_to_enforce: tuple[Disclosed, ...]
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DisclosureRefused:
    """This may not be told, none of it; `barred` is what stands in the way."""

    TOPIC: ClassVar[str] = "disclosure.refused.1"

    disclosure_ref: DisclosureRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    to: Audience
    of: tuple[Disclosed, ...]
    needed_to_enforce: tuple[Disclosed, ...]
    bar: DisclosureBar
    barred: tuple[Disclosed, ...]
    basis: str


DisclosureEvent: TypeAlias = DisclosureAllowed | DisclosureRefused
