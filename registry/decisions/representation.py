"""Decide representations: recorded for a protected party alone, to an advocates' organisation alone, for a time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry.access.roll import Member
from registry.commands.representation import EndRepresentation, RecordRepresentation
from registry.errors import Conflict, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.representation import RepresentationEnded, RepresentationEvent, RepresentationRecorded
from registry.law.representation import RepresentationRule, representation_rule
from registry.law.standing import Standing
from registry.values.identifiers import PartyRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.representation import Giver, represents
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Representation:
    """A representation as the facts of its own stream have it."""

    recorded: RepresentationRecorded
    ended: bool = False

    def in_force(self, order: Standing | None, now: Instant) -> bool:
        """Say whether it stands at an instant, by its own facts and by the order's: a protected party, not erased.

        That the organisation was suspended or ended takes its row away (views/representation.py).
        """
        whom, stated = self.recorded.party_ref, self.recorded.given_by is not None
        protected = order is not None and whom in _protected(order) and SubjectId(whom) not in order.erased
        return protected and stated and not self.ended and now < self.recorded.until


def _protected(order: Standing) -> frozenset[PartyRef]:
    return frozenset(party.party_ref for party in order.details.parties if party.role is PartyRole.PROTECTED)


def decide_record(
    command: RecordRepresentation,
    *,
    order: Standing,
    organisation: Member | None,
    represented: bool,
    bound: bool,
    now: Instant,
) -> tuple[RepresentationEvent, ...]:
    """Give the fact that follows, or raise `Refused` and its kinds.

    `organisation`: as the directory has it, None where nobody is enrolled so; `represented`: whether it acts for this
    party already; `bound`: whether a respondent of the order is the same person.
    """
    _check_party(order, command.party_ref, bound=bound)
    _check_giver(order, command)
    if organisation is None or organisation.ended or organisation.suspended(now):
        raise Refused("no-such-institution", field="/organisation")
    if not represents(organisation.rights.roles):
        raise Refused("not-an-advocate", field="/organisation")
    rule = representation_rule(order.details.court.jurisdiction)
    until = _until(command, rule, now)
    if represented:
        raise Conflict("represented-already")
    return (
        RepresentationRecorded(
            representation_ref=command.representation_ref,
            order_ref=command.order_ref,
            party_ref=command.party_ref,
            organisation=command.organisation,
            authorisation=command.authorisation,
            given_by=command.given_by,
            until=until,
            basis=str(rule.basis),
            verified=rule.basis.verified,
        ),
    )


def _until(command: RecordRepresentation, rule: RepresentationRule, now: Instant) -> Instant:
    until = command.until.ends()
    if until <= now:
        raise Refused("representation-over", field="/until")
    if until > rule.latest(now):
        raise Refused("representation-too-long", field="/until", cite=str(rule.basis))
    return until


def _check_giver(order: Standing, command: RecordRepresentation) -> None:
    """Hold that another protected party is there to give it; who is bound by the order gives none, whoever's parent."""
    others = {each for each in _protected(order) if SubjectId(each) not in order.erased} - {command.party_ref}
    if command.given_by is Giver.PROTECTED_PARTY and not others:
        raise Refused("no-other-protected-party", field="/given_by")


def _check_party(order: Standing, whom: PartyRef, *, bound: bool) -> None:
    if whom not in {party.party_ref for party in order.details.parties}:
        raise Refused("no-such-party", field="/party_ref")
    if whom not in _protected(order) or bound:
        raise Refused("respondent-not-represented", field="/party_ref")
    if SubjectId(whom) in order.erased:
        raise Conflict("personal-data-erased")


def decide_end(
    command: EndRepresentation, representation: Representation, *, stands: bool
) -> tuple[RepresentationEvent, ...]:
    """Give the fact that follows, or raise `Conflict` where it is over already."""
    if not stands:
        raise Conflict("representation-ended")
    return (
        RepresentationEnded(
            representation_ref=command.representation_ref,
            order_ref=representation.recorded.order_ref,
            reason=command.reason,
        ),
    )


def evolve(representation: Representation | None, fact: Fact[AnyEvent]) -> Representation | None:
    """Give the representation after the fact; unchanged for a fact of another noun."""
    if isinstance(fact.event, RepresentationRecorded):
        return Representation(recorded=fact.event)
    if isinstance(fact.event, RepresentationEnded) and representation is not None:
        return replace(representation, ended=True)
    return representation


def fold(facts: Iterable[Fact[AnyEvent]]) -> Representation | None:
    """Fold the facts of a representation's stream."""
    found: Representation | None = None
    for fact in facts:
        found = evolve(found, fact)
    return found
