"""The law of the place where the order was made: no recognition is needed, notice may be.

What a law area asks of notice at the street is data: law/local_notice.py.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.law.local_notice import notice_rule
from registry.values.check import EnforcementStatus
from registry.values.issuance import OrderKind
from registry.values.jurisdiction import Jurisdiction

_IMPORTED: Final = Judgment(
    status=EnforcementStatus.ENFORCEABLE_IMPORTED,
    reason="ADOPTED_MEASURE",
    basis=(Citation(instrument="Directive 2011/99/EU", provision="Arts 9(1), 11(1)"),),
    duties=("REPORT_BREACH_ON_ANNEX_II", "DO_NOT_DISCLOSE_ADDRESS"),
)
_COMMANDER: Final = Judgment(
    status=EnforcementStatus.NOT_RECOGNISED,
    reason="COMMANDERS_ORDER",
    basis=(Citation(instrument="10 USC 1567a", provision="military protective order", verified=False),),
    duties=("INFORM_MILITARY_POLICE",),
)
_OWN: Final = (Citation(instrument="Law of the issuing jurisdiction", provision="order on its face"),)


class Domestic:
    """An order in its own law area, or a national measure adopted there from another State's."""

    CODE: ClassVar[str] = "domestic"
    NAME: ClassVar[str] = "Law of the place of issue"

    def reaches(self, claim: Claim, /) -> bool:
        """Reach every order made under the law of the place, but no European protection order.

        A European protection order binds nobody in the State that issues it: the national measure
        it rests on does (Directive 2011/99/EU Art 2(1)).
        """
        return claim.issued_in == claim.sought_in and claim.kind is not OrderKind.EUROPEAN_PROTECTION_ORDER

    def judge(self, claim: Claim, /) -> Judgment:
        """Enforce as made, subject to the notice the place asks for."""
        if claim.imported:
            return _IMPORTED
        if claim.kind is OrderKind.MILITARY:
            return _COMMANDER
        return make_judgment(
            status=EnforcementStatus.ENFORCEABLE,
            reason="OWN_ORDER",
            basis=_OWN,
            notice=notice_rule(claim.issued_in),
        )

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open no ground of refusal: nothing is recognised."""
        return frozenset()


INSTRUMENT = Domestic()
