"""Words of parties of several orders: that two of them are one person, why that is so, and why it is not.

A party belongs to one order. That two parties are one person is said by somebody, on a basis, and may
be taken back; no person has a reference of their own.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from registry.values.identifiers import LinkRef, OrderRef, PartyRef


class LinkBasis(StrEnum):
    """By what two parties are known to be one person."""

    SAME_COURT_RECORD = "SAME_COURT_RECORD"
    IDENTITY_DOCUMENT = "IDENTITY_DOCUMENT"
    COURT_FINDING = "COURT_FINDING"
    FINGERPRINT = "FINGERPRINT"
    STATED_BY_COURT = "STATED_BY_COURT"


class UnlinkReason(StrEnum):
    """Why it is taken back that two parties are one person."""

    DIFFERENT_PERSONS = "DIFFERENT_PERSONS"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    BASIS_FELL_AWAY = "BASIS_FELL_AWAY"
    COURT_FINDING = "COURT_FINDING"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyOfOrder:
    """A party, and the order that it is a party of."""

    order_ref: OrderRef
    party_ref: PartyRef


def link_ref(one: PartyOfOrder, other: PartyOfOrder, basis: LinkBasis) -> LinkRef:
    """Give the reference of what is said: the same for the same two parties and basis, whichever comes first.

    So what is said twice is one saying, and what rests on two bases is two, each taken back by itself. The
    parties' references are random, so it is as unguessable as they are.
    """
    first, second = sorted((side.order_ref.bytes + side.party_ref.bytes) for side in (one, other))
    digest = sha256(b"po-link/v1|" + first + second + basis.value.encode()).digest()
    return LinkRef(UUID(bytes=digest[:16]))
