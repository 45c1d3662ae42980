"""Commands of disclosure: ask whether something may be told of an order."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.disclosure import Audience, Disclosed
from registry.values.identifiers import DisclosureRef, OrderRef
from registry.values.jurisdiction import Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class AskDisclosure:
    """Ask whether these things may be told to this audience, before anybody tells them."""

    disclosure_ref: DisclosureRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    """Where it would be told."""
    to: Audience
    of: tuple[Disclosed, ...]
    needed_to_enforce: tuple[Disclosed, ...] = ()
    """What the respondent must know to obey or be held to the measure; the asking institution answers for it."""


DisclosureCommand: TypeAlias = AskDisclosure
