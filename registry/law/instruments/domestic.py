"""The law of the place where the order was made: no recognition is needed, notice may be.

What a law area asks of notice at the street:
* States of the United States: officers tell the respondent, try to serve, then enforce (UIEDVPOA s 4(c)).
* Australia: properly notified is present in court or served with a copy (NSW s 98ZE).
* England and Wales: breach of a non-molestation order is an offence only of who was aware of it.
* Canada and New Zealand: as in the United States, from memory.
* elsewhere notice is a condition upstream of the order and not asked for at the street.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, NoticeRule
from registry.values.check import EnforcementStatus
from registry.values.issuance import OrderKind
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.service import COPY_SERVED, TOLD, ServiceState

_US: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="UIEDVPOA", provision="s 4(c)"),
)
_AU: Final = NoticeRule(
    satisfied_by=COPY_SERVED | {ServiceState.PRESENT_IN_COURT},
    otherwise=EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE,
    basis=Citation(instrument="Crimes (Domestic and Personal Violence) Act 2007 (NSW)", provision="ss 98ZD, 98ZE"),
)
_GB: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="Family Law Act 1996", provision="s 42A(2)", verified=False),
)
_OTHER: Final = NoticeRule(
    satisfied_by=TOLD,
    otherwise=EnforcementStatus.NOTIFY_THEN_ENFORCE,
    basis=Citation(instrument="law of the place", provision="notice to the respondent", verified=False),
)
_BY_COUNTRY: Final = {"US": _US, "AU": _AU, "GB": _GB, "CA": _OTHER, "NZ": _OTHER}


def notice_rule(area: Jurisdiction) -> NoticeRule | None:
    """Give what a law area asks of notice for its own orders; None where the street need not ask."""
    return _BY_COUNTRY.get(country_of(area))


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
            return Judgment(
                status=EnforcementStatus.ENFORCEABLE_IMPORTED,
                reason="ADOPTED_MEASURE",
                basis=(Citation(instrument="Directive 2011/99/EU", provision="Arts 9(1), 11(1)"),),
            )
        return Judgment(
            status=EnforcementStatus.ENFORCEABLE,
            reason="OWN_ORDER",
            basis=(Citation(instrument="Law of the issuing jurisdiction", provision="order on its face"),),
            notice=notice_rule(claim.issued_in),
        )

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open no ground of refusal: nothing is recognised."""
        return frozenset()


INSTRUMENT = Domestic()
