"""Is this order enforceable here, at that instant, as known then? One pure function, in numbered steps.

    1 no record known                         NO_RECORD
    2 before it has force                     NOT_YET_IN_FORCE
    3 ended before its time                   REVOKED, DISCONTINUED
    4 over                                    EXPIRED
    5 suspended                               SUSPENDED
    6 no instrument carries it there          NOT_RECOGNISED
  7-9 what the instrument asks for is absent  NOT_RECOGNISED, RECOGNITION_PENDING, _REFUSED, _LAPSED
   10 a later order took its place            SUPERSEDED, for each person it shares
   11 notice is missing                       as the instrument says
   12 only some conditions, respondents or persons   PARTIAL
   13 another State's adopted measure         ENFORCEABLE_IMPORTED, judged on the measure itself
   14 otherwise                               ENFORCEABLE

Step 13 is asked first where the place has adopted a measure: its origin's end does not end it
(Directive 2011/99/EU Art 13(6)). The function is total: any facts, any place, any instants.
"""

from dataclasses import replace
from typing import Final

from registry.law import standing as standings
from registry.law.adjustments import ADJUSTED, fits
from registry.law.book import reaching
from registry.law.citation import Citation
from registry.law.dossier import Dossier
from registry.law.hit_policy import hit_duties, hit_way
from registry.law.instrument import Claim, Instrument, Judgment
from registry.law.jurisdictions import law_area
from registry.law.life import ended_with_its_procedure, life, procedure_instants
from registry.law.notified import TermsInForce, extension_untold, terms_in_force
from registry.law.pair import Judge, Other, earlier, folded, note_cross_orders, others, prevailing, superseded
from registry.law.periods import over
from registry.law.persons import condition_verdicts, merged, person_verdicts, shown, with_supersession
from registry.law.procedure import Procedure
from registry.law.scope import claim_of
from registry.law.standing import Standing
from registry.law.trace import Asked, Trace, make_asked
from registry.law.verdict import (
    DOCUMENT_MISSING,
    ENFORCEABLE_STATUSES,
    JURISDICTION_NOT_STATED,
    Step,
    Verdict,
    make_step,
    make_verdict,
)
from registry.values.check import EnforcementStatus
from registry.values.identifiers import PartyRef
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import DOCUMENT
from registry.values.time import END_OF_TIME, Instant

_SCOPE: Final = Citation(instrument="Instruments in force between the two jurisdictions", provision="none applies")
_OUT_OF_SCOPE: Final = Judgment(
    status=EnforcementStatus.NOT_RECOGNISED,
    reason="OUT_OF_SCOPE",
    basis=(_SCOPE,),
    duties=("PROPOSE_DOMESTIC_ORDER",),
)
_A_RECORD: Final = Step(question="Is there a record?", outcome="yes")
_RANK: Final = {
    status: rank
    for rank, status in enumerate(
        (
            EnforcementStatus.ENFORCEABLE,
            EnforcementStatus.ENFORCEABLE_IMPORTED,
            EnforcementStatus.ENFORCEABLE_ON_FACE,
            EnforcementStatus.PARTIAL,
            EnforcementStatus.NOTIFY_THEN_ENFORCE,
            EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE,
            EnforcementStatus.SUSPENDED,
            EnforcementStatus.RECOGNITION_PENDING,
            EnforcementStatus.RECOGNITION_LAPSED,
            EnforcementStatus.RECOGNITION_REFUSED,
            EnforcementStatus.REVOKED,
            EnforcementStatus.DISCONTINUED,
            EnforcementStatus.REPORT_ONLY,
            EnforcementStatus.NOT_RECOGNISED,
        )
    )
}


def enforceability(
    dossier: Dossier, jurisdiction: Jurisdiction, *, valid_at: Instant, known_at: Instant = END_OF_TIME
) -> Verdict:
    """Say whether an order is enforceable in a jurisdiction at `valid_at`, as known at `known_at`.

    Facts recorded after `known_at` do not count. Never raises; always a status, a reason and a basis.
    """
    standing = standings.fold(dossier.facts, known_at=known_at)
    if standing is None:
        return _NO_RECORD
    asked = make_asked(jurisdiction=jurisdiction, area=law_area(jurisdiction), at=valid_at, known_at=known_at)
    here = folded(dossier, asked) if dossier.recognitions else ()
    return (_adopted(standing, here, dossier, asked) if here else None) or _judged(standing, here, dossier, asked)


_NO_RECORD: Final = Verdict(
    status=EnforcementStatus.NO_RECORD,
    reason="NO_RECORD",
    order_ref=None,
    enforced_ref=None,
    instrument=None,
    terms=None,
    conditions=(),
    persons=(),
    notice=(),
    basis=(Citation(instrument="Registry", provision="no record known"),),
    duties=("ASK_FOR_THE_ORDER_ITSELF",),
    notes=(),
    effect_ends=None,
    next_change=None,
    steps=(Step(question="Is there a record?", outcome="no"),),
)
"""Step 1."""


def _adopted(standing: Standing, here: tuple[Procedure, ...], dossier: Dossier, asked: Asked) -> Verdict | None:
    """Step 13, asked first: judge the measure that this place adopted from the order, if it did.

    Of several, one that is enforceable counts, else the last one adopted: a first measure's end is not the second's.
    """
    granted = [p for p in here if p.adopted and p.granted is not None and p.granted.begins() <= asked.at]
    granted.sort(key=lambda p: p.granted.begins() if p.granted else asked.at, reverse=True)
    origin = replace(dossier, linked=(), pair=())
    found: list[Verdict] = []
    for procedure in granted:
        for measure in dossier.linked:
            adopted = standings.fold(measure.facts, known_at=asked.known_at)
            if adopted is not None and adopted.order_ref == procedure.adopted:
                # Judged on its own facts and never on a measure adopted from it in turn: kin may go round in circles.
                kin = replace(measure, linked=(origin,))
                found.append(_judged(adopted, folded(measure, asked), kin, asked))
                break
    if not found:
        return None
    verdict = next((each for each in found if each.status in ENFORCEABLE_STATUSES), found[0])
    step = Step(question="Has this place adopted a measure of its own?", outcome="yes: it is judged instead")
    turns = [each.next_change for each in found if each.next_change is not None]
    turns += [instant for instant in procedure_instants(here) if instant > asked.at]
    return replace(
        verdict, order_ref=standing.order_ref, steps=(step, *verdict.steps), next_change=min(turns, default=None)
    )


def _judged(standing: Standing, here: tuple[Procedure, ...], dossier: Dossier, asked: Asked) -> Verdict:
    """Steps 2 to 14 on the order's own facts and those of the pair."""
    trace, at = Trace(), asked.at
    trace.steps.append(_A_RECORD)
    if "jurisdiction" in standing.details.unread:
        trace.notes.append(JURISDICTION_NOT_STATED)
    if DOCUMENT in standing.details.unread:
        trace.notes.append(DOCUMENT_MISSING)
    ends = over(standing.expiry)
    alive = life(standing, ends, at, trace)
    if alive is None and standing.details.origin is not None:
        alive = ended_with_its_procedure(standing, dossier, asked, trace)
    claim = claim_of(standing, here, asked.area, at)
    instrument, judgment = _judgment(claim, trace)
    _keep_instants(standing, here, trace)
    hit = hit_way(claim.issued_in, asked.area)
    if hit.edges:
        trace.instants.extend(hit.edges)
    found = others(standing, dossier.pair, asked) if dossier.pair else ()
    if found:
        found = note_cross_orders(found, asked, trace, _on_its_own(asked))
    chosen = terms_in_force(standing, at, judgment.notice, earlier(found) if found else ())
    if standing.extensions and extension_untold(chosen, judgment.notice):
        trace.notes.append("EXTENSION_NOT_NOTIFIED")
    conditions = condition_verdicts(chosen, judgment, at, trace)
    base = alive or merged(judgment, chosen, conditions, trace)
    taken = superseded(claim, standing, found, asked=asked, trace=trace, judge=_on_its_own(asked)) if found else {}
    outcome = with_supersession(base, standing, taken, trace) if taken else base
    prevails = None
    if found and outcome[0] in ENFORCEABLE_STATUSES:
        version, judge = chosen.terms.version, _on_its_own(asked)
        prevails = prevailing(claim, standing, found, terms=version, asked=asked, trace=trace, judge=judge)
    status, reason, basis = outcome
    left: frozenset[PartyRef] | None = None
    if taken:
        left = frozenset(p.party_ref for p in standing.parties(PartyRole.PROTECTED)) - taken.keys()
    notes = judgment.notes
    if ADJUSTED in notes and not fits(standing, chosen.terms, asked.area, at):
        notes = tuple(note for note in notes if note != ADJUSTED)
    another = prevails is not None and prevails != standing.order_ref
    confirming = hit.always if status in ENFORCEABLE_STATUSES else ()
    if confirming is None:
        confirming = hit_duties(claim.issued_in, asked.area, at)
    return make_verdict(
        status=status,
        reason=reason,
        order_ref=standing.order_ref,
        enforced_ref=standing.order_ref,
        instrument=instrument.CODE if instrument is not None else None,
        terms=chosen.terms.version,
        conditions=shown(conditions, chosen, status, left),
        persons=person_verdicts(standing, chosen, conditions, base[0], taken),
        notice=chosen.notice,
        basis=basis,
        duties=_duties(status, judgment, chosen, another=another) + confirming,
        notes=(*trace.notes, *notes),
        effect_ends=_effect_ends(standing, ends, judgment),
        next_change=trace.next_change(at),
        steps=tuple(trace.steps),
        prevails=prevails,
    )


def _on_its_own(asked: Asked) -> Judge:
    """Judge another order of the pair without its own pair: what it is by itself, at an instant."""

    def judge(other: Other, at: Instant) -> Verdict:
        when = make_asked(jurisdiction=asked.jurisdiction, area=asked.area, at=at, known_at=asked.known_at)
        standing, dossier = other.standing, other.dossier
        here = folded(dossier, when) if dossier.recognitions else ()
        return (_adopted(standing, here, dossier, when) if here else None) or _judged(standing, here, dossier, when)

    return judge


def _keep_instants(standing: Standing, here: tuple[Procedure, ...], trace: Trace) -> None:
    """Keep the instants at which procedures, services and versions of the terms turn."""
    instants = trace.instants
    if here:
        instants.extend(procedure_instants(here))
    for service in standing.services:
        instants.append(service.at.begins() if service.at is not None else service.recorded_at)
    for attempt in standing.attempts:
        instants.append(attempt.at.begins())
    for terms in standing.terms:
        instants.append(terms.made.begins())


def _judgment(claim: Claim, trace: Trace) -> tuple[Instrument | None, Judgment]:
    """Steps 6 to 9: ask every instrument that reaches the claim; the one that carries it furthest counts."""
    best: tuple[Instrument, Judgment] | None = None
    for instrument in reaching(claim):
        judgment = instrument.judge(claim)
        trace.steps.append(_said(instrument.NAME, judgment.status, judgment.reason, judgment.basis[0]))
        trace.instants += judgment.changes
        if best is None or _order(judgment) < _order(best[1]):
            best = instrument, judgment
    if best is None:
        trace.step("Does any instrument carry it there?", "no", _SCOPE)
        return None, _OUT_OF_SCOPE
    return best


def _said(name: str, status: EnforcementStatus, reason: str, basis: Citation) -> Step:
    """Put what an instrument says into words; the words of one saying are made once."""
    known = _SAYINGS.get((name, status, reason))
    if known is None or known.basis is not basis:
        if len(_SAYINGS) >= _MAXIMUM_SAYINGS:
            _SAYINGS.clear()
        known = make_step(question=f"What does {name} say?", outcome=f"{status.value}: {reason}", basis=basis)
        _SAYINGS[name, status, reason] = known
    return known


_SAYINGS: Final[dict[tuple[str, EnforcementStatus, str], Step]] = {}
_MAXIMUM_SAYINGS: Final = 4096


def _order(judgment: Judgment) -> tuple[int, bool]:
    """Rank judgments: the one that carries an order furthest, and before it is out of time, another reason."""
    return _RANK.get(judgment.status, len(_RANK)), judgment.reason.startswith("OUT_OF_SCOPE")


def _duties(status: EnforcementStatus, judgment: Judgment, chosen: TermsInForce, *, another: bool) -> tuple[str, ...]:
    """What must be done besides: what the instrument says, and service where notice is missing."""
    if status not in ENFORCEABLE_STATUSES and status is judgment.status:
        return judgment.duties
    duties = judgment.duties if status in ENFORCEABLE_STATUSES else ()
    in_question = status in ENFORCEABLE_STATUSES or status is EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE
    if in_question and judgment.notice is not None and not chosen.all_notified:
        duties = (*duties, *judgment.notice.duties)
    return (*duties, "ENFORCE_THE_ORDER_THAT_PREVAILS") if another else duties


def _effect_ends(standing: Standing, ends: Instant | None, judgment: Judgment) -> Instant | None:
    """The earliest of: the order's own end, an end already decided, the end of the instrument's effect."""
    found = ends
    if standing.end is not None and (found is None or standing.end.at < found):
        found = standing.end.at
    if judgment.effect_ends is not None and (found is None or judgment.effect_ends < found):
        found = judgment.effect_ends
    return found
