"""Decide officers: an institution says who its own are, and takes it back."""

from dataclasses import dataclass

from registry.commands.officer import EndOfficer, OfficerCommand
from registry.errors import NotFound
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.officer import OfficerEnded, OfficerEnrolled, OfficerEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """An officer as the facts have it."""

    enrolled: bool


def decide(command: OfficerCommand, officer: Officer | None) -> tuple[OfficerEvent, ...]:
    """Give the facts that follow, or raise `NotFound`. Enrolled anew, the last word replaces the one before."""
    if isinstance(command, EndOfficer):
        if officer is None or not officer.enrolled:
            raise NotFound("no-such-officer")
        return (OfficerEnded(institution=command.by, officer=command.officer),)
    if command.identity is not None:
        message = "who an officer is goes no further than the command boundary"
        raise TypeError(message)
    return (OfficerEnrolled(institution=command.by, officer=command.officer),)


def evolve(officer: Officer | None, fact: Fact[AnyEvent]) -> Officer | None:
    """Give the officer after the fact; unchanged for a fact of another noun."""
    if isinstance(fact.event, OfficerEnrolled | OfficerEnded):
        return Officer(enrolled=isinstance(fact.event, OfficerEnrolled))
    return officer
