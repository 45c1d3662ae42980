"""Istanbul Convention (CETS 210): what its parties owe a protected person. Information, it carries no order.

Article 53 was read; the other articles and the dates from which States are parties are from memory. A
State that is not in the table is not said to be none: the table holds those we are sure enough of.
"""

from datetime import date
from typing import ClassVar, Final

from registry.law.bindings import Table, binding, since
from registry.law.citation import Citation
from registry.law.instrument import Claim, Information
from registry.values.jurisdiction import Jurisdiction

_NAME: Final = "Istanbul Convention"
_ORIGINAL: Final = ("AT", "DK", "ES", "IT", "PT")
PARTIES: Final[Table] = {
    **{Jurisdiction(area): since(area, date(2014, 8, 1), verified=False) for area in _ORIGINAL},
    Jurisdiction("FR"): since("FR", date(2014, 11, 1), verified=False),
    Jurisdiction("SE"): since("SE", date(2014, 11, 1), verified=False),
    Jurisdiction("NL"): since("NL", date(2016, 3, 1), verified=False),
    Jurisdiction("BE"): since("BE", date(2016, 7, 1), verified=False),
    Jurisdiction("DE"): since("DE", date(2018, 2, 1), verified=False),
    Jurisdiction("IE"): since("IE", date(2019, 7, 1), verified=False),
    Jurisdiction("GB-EAW"): since("GB-EAW", date(2022, 11, 1), verified=False),
    Jurisdiction("GB-NIR"): since("GB-NIR", date(2022, 11, 1), verified=False),
    Jurisdiction("GB-SCT"): since("GB-SCT", date(2022, 11, 1), verified=False),
}


def _cite(provision: str, *, verified: bool = False) -> Citation:
    return Citation(instrument=_NAME, provision=provision, verified=verified)


_DUTIES: Final = (
    Information(
        code="PROTECTION_ORDERS_AVAILABLE",
        says="for all forms of violence, at once, without undue cost, whatever other proceedings there are",
        basis=_cite("Art 53(1)-(2)", verified=True),
    ),
    Information(
        code="BREACH_IS_SANCTIONED",
        says="effectively, proportionately, dissuasively",
        basis=_cite("Art 53(3)", verified=True),
    ),
    Information(code="EMERGENCY_BARRING", says="the police may order it at once", basis=_cite("Art 52")),
    Information(code="RISK_ASSESSMENT", says="including access to firearms", basis=_cite("Art 51")),
    Information(
        code="PARTIES_COOPERATE",
        says="in enforcing judgments of other parties, protection orders among them",
        basis=_cite("Art 62(1)(d)"),
    ),
)


class IstanbulConvention:
    """Tells what the State where enforcement is sought owes as a party."""

    CODE: ClassVar[str] = "coe-istanbul"
    NAME: ClassVar[str] = _NAME

    def inform(self, claim: Claim, /) -> tuple[Information, ...]:
        """Give the duties of a party at the instant asked about."""
        return _DUTIES if binding(PARTIES, claim.sought_in, claim.at) else ()


INSTRUMENT = IstanbulConvention()
