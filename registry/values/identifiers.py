"""Identifiers: 128 random bits each, never a name, a time or a sequence (decision: ids).

Every identifier is a `uuid.UUID` used as a plain 128-bit container. Where more than one
identifier is needed from one source of randomness, `derived` gives further ones, so that
deciding a command twice gives the same facts.
"""

from hashlib import sha256
from typing import NewType
from uuid import UUID

StreamId = NewType("StreamId", UUID)
FactId = NewType("FactId", UUID)
OrderRef = NewType("OrderRef", UUID)
PartyRef = NewType("PartyRef", UUID)
ConditionRef = NewType("ConditionRef", UUID)
CertificateRef = NewType("CertificateRef", UUID)
RecognitionRef = NewType("RecognitionRef", UUID)
NoticeRef = NewType("NoticeRef", UUID)
ViolationRef = NewType("ViolationRef", UUID)
AlertRef = NewType("AlertRef", UUID)
MessageRef = NewType("MessageRef", UUID)
LinkRef = NewType("LinkRef", UUID)
DutyRef = NewType("DutyRef", UUID)
HitRef = NewType("HitRef", UUID)
DisclosureRef = NewType("DisclosureRef", UUID)
CardRef = NewType("CardRef", UUID)
ListRef = NewType("ListRef", UUID)
DocumentRef = NewType("DocumentRef", UUID)
ProposalRef = NewType("ProposalRef", UUID)
ClaimId = NewType("ClaimId", UUID)
SubjectId = NewType("SubjectId", UUID)
"""Whose key seals a block: a party (`PartyRef`) or, for what belongs to no one party, the order."""

InstitutionId = NewType("InstitutionId", str)
"""Name of an enrolled institution, such as `fr-tj-lille`: lower-case letters, digits, hyphens."""

KeyId = NewType("KeyId", str)
Position = NewType("Position", int)
"""Place of a fact in the ledger: strictly increasing, not dense."""

SealedBlock = NewType("SealedBlock", str)
"""Base64url text of a sealed block (vault/block.py). The only form in which a fact holds personal data."""


def derived(seed: UUID, purpose: str) -> UUID:
    """Give a further identifier from a random one; the same for the same seed and purpose.

    The result is a one-way function of 128 random bits, so it is as unguessable as its seed.
    """
    digest = sha256(b"po-id/v1|" + seed.bytes + b"|" + purpose.encode()).digest()
    return UUID(bytes=digest[:16])
