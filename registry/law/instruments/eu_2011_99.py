"""Directive 2011/99/EU, the European protection order: the executing State adopts a measure of its own.

Bound: every member State but Denmark and Ireland; the United Kingdom until its exit. The order itself
binds nobody in the executing State: the adopted national measure does, with its own dates and terms,
and it stands until the executing State ends it (Arts 9, 11, 13, 14). Grounds of refusal are a
table for each State.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment
from registry.law.jurisdictions import EUROPEAN_UNION
from registry.law.procedure import Procedure, ProcedureState
from registry.values.check import EnforcementStatus
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround

_ACT: Final = "Directive 2011/99/EU"
_BOUND: Final = EUROPEAN_UNION - {Jurisdiction("DK"), Jurisdiction("IE")}
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
"""Where a State's law opens other grounds than Art 10(1): Germany EUGewSchVG ss 6-8; Croatia (EJN)."""


def cite(provision: str, *, verified: bool = True) -> Citation:
    """Cite a provision of the Directive."""
    return Citation(instrument=_ACT, provision=provision, verified=verified)


class Directive201199:
    """By decision: recognition is the adoption of a national measure (Art 9(1))."""

    CODE: ClassVar[str] = "eu-2011-99"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach a European protection order, or a criminal measure, of one bound State in another."""
        fit = claim.kind is OrderKind.EUROPEAN_PROTECTION_ORDER or claim.nature is Nature.CRIMINAL
        return fit and claim.issued_in != claim.sought_in and {claim.issued_in, claim.sought_in} <= _BOUND

    def judge(self, claim: Claim, /) -> Judgment:
        """Say how the procedure stands; that an adopted measure stands is judged on the measure itself."""
        if not claim.procedures:
            return Judgment(
                status=EnforcementStatus.NOT_RECOGNISED,
                reason="NOT_ASKED",
                basis=(cite("Art 9(1)"),),
                duties=("USE_DOMESTIC_EMERGENCY_POWERS",),
            )
        return _by_procedure(max(claim.procedures, key=lambda p: p.asked.begins()), claim)

    def grounds(self, executing: Jurisdiction, /) -> frozenset[str]:
        """Open the grounds of Art 10(1), or those of the State's own law."""
        return GROUNDS.get(executing, _ARTICLE_10)


def _by_procedure(procedure: Procedure, claim: Claim) -> Judgment:
    match procedure.state_at(claim.at):
        case ProcedureState.REFUSED:
            return Judgment(
                status=EnforcementStatus.RECOGNITION_REFUSED,
                reason="REFUSED",
                basis=(cite("Art 10(1)"),),
                duties=("INFORM_ISSUING_AUTHORITY", "INFORM_PROTECTED_PERSON_OF_REMEDIES"),
            )
        case ProcedureState.DISCONTINUED:
            return Judgment(
                status=EnforcementStatus.DISCONTINUED,
                reason="DISCONTINUED",
                basis=(cite("Art 14(1)"),),
                duties=("INFORM_ISSUING_AUTHORITY", "INFORM_PROTECTED_PERSON"),
            )
        case ProcedureState.GRANTED:
            # Recognised without a comparable national measure: breaches are reported all the same.
            return Judgment(
                status=EnforcementStatus.REPORT_ONLY,
                reason="NO_COMPARABLE_MEASURE",
                basis=(cite("Art 11(3)"),),
                duties=("REPORT_BREACH_ON_ANNEX_II",),
            )
        case _:
            return Judgment(
                status=EnforcementStatus.RECOGNITION_PENDING,
                reason="PENDING",
                basis=(cite("Art 9(1)"),),
                duties=("USE_DOMESTIC_EMERGENCY_POWERS",),
            )


INSTRUMENT = Directive201199()
