"""Facts of representations: who acts for which protected party of an order, and until when. No name is in them."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import InstitutionId, OrderRef, PartyRef
from registry.values.representation import Authorisation, Giver, RepresentationEnd, RepresentationRef
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class RepresentationRecorded:
    """A court recorded that an organisation acts for a protected party, by that party's own authorisation."""

    TOPIC: ClassVar[str] = "representation.recorded.1"

    representation_ref: RepresentationRef
    order_ref: OrderRef
    party_ref: PartyRef
    organisation: InstitutionId
    authorisation: Authorisation
    until: Instant
    """From here on it is over by itself."""
    basis: str
    verified: bool
    """Whether the text of the basis was read."""
    given_by: Giver | None = None
    """Whose authorisation it is; None in facts from before this was asked, which open nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RepresentationEnded:
    """A court ended it before its time."""

    TOPIC: ClassVar[str] = "representation.ended.1"

    representation_ref: RepresentationRef
    order_ref: OrderRef
    reason: RepresentationEnd


RepresentationEvent: TypeAlias = RepresentationRecorded | RepresentationEnded
