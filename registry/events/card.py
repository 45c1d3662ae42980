"""Facts of the card: a list was opened, a card was issued or withdrawn, a list was signed."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.card import CardForm, WithdrawalReason
from registry.values.identifiers import CardRef, ListRef, OrderRef, PartyRef, Position
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusListOpened:
    """A status list of a jurisdiction was begun."""

    TOPIC: ClassVar[str] = "statuslist.opened.1"

    list_ref: ListRef
    jurisdiction: Jurisdiction
    number: int
    entries: int
    seed: str
    """128 random bits in hexadecimal, from which decoys and noise follow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardIssued:
    """A card was made of an order as it stood, and given a place in a status list."""

    TOPIC: ClassVar[str] = "card.issued.1"

    card_ref: CardRef
    order_ref: OrderRef
    list_ref: ListRef
    index: int
    """Place in the status list: random, and never one that tells how many cards there are."""
    digest: str
    """SHA-256 of the card's COSE bytes, in hexadecimal. The card holds a salt, so that nothing is told by it."""
    kid: str
    """Id of the key that signed it, in hexadecimal."""
    form: CardForm
    order_version: int
    """Version of the order's stream that the card was made from."""
    terms: int
    issued: Instant
    """A whole second."""
    expires: Instant
    respondent: PartyRef | None = None
    """Whom a full card names; None on a pointer card."""
    states: tuple[Jurisdiction, ...] = ()
    """The recognising States that the card names, at the protected person's wish."""
    replaces: CardRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CardWithdrawn:
    """A card no longer stands for its order; the order itself is untouched."""

    TOPIC: ClassVar[str] = "card.withdrawn.1"

    card_ref: CardRef
    order_ref: OrderRef
    reason: WithdrawalReason


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusListIssued:
    """A status list was signed as it stood at an instant."""

    TOPIC: ClassVar[str] = "statuslist.issued.1"

    list_ref: ListRef
    upto: Position
    """The facts up to this position are what the list says."""
    issued: Instant
    """A whole second: the instant that the list is of."""
    content: str
    """SHA-256 of the packed list, in hexadecimal; folding the same facts for the same instant gives it again."""
    cwt: str
    """SHA-256 of the signed CWT, in hexadecimal."""
    jwt: str
    """SHA-256 of the signed JWT, in hexadecimal."""


CardEvent: TypeAlias = StatusListOpened | CardIssued | CardWithdrawn | StatusListIssued
