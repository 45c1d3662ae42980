"""Decide delays of looks: asked by one person, set when another agrees, over by itself, lifted by anybody of them."""

from dataclasses import dataclass, replace

from registry.commands.look import DelayLooks, LiftLookDelay, LookCommand
from registry.errors import Conflict, NotFound, NotPermitted, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.look import LookDelayAsked, LookDelayLifted, LookDelaySet, LookEvent
from registry.law.look_delays import delay_rule
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Delay:
    """How the delays of one institution's looks at one order stand."""

    asked_by: str | None = None
    """The person whose request waits for a second; None where none waits."""
    until: Instant | None = None
    """Until when looks are held back; None where none are, or no more."""
    times: int = 0
    """How often it was set."""

    def holds_back(self, now: Instant) -> bool:
        """Say whether looks are not told yet."""
        return self.until is not None and now < self.until


def decide(command: LookCommand, delay: Delay | None, *, now: Instant) -> tuple[LookEvent, ...]:
    """Give the facts that follow, or raise `Refused` and its kinds."""
    found = delay or Delay()
    if isinstance(command, LiftLookDelay):
        return _lift(command, found, now)
    return _delay(command, found, now)


def _lift(command: LiftLookDelay, delay: Delay, now: Instant) -> tuple[LookEvent, ...]:
    if not delay.holds_back(now) and delay.asked_by is None:
        raise NotFound("no-such-delay")
    return (LookDelayLifted(order_ref=command.order_ref, institution=command.by, reason=command.reason),)


def _delay(command: DelayLooks, delay: Delay, now: Instant) -> tuple[LookEvent, ...]:
    rule = delay_rule(command.jurisdiction)
    if rule is None:
        raise Refused("no-delay-rule", field="/jurisdiction")
    if command.person is None:
        raise Refused("person-needed")
    if delay.holds_back(now):
        raise Conflict("looks-delayed-already")
    if delay.times >= rule.times:
        raise Refused("delayed-too-often", cite=str(rule.basis))
    if delay.asked_by is None:
        return (
            LookDelayAsked(
                order_ref=command.order_ref,
                institution=command.by,
                jurisdiction=command.jurisdiction,
                reason=command.reason,
            ),
        )
    if delay.asked_by == command.person:
        raise NotPermitted("second-person-needed")
    return (
        LookDelaySet(
            order_ref=command.order_ref,
            institution=command.by,
            jurisdiction=command.jurisdiction,
            reason=command.reason,
            until=rule.until(now),
            basis=str(rule.basis),
            verified=rule.basis.verified,
        ),
    )


def evolve(delay: Delay | None, fact: Fact[AnyEvent]) -> Delay | None:
    """Give the delay after the fact; unchanged for a fact of another noun."""
    found, event = delay or Delay(), fact.event
    if isinstance(event, LookDelayAsked):
        return replace(found, asked_by=fact.actor.on_behalf_of)
    if isinstance(event, LookDelaySet):
        return Delay(until=event.until, times=found.times + 1)
    if isinstance(event, LookDelayLifted):
        return Delay(times=found.times)
    return delay
