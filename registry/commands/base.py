"""What travels with every command: who asks, why, and the randomness and claims it may use.

Time is not here: the writer gives `recorded_at` under its lock and hands it to `decide` as `now`.
"""

from dataclasses import dataclass
from uuid import UUID

from registry.events.base import Actor, Claim
from registry.values.identifiers import FactId
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The envelope of a command. `fact_id` seeds the ids of all facts that follow from it."""

    fact_id: FactId
    actor: Actor
    correlation: UUID
    causation: FactId | None = None
    effective_at: Instant | None = None
    claims: tuple[Claim, ...] = ()
    """Claims that the first fact takes: an idempotency key, a court's case number."""
    expected_version: int | None = None
    """The version the caller saw (`If-Match`); None where the caller need not have seen one."""
