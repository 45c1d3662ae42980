"""Facts of looking: an institution was shown data of an order in another way than by a check. Kept for ever."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.glass import GlassRef
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import DelayReason, FieldClass, LiftReason, LookGround, LookPurpose
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyShown:
    """Of which party something was opened, and what kinds of field."""

    party_ref: PartyRef
    classes: tuple[FieldClass, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookTaken:
    """An institution read of an order, and this is what kind of thing it was shown (Directive (EU) 2016/680 Art 25).

    Who, by which key and for whom stands in the fact's envelope. There is no value in it, and no name.
    """

    TOPIC: ClassVar[str] = "look.taken.1"

    look_ref: str
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    """Where the reader looked from."""
    purpose: LookPurpose
    ground: LookGround | None = None
    incident_stated: bool
    """Whether an incident was named; which one is in `query`."""
    commitment: str
    """HMAC-SHA256 of what is in `query` under a random salt that is inside it (base64url)."""
    query: SealedBlock
    """The incident and the pseudonym of the device, under the institution's audit key of the month."""
    classes: tuple[FieldClass, ...]
    """Every kind of field that was shown."""
    parties: tuple[PartyShown, ...]
    """Of whom something sealed was opened; empty where the answer named parties by reference alone."""
    given_at: Instant
    spooled: bool = False
    """True when the store was down and the look was kept in the local spool first."""
    glass_ref: GlassRef | None = None
    """The break-glass that it was read under, or that was reviewed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewGiven:
    """An institution had orders held against those registered before it entered them; also where none crossed them.

    That two persons have no order together is an answer about them too. Of each order that was shown there is a
    `LookTaken` besides, which its court is told of.
    """

    TOPIC: ClassVar[str] = "look.preview_given.1"

    look_ref: str
    jurisdiction: Jurisdiction
    """Where the reader looked from."""
    purpose: LookPurpose
    ground: LookGround | None = None
    incident_stated: bool
    """Whether an incident was named; which one is in `query`."""
    commitment: str
    """HMAC-SHA256 of what is in `query` under a random salt that is inside it (base64url)."""
    query: SealedBlock
    """Who was asked about, the incident and the pseudonym of the device, under the audit key of the month."""
    orders: int
    """How many orders were held against those registered."""
    shown: tuple[OrderRef, ...]
    """Every order that the answer names; empty where it names none."""
    given_at: Instant
    spooled: bool = False
    """True when the store was down and this was kept in the local spool first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LookDelayAsked:
    """A person of an institution asked that its looks at an order be told later; nothing is delayed yet."""

    TOPIC: ClassVar[str] = "look.delay_asked.1"

    order_ref: OrderRef
    institution: InstitutionId
    jurisdiction: Jurisdiction
    reason: DelayReason


@dataclass(frozen=True, kw_only=True, slots=True)
class LookDelaySet:
    """A second person of the institution agreed: its looks at the order are told from `until` on."""

    TOPIC: ClassVar[str] = "look.delay_set.1"

    order_ref: OrderRef
    institution: InstitutionId
    jurisdiction: Jurisdiction
    reason: DelayReason
    until: Instant
    basis: str
    verified: bool
    """Whether the text of the basis was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LookDelayLifted:
    """The delay ended before its time, and every look it held back is told."""

    TOPIC: ClassVar[str] = "look.delay_lifted.1"

    order_ref: OrderRef
    institution: InstitutionId
    reason: LiftReason


LookEvent: TypeAlias = LookTaken | PreviewGiven | LookDelayAsked | LookDelaySet | LookDelayLifted
