"""Whose court may change or end an order: a question of law, never a comparison with the place of issue.

* European Union: the issuing State alone (Directive 2011/99/EU Art 13(1); Regulation 606/2013 leaves
  review to the State of origin).
* Australia: a court of any participating jurisdiction (NSW ss 98Z(2)(b), 98ZA).
* elsewhere: the law area that made it.
"""

from dataclasses import dataclass
from typing import Final

from registry.law.citation import Citation
from registry.law.jurisdictions import EUROPEAN_UNION, law_area
from registry.law.standing import Standing
from registry.values.issuance import Maker
from registry.values.jurisdiction import Jurisdiction, country_of

_NSW: Final = "Crimes (Domestic and Personal Violence) Act 2007 (NSW)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """Whether a jurisdiction has the power, and where that stands."""

    granted: bool
    basis: Citation


def power_to_change(standing: Standing, by: Jurisdiction) -> Power:
    """Say whether a court of `by` may vary, extend, suspend, reinstate or revoke the order."""
    issued_in, area = law_area(standing.details.court.jurisdiction), law_area(by)
    if issued_in == area:
        return Power(granted=True, basis=Citation(instrument="Law of the issuing jurisdiction", provision="own order"))
    if country_of(issued_in) == country_of(area) == "AU" and standing.details.maker is Maker.COURT:
        return Power(granted=True, basis=Citation(instrument=_NSW, provision="ss 98Z(2)(b), 98ZA", verified=False))
    if {issued_in, area} <= EUROPEAN_UNION:
        basis = Citation(instrument="Directive 2011/99/EU", provision="Art 13(1)")
        return Power(granted=False, basis=basis)
    return Power(granted=False, basis=Citation(instrument="Law of the issuing jurisdiction", provision="exclusive"))
