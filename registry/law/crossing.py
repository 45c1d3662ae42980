"""Two orders of the same persons: is one the other's duplicate, do they contradict, are they against one another?

Pure, and the same whichever is asked about first. What it finds is shown to a court before it enters an order; nothing
follows from it by itself: a court may have reasons for a second order, and decides.

Orders cross while both have force, now or later. One that was revoked, is over, or ends before the other begins
conflicts with nothing. A suspended one may come back and counts. The case number alone is the same at all times.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from registry.law.citation import Citation
from registry.law.standing import Standing
from registry.values.crossing import Crossing, CrossingReason
from registry.values.identifiers import PartyRef
from registry.values.issuance import ConditionKind, EndReason, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.order import OrderDetails
from registry.values.parties import Condition, Party
from registry.values.time import Expiry, Instant, LegalMoment

Same = Collection[tuple[PartyRef, PartyRef]]
"""Who is whom: a party of the one order and one of the other who are the same person."""
_FORBIDS_CONTACT: Final = frozenset({ConditionKind.NO_CONTACT, ConditionKind.NO_ENCOUNTER, ConditionKind.MIN_DISTANCE})
_ALLOWS_CONTACT: Final = frozenset({ConditionKind.EXCEPTION_VISITATION})
_GIVES_HOME: Final = frozenset({ConditionKind.EXCLUSIVE_RESIDENCE, ConditionKind.LEAVE_HOME})
_GIVES_CUSTODY: Final = frozenset({ConditionKind.TEMP_CUSTODY})
_REGISTRY_RULE: Final = Citation(instrument="Registry rule", provision="orders of the same persons are shown")
_CREDIT: Final = Citation(instrument="18 USC 2265", provision="(c)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sketch:
    """An order as far as another can cross it. Has force from `begins` on and before `ends`; None: no end is known."""

    jurisdiction: Jurisdiction
    kind: OrderKind
    roles: dict[PartyRef, PartyRole]
    conditions: tuple[Condition[Any], ...]
    begins: Instant
    ends: Instant | None

    def has(self, kinds: Collection[ConditionKind], protects: PartyRef, window: "Window") -> bool:
        """Say whether a condition of these kinds is for somebody's benefit at some time of a window."""
        return any(
            each.kind in kinds
            and (not each.protects or protects in each.protects)
            and window.meets(
                each.begins.begins() if each.begins else self.begins, each.ends.ends() if each.ends else self.ends
            )
            for each in self.conditions
        )


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which both orders have force."""

    begins: Instant
    ends: Instant | None

    def meets(self, begins: Instant, ends: Instant | None) -> bool:
        """Say whether a span has an instant in common with it."""
        first = max(self.begins, begins)
        return all(end is None or first < end for end in (self.ends, ends))


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """One way in which two orders cross: of whom, each as own and other party, and by what rule."""

    crossing: Crossing
    reason: CrossingReason
    parties: frozenset[tuple[PartyRef, PartyRef]]
    basis: Citation


def sketch(details: OrderDetails[Any]) -> Sketch:
    """Give what counts of an order as its court made it."""
    return _sketch(details, details.parties, details.conditions, details.valid_from or details.issued, details.expiry)


def sketch_of(standing: Standing) -> Sketch:
    """Give what counts of an order as it stands. Parties whose data was erased are nobody any more."""
    details = standing.details
    parties = tuple(each for each in details.parties if each.party_ref not in standing.erased)
    newest = standing.terms[-1].conditions
    found = _sketch(details, parties, newest, standing.valid_from(), standing.expiry)
    if standing.end is None:
        return found
    end = found.begins if standing.end.reason is EndReason.ENTERED_IN_ERROR else standing.end.at
    ends = end if found.ends is None else min(found.ends, end)
    return Sketch(
        jurisdiction=found.jurisdiction,
        kind=found.kind,
        roles=found.roles,
        conditions=newest,
        begins=found.begins,
        ends=ends,
    )


def _sketch(
    details: OrderDetails[Any],
    parties: tuple[Party[Any], ...],
    conditions: tuple[Condition[Any], ...],
    begins: LegalMoment,
    expiry: Expiry,
) -> Sketch:
    return Sketch(
        jurisdiction=details.court.jurisdiction,
        kind=details.kind,
        roles={each.party_ref: each.role for each in parties},
        conditions=conditions,
        begins=begins.begins(),
        ends=expiry.ends(),
    )


def crossings(own: Sketch, other: Sketch, same: Same, *, at: Instant, same_number: bool = False) -> tuple[Crossed, ...]:
    """Say how two orders cross from an instant on; nothing for strangers.

    Both a respondent and a protected person have to be shared: one person alone may have orders with many others.
    """
    found = [_crossed(CrossingReason.SAME_CASE_NUMBER, same, own, other)] if same_number else []
    window = Window(max(own.begins, other.begins, at), None)
    if not (window.meets(own.begins, own.ends) and window.meets(other.begins, other.ends)):
        return tuple(found)
    ends = [each.ends for each in (own, other) if each.ends is not None]
    window = Window(window.begins, min(ends, default=None))
    found += [_crossed(reason, pairs, own, other) for reason, pairs in _between(own, other, same, window)]
    return tuple(found)


def _between(own: Sketch, other: Sketch, same: Same, window: Window) -> Iterator[tuple[CrossingReason, Same]]:
    respondents, protected = (_in(own, other, same, role, role) for role in (PartyRole.RESPONDENT, PartyRole.PROTECTED))
    if respondents and protected:
        if own.kind is other.kind:
            yield CrossingReason.SAME_PARTIES_AND_KIND, (*respondents, *protected)
        against = [pair for pair in protected if _contradicts(own, other, pair, window)]
        if against:
            yield CrossingReason.CONTACT_ALLOWED_AND_FORBIDDEN, (*respondents, *against)
    bound = _in(own, other, same, PartyRole.RESPONDENT, PartyRole.PROTECTED)
    kept = _in(own, other, same, PartyRole.PROTECTED, PartyRole.RESPONDENT)
    if bound and kept:
        yield CrossingReason.ROLES_EXCHANGED, (*bound, *kept)
        both = _both(own, other, bound, kept, window)
        if both(_GIVES_HOME):
            yield CrossingReason.RESIDENCE_TO_BOTH, (*bound, *kept)
        if both(_GIVES_CUSTODY):
            yield CrossingReason.CUSTODY_TO_BOTH, (*bound, *kept)


def _in(own: Sketch, other: Sketch, same: Same, mine: PartyRole, theirs: PartyRole) -> list[tuple[PartyRef, PartyRef]]:
    return sorted(pair for pair in same if own.roles.get(pair[0]) is mine and other.roles.get(pair[1]) is theirs)


def _contradicts(own: Sketch, other: Sketch, pair: tuple[PartyRef, PartyRef], window: Window) -> bool:
    """Say whether one allows the contact with a person that the other forbids, and does not allow itself."""
    mine, theirs = ((own, pair[0]), (other, pair[1]))
    return any(
        one.has(_ALLOWS_CONTACT, whom, window)
        and another.has(_FORBIDS_CONTACT, whose, window)
        and not another.has(_ALLOWS_CONTACT, whose, window)
        for (one, whom), (another, whose) in ((mine, theirs), (theirs, mine))
    )


def _both(
    own: Sketch, other: Sketch, bound: Same, kept: Same, window: Window
) -> Callable[[Collection[ConditionKind]], bool]:
    """Give the question whether each of the two is given the same thing, in the order that protects them."""
    return lambda kinds: (
        any(own.has(kinds, mine, window) for mine, _ in kept)
        and any(other.has(kinds, theirs, window) for _, theirs in bound)
    )


_CROSSING: Final = {
    CrossingReason.SAME_CASE_NUMBER: Crossing.DUPLICATE,
    CrossingReason.SAME_PARTIES_AND_KIND: Crossing.DUPLICATE,
    CrossingReason.CONTACT_ALLOWED_AND_FORBIDDEN: Crossing.CONFLICTING,
    CrossingReason.RESIDENCE_TO_BOTH: Crossing.CONFLICTING,
    CrossingReason.CUSTODY_TO_BOTH: Crossing.CONFLICTING,
    CrossingReason.ROLES_EXCHANGED: Crossing.MUTUAL,
}


def _crossed(reason: CrossingReason, pairs: Same, own: Sketch, other: Sketch) -> Crossed:
    credit = reason is CrossingReason.ROLES_EXCHANGED and "US" in {
        country_of(own.jurisdiction),
        country_of(other.jurisdiction),
    }
    return Crossed(
        crossing=_CROSSING[reason],
        reason=reason,
        parties=frozenset(pairs),
        basis=_CREDIT if credit else _REGISTRY_RULE,
    )
