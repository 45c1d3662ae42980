"""The envelope that every fact travels in, and the claims a fact may take.

`Fact` is what the ledger stores and everything downstream reads: who said what happened, when it
was recorded, when it is said to have taken effect, and what caused it.
"""

from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from registry.values.identifiers import ClaimId, FactId, InstitutionId, KeyId, StreamId
from registry.values.time import Instant


class Event(Protocol):
    """What happened. Each kind has a written topic, `noun.past_participle.schema`, that never changes."""

    TOPIC: ClassVar[str]


EventType_co = TypeVar("EventType_co", bound=Event, covariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Which institution speaks, with which of its keys, and for whom if not for itself."""

    institution: InstitutionId
    key_id: KeyId
    on_behalf_of: str | None = None
    """Opaque reference of the person or office within the institution; never a name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Something only one fact can hold, such as a court's case number or an idempotency key.

    `claim_id` is a keyed hash of what is claimed, so that the log shows nothing of it. `digest`
    is a keyed hash of the request that claimed it, to tell a repetition from a collision.
    """

    claim_id: ClaimId
    digest: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact(Generic[EventType_co]):
    """One recorded fact: the envelope and the event in it."""

    fact_id: FactId
    stream: StreamId
    version: int
    """1 for the first fact of a stream, then one more for each."""
    recorded_at: Instant
    """UTC microseconds, strictly increasing along the whole ledger; given by the writer."""
    effective_at: Instant | None = None
    """When the actor says it took effect; None: when it was recorded."""
    actor: Actor
    correlation: UUID
    causation: FactId | None = None
    claims: tuple[Claim, ...] = ()
    event: EventType_co
