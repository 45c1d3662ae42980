"""Regulation (EU) No 606/2013: civil protection measures travel on a certificate, for twelve months.

Bound: every member State but Denmark; the United Kingdom until its exit. Measures ordered on or after
2015-01-11. No procedure, no exequatur; refusal only on the respondent's application and by a court's
decision, and never because the law of the State addressed knows no such measure (Art 13).
"""

from functools import lru_cache
from typing import ClassVar, Final

from registry.law.bindings import REGULATION_606, Window, window
from registry.law.certificates import ARTICLE_3, ARTICLE_13, articles, carried, effect_ends, judge
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.values.check import EnforcementStatus
from registry.values.jurisdiction import Jurisdiction

__all__ = ["ARTICLE_3", "INSTRUMENT", "cite", "effect_ends"]

_ACT: Final = "Regulation (EU) No 606/2013"
_ARTICLES: Final = articles(_ACT)


def cite(provision: str, *, verified: bool = True) -> Citation:
    """Cite a provision of the Regulation."""
    return Citation(instrument=_ACT, provision=provision, verified=verified)


@lru_cache(maxsize=4096)
def _window(issued_in: Jurisdiction, sought_in: Jurisdiction) -> Window | None:
    return window(REGULATION_606, issued_in, sought_in)


class Regulation606:
    """Automatic: nobody need ask for a declaration of enforceability (Art 4(1))."""

    CODE: ClassVar[str] = "eu-606-2013"
    NAME: ClassVar[str] = _ACT

    def reaches(self, claim: Claim, /) -> bool:
        """Reach measures of one State that is or was bound, sought in another, not of criminal nature."""
        return _window(claim.issued_in, claim.sought_in) is not None and carried(claim)

    def judge(self, claim: Claim, /) -> Judgment:
        """Recognise on a certificate, while both States are bound."""
        bound = _window(claim.issued_in, claim.sought_in)
        if bound is not None and bound.open(claim.at):
            return judge(claim, _ARTICLES, bound.turns)
        return make_judgment(
            status=EnforcementStatus.NOT_RECOGNISED,
            reason="OUT_OF_SCOPE_TIME",
            basis=_ARTICLES.too_early,
            duties=("PROPOSE_DOMESTIC_ORDER",),
            changes=bound.turns if bound else (),
        )

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open two grounds (Art 13(1)); that the law of the State knows no such measure is none (13(3))."""
        return ARTICLE_13


INSTRUMENT = Regulation606()
