"""Decide institutions: the directory is founded once; two persons change it; each keeps its keys and answers for facts.

The one stream of the directory holds all of it, so that what two persons agree rests on everything before it.
"""

from typing import Final

from registry.access.actors import Principal
from registry.access.roll import NOBODY, Roll
from registry.commands.institution import ConfirmFacts, DoubtFact, FoundDirectory, InstitutionCommand, OwnKeyCommand
from registry.decisions import institution_keys, proposal
from registry.decisions.institution_keys import Added
from registry.errors import Conflict, NotFound, Refused
from registry.events.institution import (
    DirectoryFounded,
    FactDoubted,
    FactsConfirmed,
    InstitutionEnrolled,
    InstitutionEvent,
)
from registry.values.account import NO_KEYS
from registry.values.identifiers import FactId
from registry.values.institution import Enrolled, KeyTerms
from registry.values.time import Instant

MAXIMUM_CONFIRMED: Final = 500
"""Facts that are confirmed at once."""


def decide(
    command: InstitutionCommand, roll: Roll | None, *, by: Principal, now: Instant, added: Added
) -> tuple[InstitutionEvent, ...]:
    """Answer the command with facts, or raise `Refused` kinds; an empty answer means that it holds already."""
    known = roll or NOBODY
    if isinstance(command, FoundDirectory):
        return _founded(command, known, now)
    if isinstance(command, DoubtFact):
        return _doubted(command, known)
    if isinstance(command, ConfirmFacts):
        return _confirmed(command, known, by, now)
    if isinstance(command, OwnKeyCommand):
        return institution_keys.decide(command, known, by=by, now=now, added=added)
    return proposal.decide(command, known, by=by, now=now, added=added)


def _founded(command: FoundDirectory, roll: Roll, now: Instant) -> tuple[InstitutionEvent, ...]:
    """Record the founding list where nothing of the directory is recorded yet, and never again."""
    if roll.version:
        raise Conflict("directory-founded")
    material = [key.material for each in command.institutions for key in each.keys]
    if len(set(material)) < len(material) or NO_KEYS & {key.kid for each in command.institutions for key in each.keys}:
        # A key that two institutions hold would be one hand for two persons.
        raise Conflict("key-in-use")
    enrolled = [_enrolled(each, now) for each in command.institutions]
    return (DirectoryFounded(digest=command.digest, institutions=len(enrolled)), *enrolled)


def _enrolled(each: Enrolled, now: Instant) -> InstitutionEnrolled:
    return InstitutionEnrolled(
        institution=each.institution,
        name=each.name,
        contact=each.contact,
        rights=each.rights,
        keys=tuple(KeyTerms(key=key, begins=now) for key in each.keys),
    )


def _doubted(command: DoubtFact, roll: Roll) -> tuple[FactDoubted, ...]:
    """Hold the institution to answer for a fact: once, and again if the key that confirmed it is in wrong hands too."""
    asked = command.fact_id in roll.doubted
    if asked and (command.fact_id not in roll.confirmed or roll.answered(command.fact_id)):
        return ()
    return (
        FactDoubted(
            institution=command.institution,
            key_id=command.key_id,
            fact_id=command.fact_id,
            order_ref=command.order_ref,
            due=command.due,
        ),
    )


def _confirmed(command: ConfirmFacts, roll: Roll, by: Principal, now: Instant) -> tuple[FactsConfirmed, ...]:
    """Take it from the institution itself, of facts that its keys in wrong hands recorded; others are not there."""
    institution_keys.signing_key(roll, by, now)
    if len(command.facts) > MAXIMUM_CONFIRMED:
        raise Refused("too-many", field="/facts")
    new: dict[FactId, None] = {}
    for fact_id in command.facts:
        doubted = roll.doubted.get(fact_id)
        if doubted is None or doubted.institution != by.institution:
            raise NotFound("no-such-fact-in-doubt", field="/facts")
        if not roll.answered(fact_id):
            new[fact_id] = None
    return (FactsConfirmed(institution=by.institution, facts=tuple(new)),) if new else ()
