"""Harassment across borders: which jurisdictions have a claim to act on a breach, and on which test.

Several at once is normal: the conduct took place in one, content was received in another, and the protected
person stays in a third. None of the claims excludes another; who acts is for the authorities to settle.
The tests are those of the instruments named with each; none was read in full, and every answer says so.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.law.citation import Citation
from registry.law.crosswalk import BREAKS
from registry.law.jurisdictions import law_area
from registry.law.standing import Terms
from registry.values.identifiers import ConditionRef
from registry.values.issuance import Channel, ConditionKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.violation import BreachKind, Conduct


class Nexus(StrEnum):
    """On what a jurisdiction rests its claim."""

    CONDUCT_TOOK_PLACE_THERE = "CONDUCT_TOOK_PLACE_THERE"
    EFFECT_FELT_THERE = "EFFECT_FELT_THERE"
    CONTENT_RECEIVED_THERE = "CONTENT_RECEIVED_THERE"
    PROTECTED_PERSON_STAYS_THERE = "PROTECTED_PERSON_STAYS_THERE"
    REPEATED_CONDUCT_AIMED_AT_RESIDENTS = "REPEATED_CONDUCT_AIMED_AT_RESIDENTS"


_BASIS: Final[dict[Nexus, Citation]] = {
    Nexus.CONDUCT_TOOK_PLACE_THERE: Citation(
        instrument="Istanbul Convention", provision="Art 44(1)(a)", verified=False
    ),
    Nexus.EFFECT_FELT_THERE: Citation(
        instrument="Directive (EU) 2024/1385", provision="Art 12, effects in the territory", verified=False
    ),
    Nexus.CONTENT_RECEIVED_THERE: Citation(
        instrument="Directive (EU) 2024/1385", provision="Art 12, access from the territory", verified=False
    ),
    Nexus.PROTECTED_PERSON_STAYS_THERE: Citation(
        instrument="Istanbul Convention", provision="Art 44(2)", verified=False
    ),
    Nexus.REPEATED_CONDUCT_AIMED_AT_RESIDENTS: Citation(
        instrument="18 USC 2261A and State stalking laws", provision="course of conduct", verified=False
    ),
}
_REPEATED: Final = 2
"""Acts from which conduct is repeated: a course of conduct is two or more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimToAct:
    """A jurisdiction's claim to act, on one test."""

    jurisdiction: Jurisdiction
    test: Nexus
    basis: Citation


def claims_to_act(conduct: Conduct) -> tuple[ClaimToAct, ...]:
    """Give every claim to act there is, each once, by jurisdiction and then by test."""
    repeated = tuple({a for a in conduct.aimed_at if conduct.aimed_at.count(a) >= _REPEATED})
    found = {
        Nexus.CONDUCT_TOOK_PLACE_THERE: conduct.acted_in,
        Nexus.EFFECT_FELT_THERE: conduct.felt_in,
        Nexus.CONTENT_RECEIVED_THERE: conduct.received_in,
        Nexus.PROTECTED_PERSON_STAYS_THERE: (conduct.stays_in,) if conduct.stays_in else (),
        Nexus.REPEATED_CONDUCT_AIMED_AT_RESIDENTS: repeated,
    }
    claims = {(law_area(place), test) for test, places in found.items() for place in places}
    return tuple(ClaimToAct(jurisdiction=place, test=test, basis=_BASIS[test]) for place, test in sorted(claims))


_ONLINE_CONTACT: Final = frozenset({Channel.ANY, Channel.ELECTRONIC, Channel.SOCIAL})


def broken(terms: Terms, conduct: BreachKind) -> tuple[ConditionRef, ...]:
    """Give the conditions of a version of the terms that a kind of conduct can break.

    Contact online breaks a ban of contact that names no way, any way, or a way online; a ban of calls alone it
    does not break.
    """
    kinds = BREAKS[conduct]
    return tuple(
        condition.condition_ref
        for condition in terms.conditions
        if condition.kind in kinds and _reaches(condition.kind, condition.channels, conduct)
    )


def _reaches(kind: ConditionKind, channels: tuple[Channel, ...], conduct: BreachKind) -> bool:
    if conduct is not BreachKind.CONTACT_ONLINE or kind is not ConditionKind.NO_CONTACT:
        return True
    return not channels or bool(_ONLINE_CONTACT.intersection(channels))
