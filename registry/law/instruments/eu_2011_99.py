"""Directive 2011/99/EU, the European protection order: the executing State adopts a measure of its own.

Bound: every member State but Denmark and Ireland; the United Kingdom until its exit. The order itself
binds nobody in the executing State: the adopted national measure does, with its own dates and terms,
and it stands until the executing State ends it (Arts 9, 11, 13, 14). Grounds of refusal are a
table for each State.
"""

from dataclasses import replace
from functools import lru_cache
from typing import ClassVar, Final

from registry.law.bindings import DIRECTIVE_2011_99, Window, window
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.law.procedure import Procedure, ProcedureState
from registry.values.check import EnforcementStatus
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround
from registry.values.time import Instant

_ACT: Final = "Directive 2011/99/EU"
_ARTICLE_10: Final = frozenset(
    {
        RefusalGround.INCOMPLETE,
        RefusalGround.NOT_ART5,
        RefusalGround.NO_DUAL_CRIMINALITY,
        RefusalGround.AMNESTY,
        RefusalGround.IMMUNITY,
        RefusalGround.TIME_BARRED,
        RefusalGround.NE_BIS_IN_IDEM,
        RefusalGround.AGE_OF_RESPONSIBILITY,
        RefusalGround.TERRITORIALITY,
    }
)
GROUNDS: Final[dict[Jurisdiction, frozenset[RefusalGround]]] = {
    Jurisdiction("FR"): _ARTICLE_10,
    Jurisdiction("GB-EAW"): _ARTICLE_10,
    Jurisdiction("DE"): frozenset(
        {
            RefusalGround.INCOMPLETE,
            RefusalGround.NOT_ART5,
            RefusalGround.IMMUNITY,
            RefusalGround.RESPONDENT_NOT_HEARD,
        }
    ),
    Jurisdiction("HR"): frozenset(
        {
            RefusalGround.INCOMPLETE,
            RefusalGround.NOT_ART5,
            RefusalGround.NO_DUAL_CRIMINALITY,
            RefusalGround.IMMUNITY,
            RefusalGround.NE_BIS_IN_IDEM,
            RefusalGround.AGE_OF_RESPONSIBILITY,
        }
    ),
}
"""What a State's law opens: France all of Art 10(1) (CPP 696-100, EJN); Germany EUGewSchVG ss 6-8; Croatia (EJN);
England and Wales, until exit, SI 2014/3300. A State that is not here has the default, Art 10(1)."""
MANDATORY: Final[dict[Jurisdiction, frozenset[RefusalGround]]] = {
    Jurisdiction("FR"): _ARTICLE_10 - {RefusalGround.TERRITORIALITY},
    Jurisdiction("HR"): GROUNDS[Jurisdiction("HR")],
}
"""Where the State's law says that recognition shall be refused; in the Directive itself every ground is optional."""
AGE_OF_RESPONSIBILITY: Final[dict[Jurisdiction, int]] = {
    Jurisdiction("FR"): 13,
    Jurisdiction("HR"): 14,
    Jurisdiction("GB-EAW"): 10,
}
"""Years below which a respondent cannot be held responsible, where it was read."""


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
        return GROUNDS.get(executing, _ARTICLE_10)


_DOMESTIC: Final = ("PROPOSE_DOMESTIC_ORDER",)
_TOLD_WHY: Final = ("INFORM_ISSUING_AUTHORITY", "INFORM_PROTECTED_PERSON_OF_REMEDIES", *_DOMESTIC)
_EMERGENCY: Final = ("USE_DOMESTIC_EMERGENCY_POWERS",)


@lru_cache(maxsize=64)
def _basis(article: str) -> tuple[Citation, ...]:
    """Cite an article; each is made once."""
    return (cite(article),)


def _judgment(
    status: EnforcementStatus, reason: str, article: str, turns: tuple[Instant, ...], duties: tuple[str, ...]
) -> Judgment:
    return make_judgment(status=status, reason=reason, basis=_basis(article), duties=duties, changes=turns)


def _by_procedure(procedure: Procedure, claim: Claim, turns: tuple[Instant, ...]) -> Judgment:
    match procedure.state_at(claim.at):
        case ProcedureState.REFUSED:
            grounds = tuple(f"GROUND_{ground.value}" for ground in procedure.grounds)
            refused = _judgment(EnforcementStatus.RECOGNITION_REFUSED, "REFUSED", "Art 10(1)", turns, _TOLD_WHY)
            return replace(refused, notes=grounds)
        case ProcedureState.DISCONTINUED:
            told = ("INFORM_ISSUING_AUTHORITY", "INFORM_PROTECTED_PERSON")
            return _judgment(EnforcementStatus.DISCONTINUED, "DISCONTINUED", "Art 14(1)", turns, told)
        case ProcedureState.GRANTED:
            # Recognised without a comparable national measure: breaches are reported all the same.
            report = ("REPORT_BREACH_ON_ANNEX_II",)
            return _judgment(EnforcementStatus.REPORT_ONLY, "NO_COMPARABLE_MEASURE", "Art 11(3)", turns, report)
        case _:
            return _judgment(EnforcementStatus.RECOGNITION_PENDING, "PENDING", "Art 9(1)", turns, _EMERGENCY)


INSTRUMENT = Directive201199()
