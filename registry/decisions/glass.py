"""Decide break-glass: what opens an order in danger to life, who learns of it with the same fact, who reviews it.

What is refused is refused whatever the order is, so that a refusal says nothing of it. An institution is never refused
for what its other officers did: a life may hang on it; it only gets louder.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from registry.commands.glass import (
    AcknowledgeGlass,
    AlertGlassAgain,
    BreakGlass,
    GlassCommand,
    NoteReviewOverdue,
    ReviewGlass,
)
from registry.errors import Malformed, NotFound, NotPermitted, Refused
from registry.events.base import Actor, Fact
from registry.events.catalogue import AnyEvent
from registry.events.glass import (
    GlassAlertAcknowledged,
    GlassAlerted,
    GlassBroken,
    GlassEvent,
    GlassReviewed,
    GlassReviewOverdue,
)
from registry.values.glass import (
    GROUNDS,
    GROUNDS_OF_A_PLACE,
    REASONS,
    TERMS,
    GlassAlertReason,
    GlassTerms,
    ReviewVerdict,
    SealedStatement,
)
from registry.values.identifiers import AlertRef, InstitutionId, derived
from registry.values.time import Instant

URGENT = "registry rule: acknowledge a break-glass within 10 minutes, as an urgent hit confirmation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Glass:
    """One break-glass as its facts have it."""

    broken: GlassBroken
    by: Actor
    alerts: Mapping[AlertRef, GlassAlerted] = field(default_factory=dict[AlertRef, GlassAlerted])
    in_hand: frozenset[AlertRef] = frozenset()
    verdict: ReviewVerdict | None = None
    reviewers: tuple[Actor, ...] = ()
    overdue: bool = False
    """Whether it was said that nobody reviewed it in time."""

    def opens_for(self, institution: InstitutionId, officer: str | None, now: Instant) -> bool:
        """Say whether this officer may read the order under it now."""
        own = (self.by.institution, self.by.on_behalf_of) == (institution, officer)
        return own and now < self.broken.until and self.verdict is not ReviewVerdict.NOT_JUSTIFIED


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What an institution's earlier ones came to."""

    barred: bool = False
    """Whether the officer has one that was not justified, or that nobody reviewed in time."""
    waiting: int = 0
    """How many of the institution's wait for review."""
    of_officer: int = 0
    """How many of those are the officer's."""


def decide(
    command: GlassCommand,
    glass: Glass | None,
    *,
    now: Instant,
    order: bool = False,
    record: Record | None = None,
    terms: GlassTerms = TERMS,
) -> tuple[GlassEvent, ...]:
    """Give the facts that follow, or raise `Refused` and its kinds. `order`: whether the order is there."""
    if isinstance(command, BreakGlass):
        return _broken(command, glass, record or Record(), now, order=order, terms=terms)
    if glass is None:
        raise NotFound("no-such-break-glass")
    match command:
        case AcknowledgeGlass():
            return _acknowledged(command, glass)
        case ReviewGlass():
            return _reviewed(command, glass)
        case AlertGlassAgain():
            return _again(command, glass, now, terms)
        case NoteReviewOverdue():
            return _overdue(command, glass, now, terms)
        case _:
            assert_never(command)


def _broken(
    command: BreakGlass, glass: Glass | None, record: Record, now: Instant, *, order: bool, terms: GlassTerms
) -> tuple[GlassEvent, ...]:
    if command.person is None:
        raise Refused("person-needed")
    if command.ground not in GROUNDS:
        raise Refused("no-danger-to-life", field="/ground")
    if command.whereabouts and not (command.patrol and command.ground in GROUNDS_OF_A_PLACE):
        raise Refused("whereabouts-not-opened", field="/whereabouts")
    # One officer who goes through an order after another is stopped: a colleague can, where it is needed.
    if record.barred or record.of_officer >= terms.most_waiting:
        raise NotPermitted("break-glass-barred")
    if not isinstance(command.statement, SealedStatement):
        message = "a statement is sealed before it is decided on"
        raise TypeError(message)
    if not order:
        raise NotFound("no-such-order")
    if glass is not None:
        return ()
    waiting = record.waiting + 1
    broken = GlassBroken(
        glass_ref=command.glass_ref,
        order_ref=command.order_ref,
        jurisdiction=command.jurisdiction,
        ground=command.ground,
        whereabouts=command.whereabouts,
        commitment=command.statement.commitment,
        query=command.statement.query,
        until=Instant(now + terms.open_for),
        review_by=command.told.review_by,
        review_due=Instant(now + terms.reviewed_within),
        waiting=waiting,
    )
    louder = command.told.louder if waiting >= terms.louder_from else ()
    recipients = dict.fromkeys((*command.told.at_once, *louder, command.told.review_by))
    alerts = _alerts(broken, GlassAlertReason.BROKEN, recipients, Instant(now + terms.acknowledged_within))
    return (broken, *alerts)


def _alerts(
    broken: GlassBroken, reason: GlassAlertReason, recipients: Iterable[InstitutionId], due: Instant
) -> Iterator[GlassAlerted]:
    for recipient in recipients:
        yield GlassAlerted(
            glass_ref=broken.glass_ref,
            order_ref=broken.order_ref,
            alert_ref=AlertRef(derived(broken.glass_ref, f"alert/{reason.value}/{recipient}")),
            reason=reason,
            recipient=recipient,
            due=due,
            basis=URGENT,
        )


def _acknowledged(command: AcknowledgeGlass, glass: Glass) -> tuple[GlassEvent, ...]:
    own = [ref for ref, alert in glass.alerts.items() if alert.recipient == command.by]
    if not own:
        raise NotFound("no-such-break-glass")
    open_ = tuple(ref for ref in own if ref not in glass.in_hand)
    if not open_:
        return ()
    broken = glass.broken
    return (GlassAlertAcknowledged(glass_ref=broken.glass_ref, order_ref=broken.order_ref, alerts=open_),)


def _reviewed(command: ReviewGlass, glass: Glass) -> tuple[GlassEvent, ...]:
    """Take it from a person who is neither the officer nor, to change a verdict, whoever gave it.

    Once another institution has reviewed it, the officer's own says nothing more: it would lift its own officer's bar.
    """
    if command.reason not in REASONS[command.verdict]:
        raise Malformed("reason-of-another-verdict", field="/reason")
    if command.person is None:
        raise Refused("person-needed")
    if any(_same(command, actor) for actor in (glass.by, *glass.reviewers)):
        raise NotPermitted("second-person-needed")
    own = glass.by.institution
    if command.by == own and any(reviewer.institution != own for reviewer in glass.reviewers):
        raise NotPermitted("reviewed-by-another")
    if command.verdict is glass.verdict:
        return ()
    broken = glass.broken
    return (
        GlassReviewed(
            glass_ref=broken.glass_ref, order_ref=broken.order_ref, verdict=command.verdict, reason=command.reason
        ),
    )


def _same(command: ReviewGlass, actor: Actor) -> bool:
    """Say whether an actor may be the same person: by the reference, or by the key that spoke for both."""
    if command.by != actor.institution:
        return False
    return command.person == actor.on_behalf_of or command.key == actor.key_id


def _again(command: AlertGlassAgain, glass: Glass, now: Instant, terms: GlassTerms) -> tuple[GlassEvent, ...]:
    """Alert the first who was not alerted yet; with nobody left, or once it is in hand, nothing more is said."""
    lapsed = glass.alerts.get(command.lapsed)
    if lapsed is None or command.lapsed in glass.in_hand or now <= lapsed.due or glass.verdict is not None:
        return ()
    asked = {alert.recipient for alert in glass.alerts.values()}
    following = next((each for each in command.candidates if each not in asked), None)
    if following is None:
        return ()
    due = Instant(now + terms.acknowledged_within)
    return tuple(_alerts(glass.broken, GlassAlertReason.NOT_ACKNOWLEDGED, (following,), due))


def _overdue(command: NoteReviewOverdue, glass: Glass, now: Instant, terms: GlassTerms) -> tuple[GlassEvent, ...]:
    broken = glass.broken
    if glass.overdue or glass.verdict is not None or now < broken.review_due:
        return ()
    overdue = GlassReviewOverdue(glass_ref=broken.glass_ref, order_ref=broken.order_ref)
    due = Instant(now + terms.acknowledged_within)
    return (overdue, *_alerts(broken, GlassAlertReason.REVIEW_OVERDUE, dict.fromkeys(command.recipients), due))


def evolve(glass: Glass | None, fact: Fact[AnyEvent]) -> Glass | None:
    """Give the break-glass after the fact; None for a stream that is of another noun."""
    event = fact.event
    if isinstance(event, GlassBroken):
        return Glass(broken=event, by=fact.actor)
    if glass is None:
        return None
    match event:
        case GlassAlerted():
            return replace(glass, alerts={**glass.alerts, event.alert_ref: event})
        case GlassAlertAcknowledged():
            return replace(glass, in_hand=glass.in_hand | set(event.alerts))
        case GlassReviewed():
            return replace(glass, verdict=event.verdict, reviewers=(*glass.reviewers, fact.actor))
        case GlassReviewOverdue():
            return replace(glass, overdue=True)
        case _:
            return glass


def fold(facts: Iterable[Fact[AnyEvent]]) -> Glass | None:
    """Give the break-glass that facts of one stream make."""
    glass: Glass | None = None
    for fact in facts:
        glass = evolve(glass, fact)
    return glass
