"""Directive 2011/99/EU, the European protection order: the executing State adopts a measure of its own.

Bound: every member State but Denmark and Ireland; the United Kingdom until its exit. The order itself
binds nobody in the executing State: the adopted national measure does, with its own dates and terms,
and it stands until the executing State ends it (Arts 9, 11, 13, 14). Grounds of refusal are one file
for each State (law/grounds).
"""

from functools import lru_cache
from typing import ClassVar, Final

from registry.law.bindings import DIRECTIVE_2011_99, Window, window
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.law.jurisdictions import law_area
from registry.law.procedure import Procedure, ProcedureState
from registry.law.refusals import ARTICLE_10, grounds_of
from registry.values.check import EnforcementStatus
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant

_ACT: Final = "Directive 2011/99/EU"


def cite(provision: str, *, verified: bool = True) -> Citation:
    """Cite a provision of the Directive."""
    return Citation(instrument=_ACT, provision=provision, verified=verified)


@lru_cache(maxsize=4096)
def _window(issued_in: Jurisdiction, sought_in: Jurisdiction) -> Window | None:
    return window(DIRECTIVE_2011_99, issued_in, sought_in)


class Directive201199:
    """By decision: recognition is the adoption of a national measure (Art 9(1))."""

    CODE: ClassVar[str] = "eu-2011-99"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach a European protection order, or a criminal measure, of one State that is or was bound in another."""
        fit = claim.kind is OrderKind.EUROPEAN_PROTECTION_ORDER or claim.nature is Nature.CRIMINAL
        return fit and _window(claim.issued_in, claim.sought_in) is not None

    def binds(self, claim: Claim, /) -> bool:
        """Say whether both States are bound at the instant of the claim."""
        bound = _window(claim.issued_in, claim.sought_in)
        return self.reaches(claim) and bound is not None and bound.open(claim.at)

    def judge(self, claim: Claim, /) -> Judgment:
        """Say how the procedure stands; that an adopted measure stands is judged on the measure itself."""
        bound = _window(claim.issued_in, claim.sought_in)
        turns = bound.turns if bound else ()
        if bound is None or not bound.open(claim.at):
            return _judgment(EnforcementStatus.NOT_RECOGNISED, "OUT_OF_SCOPE_TIME", "Art 21", turns, _DOMESTIC)
        asked = [p for p in claim.procedures if p.instrument == self.CODE and p.asked.begins() <= claim.at]
        if not asked:
            return _judgment(EnforcementStatus.NOT_RECOGNISED, "NOT_ASKED", "Art 9(1)", turns, _EMERGENCY)
        return _by_procedure(max(asked, key=lambda p: p.asked.begins()), claim, turns)

    def grounds(self, executing: Jurisdiction, /) -> frozenset[str]:
        """Open the grounds of Art 10(1), or those of the State's own law."""
        own = grounds_of(executing)
        return own.open if own is not None else ARTICLE_10


_DOMESTIC: Final = ("PROPOSE_DOMESTIC_ORDER",)
_TOLD_WHY: Final = ("INFORM_ISSUING_AUTHORITY", "INFORM_PROTECTED_PERSON_OF_REMEDIES", *_DOMESTIC)
_EMERGENCY: Final = ("USE_DOMESTIC_EMERGENCY_POWERS",)
_ADOPTED: Final = ("ASK_FOR_THE_ORDER_ITSELF", *_EMERGENCY)


@lru_cache(maxsize=64)
def _basis(article: str) -> tuple[Citation, ...]:
    """Cite an article; each is made once."""
    return (cite(article),)


def _judgment(
    status: EnforcementStatus, reason: str, article: str, turns: tuple[Instant, ...], duties: tuple[str, ...]
) -> Judgment:
    return make_judgment(status=status, reason=reason, basis=_basis(article), duties=duties, changes=turns)


def _refused(procedure: Procedure, turns: tuple[Instant, ...]) -> Judgment:
    """Say on what grounds it was refused, and whether the law of the State left a choice."""
    notes = tuple(f"GROUND_{ground.value}" for ground in procedure.grounds)
    basis, own = _basis("Art 10(1)"), grounds_of(law_area(procedure.jurisdiction))
    if own is not None and procedure.refused is not None:
        basis = (*basis, own.basis)
        bound = own.shall_refuse(procedure.refused.date).intersection(procedure.grounds)
        notes = (*notes, "REFUSAL_WAS_MANDATORY") if bound else notes
    status = EnforcementStatus.RECOGNITION_REFUSED
    return make_judgment(status=status, reason="REFUSED", basis=basis, duties=_TOLD_WHY, notes=notes, changes=turns)


def _by_procedure(procedure: Procedure, claim: Claim, turns: tuple[Instant, ...]) -> Judgment:
    match procedure.state_at(claim.at):
        case ProcedureState.REFUSED:
            return _refused(procedure, turns)
        case ProcedureState.DISCONTINUED:
            told = ("INFORM_ISSUING_AUTHORITY", "INFORM_PROTECTED_PERSON")
            return _judgment(EnforcementStatus.DISCONTINUED, "DISCONTINUED", "Art 14(1)", turns, told)
        case ProcedureState.GRANTED if procedure.adopted is not None:
            # A measure was adopted that is not known here, so nobody can say what it forbids.
            status, basis = EnforcementStatus.RECOGNITION_PENDING, _basis("Art 9(1)")
            reason, notes = "ADOPTED_MEASURE_NOT_KNOWN", ("ADOPTED_MEASURE_NOT_KNOWN",)
            return make_judgment(status=status, reason=reason, basis=basis, duties=_ADOPTED, notes=notes, changes=turns)
        case ProcedureState.GRANTED:
            # Recognised without a comparable national measure: breaches are reported all the same.
            report = ("REPORT_BREACH_ON_ANNEX_II",)
            return _judgment(EnforcementStatus.REPORT_ONLY, "NO_COMPARABLE_MEASURE", "Art 11(3)", turns, report)
        case _:
            return _judgment(EnforcementStatus.RECOGNITION_PENDING, "PENDING", "Art 9(1)", turns, _EMERGENCY)


INSTRUMENT = Directive201199()
