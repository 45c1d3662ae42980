"""What was asked, kept so that the log shows nothing: a commitment, and the query under an audit key.

Whoever holds the opening can be shown that this was the query; whoever does not learns nothing, not
even that two queries were the same. An audit key belongs to an institution and a calendar month of its
place, so that the queries of a month can be destroyed when the time for which they are kept is over.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

from registry.values.identifiers import FactId, InstitutionId, SealedBlock, StreamId, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, moment_of
from registry.vault.block import OPENING_BYTES, Opened, Place, commitment_of, open_text, seal_opened
from registry.vault.keys import Entropy, KeyRing, WrappedKey
from registry.vault.sealing import opened

BLOCK_NAME: Final = "query"
"""The field of `AnswerGiven` that the block stands in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedQuery:
    """A query as a fact keeps it, and what must be saved with that fact (see vault/sealing.py, 1 to 4)."""

    commitment: str
    """HMAC-SHA256 of the query under the opening inside `query`, base64url."""
    query: SealedBlock
    opening: str = field(repr=False)
    """What opens the commitment, base64url: for whoever asked, and nobody else."""
    subject: SubjectId
    new_key: WrappedKey | None = None


def audit_month(at: Instant, zone: str) -> str:
    """Give the month of an instant in a zone, such as `2026-11`: the periods of the law run by the days of a place."""
    return f"{moment_of(at, zone):%Y-%m}"


def audit_subject(institution: InstitutionId, month: str) -> SubjectId:
    """Give the subject whose key seals an institution's queries of a month; the same each time, and no secret."""
    return SubjectId(UUID(bytes=sha256(f"po-audit/v2|{month}|{institution}".encode()).digest()[:16]))


def undated_subject(institution: InstitutionId) -> SubjectId:
    """Give the subject whose key sealed all of an institution's queries before keys were of months."""
    return SubjectId(UUID(bytes=sha256(b"po-audit/v1|" + institution.encode()).digest()[:16]))


def seal_query(
    query: bytes,
    *,
    institution: InstitutionId,
    ledger: str,
    stream: StreamId,
    fact_id: FactId,
    jurisdiction: Jurisdiction,
    zone: str,
    ring: KeyRing,
    now: Instant,
    entropy: Entropy,
) -> SealedQuery:
    """Commit to a query, given as canonical bytes, and seal it for one fact of the institution's stream.

    `zone` is that of the institution's place.

    Raises `KeyErased` where the audit key was destroyed, `Malformed` where the query is too long.
    """
    subject = audit_subject(institution, audit_month(now, zone))
    audit_key = ring.to_seal(subject, jurisdiction=jurisdiction, now=now, entropy=entropy)
    content = Opened(opening=entropy(OPENING_BYTES), content=query)
    place = Place(ledger=ledger, stream=stream, fact_id=fact_id, name=BLOCK_NAME)
    return SealedQuery(
        commitment=_text(commitment_of(content)),
        query=seal_opened(content, key=audit_key.key, place=place, entropy=entropy),
        opening=_text(content.opening),
        subject=subject,
        new_key=audit_key.unsaved,
    )


def reseal_query(
    query: SealedBlock,
    *,
    waited: WrappedKey,
    ledger: str,
    stream: StreamId,
    fact_id: FactId,
    ring: KeyRing,
    entropy: Entropy,
) -> SealedQuery:
    """Seal a query again for the same fact: `waited` was never saved and another key of its subject stands now.

    Query and opening stay as they are, and so does the commitment; a key that is made is of the same month. Raises
    `KeyErased` where either key was destroyed, `Tampered` where the block does not fit.
    """
    place = Place(ledger=ledger, stream=stream, fact_id=fact_id, name=BLOCK_NAME)
    content = open_text(query, key=ring.unsaved(waited), place=place)
    audit_key = ring.to_seal(waited.subject, jurisdiction=waited.jurisdiction, now=waited.created_at, entropy=entropy)
    return SealedQuery(
        commitment=_text(commitment_of(content)),
        query=seal_opened(content, key=audit_key.key, place=place, entropy=entropy),
        opening=_text(content.opening),
        subject=waited.subject,
        new_key=audit_key.unsaved,
    )


def open_query(
    query: SealedBlock, *, ledger: str, stream: StreamId, fact_id: FactId, ring: KeyRing
) -> tuple[bytes, str]:
    """Give the query's bytes and the commitment that they make, to hold against the fact's own."""
    place = Place(ledger=ledger, stream=stream, fact_id=fact_id, name=BLOCK_NAME)
    content = opened(query, place=place, ring=ring)
    return content.content, _text(commitment_of(content))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
