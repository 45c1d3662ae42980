"""Several orders of one pair: which later order took this one's place, for whom, and which one prevails.

What took place once stays: an order that was superseded does not come back when the later one ends (the
superseded order is revoked by the statute); that the later one has ended is noted for the officer. But it is over
where the notice that the later one rested on proves to have been none: a letter that came back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from registry.law import procedure as procedures
from registry.law import standing as standings
from registry.law.book import ranking, superseding
from registry.law.citation import Citation
from registry.law.dossier import Dossier, PairedOrder
from registry.law.instrument import Claim
from registry.law.jurisdictions import law_area
from registry.law.links import counting
from registry.law.notified import Earlier, lasting, service_instant
from registry.law.persons import Superseded
from registry.law.scope import claim_of
from registry.law.standing import Standing
from registry.law.trace import Asked, Trace
from registry.law.verdict import ENFORCEABLE_STATUSES, Verdict
from registry.values.check import EnforcementStatus
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.issuance import PERMISSIONS, EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, LegalMoment

_AT_ONCE = ENFORCEABLE_STATUSES - {EnforcementStatus.NOTIFY_THEN_ENFORCE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Other:
    """Another order of the pair, as known then."""

    standing: Standing
    dossier: Dossier
    protected: Mapping[PartyRef, PartyRef]
    """This order's protected persons to the other order's."""
    respondents: Mapping[PartyRef, PartyRef]
    cross: bool = False
    """It protects whom this order binds, and binds whom this order protects."""


Judge = Callable[[Other, Instant], Verdict]
"""Judges another order on its own facts at an instant, at the same place and as known at the same time."""
CROSS_ORDER = "CROSS_ORDER_IN_FORCE"
"""A note: another order, in force here, binds somebody whom this one protects, in the respondent's favour."""


def others(standing: Standing, pair: tuple[PairedOrder, ...], asked: Asked) -> tuple[Other, ...]:
    """Give the other orders of the same persons on the same sides, or on each other's, as known then."""
    found = (_other(standing, each, asked) for each in pair)
    return tuple(other for other in found if other is not None)


def _other(standing: Standing, paired: PairedOrder, asked: Asked) -> Other | None:
    links = counting(paired.shared, asked.known_at)
    if not links:
        return None
    other = standings.fold(paired.order.facts, known_at=asked.known_at)
    if other is None or other.order_ref == standing.order_ref:
        return None
    dossier = paired.order if not paired.order.pair else replace(paired.order, pair=())
    respondents = _of_role(links, standing, other, PartyRole.RESPONDENT)
    protected = _of_role(links, standing, other, PartyRole.PROTECTED)
    if protected and len(respondents) == len(standing.parties(PartyRole.RESPONDENT)):
        return Other(standing=other, dossier=dossier, protected=protected, respondents=respondents)
    if _crosses(links, standing, other) and _crosses({b: a for a, b in links.items()}, other, standing):
        return Other(standing=other, dossier=dossier, protected={}, respondents={}, cross=True)
    return None


def _crosses(links: Mapping[PartyRef, PartyRef], own: Standing, other: Standing) -> bool:
    """Say whether somebody whom the one protects is bound by the other."""
    bound = {party.party_ref for party in other.parties(PartyRole.RESPONDENT)}
    return any(links.get(party.party_ref) in bound for party in own.parties(PartyRole.PROTECTED))


def note_cross_orders(found: tuple[Other, ...], asked: Asked, trace: Trace, judge: Judge) -> tuple[Other, ...]:
    """Note that an order against the protected person in the respondent's favour is in force; give the others."""
    for other in found:
        if other.cross:
            verdict = judge(other, asked.at)
            if verdict.next_change is not None:
                trace.instants.append(verdict.next_change)
            if verdict.status in ENFORCEABLE_STATUSES and CROSS_ORDER not in trace.notes:
                trace.notes.append(CROSS_ORDER)
    return tuple(other for other in found if not other.cross)


def _of_role(
    links: Mapping[PartyRef, PartyRef], own: Standing, other: Standing, role: PartyRole
) -> dict[PartyRef, PartyRef]:
    theirs = {party.party_ref for party in other.parties(role)}
    mine = (party.party_ref for party in own.parties(role))
    return {ref: links[ref] for ref in mine if ref in links and links[ref] in theirs}


def earlier(found: tuple[Other, ...]) -> tuple[Earlier, ...]:
    """Give what the question of notice needs of the other orders."""
    return tuple(Earlier(standing=each.standing, respondents=each.respondents) for each in found)


def superseded(
    claim: Claim, standing: Standing, found: tuple[Other, ...], *, asked: Asked, trace: Trace, judge: Judge
) -> dict[PartyRef, Superseded]:
    """Say for whom a later order took this one's place by the instant asked about."""
    taken: dict[PartyRef, Superseded] = {}
    for other in found:
        if not _made_later(standing, other.standing):
            continue
        # Notice by a letter that has come back since was none: nobody's place was ever taken on it.
        notified = replace(other, standing=_with_sound_notice(other.standing, asked.at))
        turns = _turns(other.standing, asked.area)
        trace.instants.extend(turns)
        for instant in sorted({i for i in turns if i <= asked.at}):
            basis = _takes_place(claim, other, instant, asked)
            if basis is None:
                continue
            verdict = judge(notified, instant)
            if verdict.status not in _AT_ONCE or verdict.terms is None:
                continue
            _take(taken, other, Superseded(by=other.standing.order_ref, since=instant, basis=basis), verdict.terms)
        if any(later.by == other.standing.order_ref for later in taken.values()):
            _note_if_ended(other.standing, asked.at, trace)
    return taken


def _with_sound_notice(standing: Standing, at: Instant) -> Standing:
    services = lasting(standing.services, at)
    return standing if len(services) == len(standing.services) else replace(standing, services=services)


def _take(taken: dict[PartyRef, Superseded], other: Other, later: Superseded, terms: int) -> None:
    """Take the place for those whom the terms then in force protect, unless it was taken before."""
    added = {ref: version.version for version in other.standing.terms for ref in version.added}
    for own, theirs in other.protected.items():
        if added.get(theirs, 1) <= terms and (own not in taken or later.since < taken[own].since):
            taken[own] = later


def _made_later(own: Standing, other: Standing) -> bool:
    """Say whether the other was made after this one; of two made on one day without an hour it cannot be told."""
    if other.end is not None and other.end.reason is EndReason.ENTERED_IN_ERROR:
        return False
    return _made(own).precedes(_made(other))


def _made(standing: Standing) -> LegalMoment:
    """Say when an order was made; a New Zealand order counts as made when it is first registered (98Y(2))."""
    if standing.registrations and law_area(standing.details.court.jurisdiction) == "NZ":
        return min((act.made for act in standing.registrations), key=LegalMoment.begins)
    return standing.details.issued


def _turns(standing: Standing, area: Jurisdiction) -> list[Instant]:
    """Give the instants from which an order may take another's place in an area: it is enforceable, and the law is."""
    conditions = [condition for terms in standing.terms for condition in terms.conditions]
    return [
        *(edge for instrument in superseding() for edge in instrument.supersedes_from(area)),
        standing.valid_from().begins(),
        *(condition.begins.begins() for condition in conditions if condition.begins is not None),
        *(extension.made.begins() for extension in standing.extensions),
        *(terms.made.begins() for terms in standing.terms),
        *(service_instant(service) for service in standing.services),
        *(act.made.begins() for act in (*standing.declarations, *standing.registrations)),
        *(pause.ends for pause in standing.pauses if pause.ends is not None),
    ]


def _takes_place(claim: Claim, other: Other, instant: Instant, asked: Asked) -> Citation | None:
    later = claim_of(other.standing, (), asked.area, instant)
    for instrument in superseding():
        basis = instrument.supersedes(later, claim)
        if basis is not None:
            return basis
    return None


def _note_if_ended(other: Standing, at: Instant, trace: Trace) -> None:
    ends = other.expiry.ends()
    if (other.end is not None and other.end.at <= at) or (ends is not None and ends <= at):
        trace.notes.append("SUPERSEDING_ORDER_HAS_ENDED")


def prevailing(
    claim: Claim,
    standing: Standing,
    found: tuple[Other, ...],
    *,
    terms: int,
    asked: Asked,
    trace: Trace,
    judge: Judge,
) -> OrderRef | None:
    """Give the order of the pair that is enforced where the place ranks them; None where it does not."""
    ranks = [instrument for instrument in ranking() if instrument.ranks_in(asked.area)]
    if not ranks:
        return None
    claims, refs = [_with_kinds(claim, standing, terms)], [standing.order_ref]
    for other in found:
        verdict = judge(other, asked.at)
        if verdict.next_change is not None:
            trace.instants.append(verdict.next_change)
        if verdict.status in ENFORCEABLE_STATUSES and verdict.terms is not None:
            here = claim_of(other.standing, (), asked.area, asked.at)
            claims.append(_with_kinds(here, other.standing, verdict.terms))
            refs.append(other.standing.order_ref)
    for instrument in ranks:
        ranked = instrument.rank(claims)
        if ranked is not None:
            place, basis = ranked
            trace.step("Which of several orders is enforced?", "this one" if not place else "another", basis)
            return refs[place]
    return None


def _with_kinds(claim: Claim, standing: Standing, version: int) -> Claim:
    terms = next((terms for terms in standing.terms if terms.version == version), standing.terms[0])
    return replace(claim, kinds=frozenset(c.kind for c in terms.conditions if c.kind not in PERMISSIONS))


def folded(dossier: Dossier, asked: Asked) -> tuple[procedures.Procedure, ...]:
    """Give the procedures of an order in the area asked about, as known then."""
    known = [procedures.fold(stream, known_at=asked.known_at) for stream in dossier.recognitions]
    return tuple([p for p in known if p is not None and law_area(p.jurisdiction) == asked.area])
