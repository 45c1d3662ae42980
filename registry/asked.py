"""What comes with a command, and the envelopes that its events travel in."""

from dataclasses import dataclass

from registry.access.actors import Principal
from registry.boundary import Attachment, Idempotency
from registry.events.base import Actor, Claim
from registry.handing_in import HandedIn
from registry.ledger.port import AnyFact, Draft
from registry.receipts import fact_of_command
from registry.states import Outcome
from registry.values.identifiers import FactId


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What comes with a command: who asks, how it may be repeated, what it rests on."""

    principal: Principal
    idempotency: Idempotency | None = None
    expected_version: int | None = None
    causation: AnyFact | None = None
    attachment: Attachment | None = None
    handed_in: HandedIn | None = None
    rehearsal: bool = False
    """Do everything but keep it: a dry run meets every rule that the real one would."""


def drafts_of(outcome: Outcome, fact_id: FactId, claims: tuple[Claim, ...], asked: Asked) -> list[Draft]:
    """Put the events into envelopes. The first one takes the claims; ids derive from the first."""
    principal, causation = asked.principal, asked.causation
    actor = Actor(institution=principal.institution, key_id=principal.key_id, on_behalf_of=principal.on_behalf_of)
    correlation = causation.correlation if causation else fact_id
    return [
        Draft(
            fact_id=fact_of_command(fact_id, number),
            actor=actor,
            correlation=correlation,
            causation=causation.fact_id if causation else None,
            claims=claims if number == 0 else (),
            event=event,
        )
        for number, event in enumerate(outcome.events)
    ]
