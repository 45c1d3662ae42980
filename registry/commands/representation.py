"""Commands of representations: a court records that an organisation acts for a protected party, and that it ends."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.identifiers import InstitutionId, OrderRef, PartyRef
from registry.values.representation import Authorisation, Giver, RepresentationEnd, RepresentationRef
from registry.values.time import LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRepresentation:
    """Record that an organisation acts for one protected party of one order until a date."""

    representation_ref: RepresentationRef
    order_ref: OrderRef
    party_ref: PartyRef
    organisation: InstitutionId
    authorisation: Authorisation
    given_by: Giver
    until: LegalMoment
    ledger_id: str = ""
    """Which ledger's directory says what the organisation is; set at the command boundary."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndRepresentation:
    """End a representation before its time."""

    representation_ref: RepresentationRef
    reason: RepresentationEnd


RepresentationCommand: TypeAlias = RecordRepresentation | EndRepresentation
