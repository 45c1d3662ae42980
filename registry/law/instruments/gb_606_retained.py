"""Regulation 606/2013 as retained law of the United Kingdom: measures still come in, none go out.

Read for England and Wales (Practice Direction 38A) and Northern Ireland; that Scotland keeps it too is
from memory. The rule is the Regulation's own: a certificate, twelve months, no exequatur.
"""

from typing import ClassVar, Final

from registry.law.bindings import REGULATION_606, RETAINED_606, binding, edges
from registry.law.certificates import ARTICLE_13, articles, carried, judge
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.values.check import EnforcementStatus
from registry.values.jurisdiction import Jurisdiction, country_of

_ACT: Final = "Regulation (EU) No 606/2013 as retained in the United Kingdom"
_READ: Final = articles(_ACT)
_FROM_MEMORY: Final = articles(_ACT, verified=False)
_NOT_YET: Final = (Citation(instrument=_ACT, provision="from the end of the transition period"),)


class Retained606:
    """Incoming only: England and Wales, Northern Ireland, Scotland."""

    CODE: ClassVar[str] = "gb-606-retained"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach civil measures of a State bound by the Regulation, sought in the United Kingdom."""
        issued = claim.issued_in
        return (
            claim.sought_in in RETAINED_606
            and issued in REGULATION_606
            and country_of(issued) != "GB"
            and carried(claim)
        )

    def judge(self, claim: Claim, /) -> Judgment:
        """Recognise on a certificate, since the end of the transition period."""
        bound = binding(RETAINED_606, claim.sought_in, claim.at)
        turns = edges(RETAINED_606, claim.sought_in)
        if bound is None:
            status = EnforcementStatus.NOT_RECOGNISED
            return make_judgment(status=status, reason="OUT_OF_SCOPE_TIME", basis=_NOT_YET, changes=turns)
        return judge(claim, _READ if bound.verified else _FROM_MEMORY, turns)

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open the two grounds of Art 13(1)."""
        return ARTICLE_13


INSTRUMENT = Retained606()
