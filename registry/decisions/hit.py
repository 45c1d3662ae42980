"""Decide hit confirmation: asked, asked again once the time ran out, answered by one of those asked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from registry.commands.hit import AnswerHitConfirmation, AskHitConfirmation, AskHitConfirmationAgain, HitCommand
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.hit import HitConfirmationAnswered, HitConfirmationAsked, HitEvent
from registry.law.deadlines import hit_confirmation_basis, hit_confirmation_due
from registry.law.jurisdictions import is_known
from registry.law.standing import Standing
from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import InstitutionId
from registry.values.time import DAY, Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A hit confirmation as its facts have it. `asked` is the newest request."""

    asked: HitConfirmationAsked
    due: Instant
    recipients: tuple[InstitutionId, ...]
    """Who was asked, each once, in order."""
    since: tuple[Instant, ...]
    """When each of them was asked first."""
    answered: HitConfirmationAnswered | None = None

    @property
    def closed(self) -> bool:
        """Say whether it was answered with yes or no; more time is no answer yet."""
        return self.answered is not None and self.answered.answer is not HitAnswer.MORE_TIME


def decide(
    command: HitCommand, hit: Hit | None, *, now: Instant, order: Standing | None = None
) -> tuple[HitEvent, ...]:
    """Answer the command with facts, or raise `Refused`. `order` is needed to ask, and only its being there."""
    if isinstance(command, AskHitConfirmation):
        return _ask(command, hit, order, now)
    if hit is None:
        raise NotFound("no-such-hit")
    match command:
        case AskHitConfirmationAgain():
            return _again(command, hit, now)
        case AnswerHitConfirmation():
            return _answer(command, hit, now)
        case _:
            assert_never(command)


def _ask(
    command: AskHitConfirmation, hit: Hit | None, order: Standing | None, now: Instant
) -> tuple[HitConfirmationAsked, ...]:
    """Take it whatever the order's status: that it does not stand is what the answer may say."""
    if hit is not None:
        return ()
    if order is None:
        raise NotFound("no-such-order")
    if not is_known(command.jurisdiction):
        raise Refused("jurisdiction-unknown", field="/jurisdiction")
    _of_another(command.recipient, command.by)
    urgent = command.urgency is Urgency.URGENT
    return (
        HitConfirmationAsked(
            hit_ref=command.hit_ref,
            order_ref=command.order_ref,
            check_ref=command.check_ref,
            jurisdiction=command.jurisdiction,
            urgency=command.urgency,
            request=1,
            asked_by=command.by,
            recipient=command.recipient,
            due=hit_confirmation_due(now, urgent=urgent),
            basis=hit_confirmation_basis(urgent=urgent),
        ),
    )


def _of_another(confirms: InstitutionId, asked_by: InstitutionId) -> None:
    """Refuse a confirmation by whoever asks for it: it would be worth nothing, and read as worth an arrest."""
    if confirms == asked_by:
        raise Refused("hit-confirmed-by-asker")


def _again(command: AskHitConfirmationAgain, hit: Hit, now: Instant) -> tuple[HitConfirmationAsked, ...]:
    if hit.closed or now <= hit.due:
        return ()
    _of_another(command.recipient, hit.asked.asked_by)
    due = hit_confirmation_due(now, urgent=hit.asked.urgency is Urgency.URGENT)
    return (replace(hit.asked, request=hit.asked.request + 1, recipient=command.recipient, due=due),)


def _answer(command: AnswerHitConfirmation, hit: Hit, now: Instant) -> tuple[HitConfirmationAnswered, ...]:
    """Take it from any of those asked, late as well: the officer may still be waiting."""
    if command.by not in hit.recipients:
        raise NotFound("no-such-hit")
    _of_another(command.by, hit.asked.asked_by)
    if hit.closed and hit.answered is not None:
        if hit.answered.answer is command.answer and hit.answered.answered_by == command.by:
            return ()
        raise Conflict("hit-answered")
    asked = hit.since[hit.recipients.index(command.by)]
    if command.until is not None and not now < command.until <= asked + DAY:
        # Counted from when this one was first asked: more time, said over and over, would put off the others for ever.
        raise Refused("more-time-than-a-day", field="/until")
    return (
        HitConfirmationAnswered(
            hit_ref=hit.asked.hit_ref,
            order_ref=hit.asked.order_ref,
            answer=command.answer,
            answered_by=command.by,
            until=command.until,
            recipients=hit.recipients,
        ),
    )


def evolve(hit: Hit | None, fact: Fact[AnyEvent]) -> Hit | None:
    """Give the hit after the fact; None for a stream that is of another noun."""
    event = fact.event
    if isinstance(event, HitConfirmationAsked):
        recipients, since = (hit.recipients, hit.since) if hit else ((), ())
        if event.recipient not in recipients:
            recipients, since = (*recipients, event.recipient), (*since, fact.recorded_at)
        return Hit(asked=event, due=event.due, recipients=recipients, since=since)
    if hit is None:
        return None
    if isinstance(event, HitConfirmationAnswered):
        return replace(hit, answered=event, due=event.until or hit.due)
    return hit


def fold(facts: Iterable[Fact[AnyEvent]]) -> Hit | None:
    """Give the hit that facts of one stream make."""
    hit: Hit | None = None
    for fact in facts:
        hit = evolve(hit, fact)
    return hit
