"""Facts of institutions: founded, enrolled, given other rights, suspended, ended; their keys; what two persons agreed.

All stand in one stream, so that whoever walks it sees that no change of anybody's rights is missing. Nothing in
them is personal: an institution is no person, and persons are opaque references in the envelope.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef, Position, ProposalRef
from registry.values.institution import Change, KeyTerms, Rights, SuspensionReason
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectoryFounded:
    """The list that the ledger begins with was recorded; from here on nothing else says who is enrolled."""

    TOPIC: ClassVar[str] = "institution.founded.1"

    digest: str
    """SHA-256 of the founding file's bytes, in hexadecimal."""
    institutions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class InstitutionEnrolled:
    """An institution may take part, with these rights and by these keys."""

    TOPIC: ClassVar[str] = "institution.enrolled.1"

    institution: InstitutionId
    name: str
    contact: str
    rights: Rights
    keys: tuple[KeyTerms, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InstitutionRightsChanged:
    """An institution has these rights from now on, this name and this contact."""

    TOPIC: ClassVar[str] = "institution.rights_changed.1"

    institution: InstitutionId
    name: str
    contact: str
    rights: Rights
    widened: bool
    """There is something in them that was not there before."""
    narrowed: bool
    """Something that was there before is not in them any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstitutionSuspended:
    """None of its keys signs in until it is reinstated."""

    TOPIC: ClassVar[str] = "institution.suspended.1"

    institution: InstitutionId
    reason: SuspensionReason
    lapses: Instant | None = None
    """When it is over by itself, because one person alone said it and no second one has confirmed it yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstitutionReinstated:
    """Its keys sign in again."""

    TOPIC: ClassVar[str] = "institution.reinstated.1"

    institution: InstitutionId
    withdrawn: bool = False
    """Whoever suspended it alone in an emergency took that back; no second person was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstitutionEnded:
    """It takes part no more. Its name is never given to another."""

    TOPIC: ClassVar[str] = "institution.ended.1"

    institution: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyAdded:
    """An institution signs by a further key."""

    TOPIC: ClassVar[str] = "institution.key_added.1"

    institution: InstitutionId
    terms: KeyTerms
    beside: KeyId | None = None
    """The own key with which the institution itself added it; None where two persons did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRetired:
    """A key signs no more from an instant on. What it signed before is as good as ever."""

    TOPIC: ClassVar[str] = "institution.key_retired.1"

    institution: InstitutionId
    key_id: KeyId
    at: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyCompromised:
    """A key is in wrong hands: it signs no more, and what was recorded with it from a position on is in doubt."""

    TOPIC: ClassVar[str] = "institution.key_compromised.1"

    institution: InstitutionId
    key_id: KeyId
    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeProposed:
    """One person proposed a change; nothing follows from it until another one has confirmed it."""

    TOPIC: ClassVar[str] = "institution.change_proposed.1"

    proposal_ref: ProposalRef
    change: Change
    against: int
    """The version of the stream that the institution's rights were last set by; 0 for one that is not enrolled."""
    digest: str
    expires: Instant
    emergency: bool = False
    """The change counts already, until `expires`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeConfirmed:
    """A second person confirmed a change, by its digest; the facts that follow are the change."""

    TOPIC: ClassVar[str] = "institution.change_confirmed.1"

    proposal_ref: ProposalRef
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeWithdrawn:
    """A proposal is off the table."""

    TOPIC: ClassVar[str] = "institution.change_withdrawn.1"

    proposal_ref: ProposalRef


@dataclass(frozen=True, kw_only=True, slots=True)
class FactDoubted:
    """A fact of an order was recorded with a key in wrong hands; its institution has to say whether it stands."""

    TOPIC: ClassVar[str] = "institution.fact_doubted.1"

    institution: InstitutionId
    key_id: KeyId
    fact_id: FactId
    order_ref: OrderRef
    due: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class FactsConfirmed:
    """The institution says that it recorded these facts itself: they are in doubt no more."""

    TOPIC: ClassVar[str] = "institution.facts_confirmed.1"

    institution: InstitutionId
    facts: tuple[FactId, ...]


InstitutionEvent: TypeAlias = (
    DirectoryFounded
    | InstitutionEnrolled
    | InstitutionRightsChanged
    | InstitutionSuspended
    | InstitutionReinstated
    | InstitutionEnded
    | KeyAdded
    | KeyRetired
    | KeyCompromised
    | ChangeProposed
    | ChangeConfirmed
    | ChangeWithdrawn
    | FactDoubted
    | FactsConfirmed
)
