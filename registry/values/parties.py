"""Parties, conditions and personal data, as commands carry them and facts keep them.

The type parameter says where a record stands: `Clear` before the command boundary, `SealedBlock`
after it. What reaches a decider, the ledger or a view is `Party[SealedBlock]`; the type checker
refuses anything else.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from registry.values.attributes import Attribute
from registry.values.identifiers import ConditionRef, PartyRef, SealedBlock, SubjectId
from registry.values.issuance import Channel, ConditionKind, PartyRole, PlaceFunction, Ternary
from registry.values.time import LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name as the document writes it; parts the document does not separate stay whole."""

    family: str
    given: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who a party is. `birth_date` is `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, as far as it is known."""

    name: Name
    other_names: tuple[Name, ...] = ()
    birth_date: str | None = None
    birth_place: str | None = None
    sex: str | None = None
    nationality: str | None = None
    documents: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a party lives. For a protected person it has a purpose of its own and stays on its side."""

    lines: tuple[str, ...]
    postcode: str | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactPlan:
    """How a protected person has agreed to be reached; without consent nothing is sent."""

    channel: str
    address: str
    consent: bool
    language: str = "en"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Free text or a human reference, such as a court's case number."""

    text: str


PersonalData = Identity | Address | ContactPlan | Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Clear:
    """Personal data not yet sealed: whose key shall seal it, and under what name."""

    subject: SubjectId
    name: str
    content: PersonalData = field(repr=False)


Block = TypeVar("Block", Clear, SealedBlock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Party(Generic[Block]):
    """One side of one order. The same person in two orders is two parties."""

    party_ref: PartyRef
    role: PartyRole
    child: Ternary = Ternary.UNKNOWN
    identity: Block | None = None
    address: Block | None = None
    contact: Block | None = None
    withheld: tuple[str, ...] = ()
    """Names of fields the court marked confidential, such as `address`: they go to nobody's answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition(Generic[Block]):
    """One thing the respondent must not do, must do, or may do, and for whose benefit."""

    condition_ref: ConditionRef
    kind: ConditionKind
    protects: tuple[PartyRef, ...] = ()
    """Whom it protects; empty means every protected person of the order."""
    channels: tuple[Channel, ...] = ()
    metres: int | None = None
    place: PlaceFunction | None = None
    power_of_arrest: Ternary = Ternary.UNKNOWN
    begins: LegalMoment | None = None
    ends: LegalMoment | None = None
    source_code: str | None = None
    """The code of the source it was mapped from, with its namespace: `PCO:05`, `606:ART3B`, `HMCTS:FL404A`."""
    text: Block | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustedElement(Generic[Block]):
    """Factual elements of a condition as a State addressed adjusted them; what is None stays as it is."""

    condition_ref: ConditionRef
    metres: int | None = None
    place: PlaceFunction | None = None
    text: Block | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document(Generic[Block]):
    """A source document: a sealed blob kept beside the ledger, and a salted commitment to it."""

    blob: UUID
    commitment: str
    media_type: str
    size: int
    name: Block | None = None
