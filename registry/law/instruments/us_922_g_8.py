"""18 USC 922(g)(8), the Brady indicator of an order: YES, NO or UNKNOWN.

YES needs all of: a hearing after actual notice with an opportunity to take part; an intimate partner or
child; a finding of credible threat, or by its terms a prohibition of physical force. One part known to be
missing is NO; anything else not known that matters is UNKNOWN.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Information
from registry.values.issuance import OrderKind, Ternary
from registry.values.jurisdiction import country_of
from registry.values.order import Findings, Hearing

_BASIS: Final = Citation(instrument="18 USC 922", provision="(g)(8)")


def _both(one: Ternary, another: Ternary) -> Ternary:
    if Ternary.NO in (one, another):
        return Ternary.NO
    return Ternary.YES if one is another is Ternary.YES else Ternary.UNKNOWN


def _either(one: Ternary, another: Ternary) -> Ternary:
    if Ternary.YES in (one, another):
        return Ternary.YES
    return Ternary.NO if one is another is Ternary.NO else Ternary.UNKNOWN


def _heard(hearing: Hearing) -> Ternary:
    """Say whether there was a hearing with actual notice and an opportunity to take part."""
    if hearing.respondent_present is Ternary.YES:
        return Ternary.YES if hearing.opportunity_to_be_heard is not Ternary.NO else Ternary.NO
    if hearing.ex_parte is Ternary.YES:
        return Ternary.NO
    return _both(hearing.notice_given, hearing.opportunity_to_be_heard)


def brady(hearing: Hearing, findings: Findings) -> Ternary:
    """Give the indicator of an order from what its record says of the hearing and the findings."""
    terms = _either(findings.credible_threat, findings.force_prohibited)
    return _both(_both(_heard(hearing), findings.intimate_partner), terms)


class BradyIndicator:
    """Tells of an order of a court of the United States whether it bars firearms by federal law."""

    CODE: ClassVar[str] = "us-922-g-8"
    NAME: ClassVar[str] = "18 USC 922(g)(8)"

    def inform(self, claim: Claim, /) -> tuple[Information, ...]:
        """Give the indicator, for orders made in the United States."""
        if country_of(claim.issued_in) != "US" or claim.kind is OrderKind.MILITARY:
            return ()
        return (Information(code="BRADY", says=brady(claim.hearing, claim.findings).value, basis=_BASIS),)


INSTRUMENT = BradyIndicator()
