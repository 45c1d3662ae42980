"""How long the protected person may be kept from knowing who looked: a rule as data, for each law area.

The right to know may be delayed, never denied, so that an investigation is not thwarted (Directive (EU) 2016/680
Art 15(1)(a) and (b); Data Protection Act 2018 s 45(4)). No text states a number of days: the days are this
registry's rule until an authority gives its own, and every delay says that it was not read in a statute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.law.citation import Citation
from registry.law.jurisdictions import law_area
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class DelayRule:
    """How many days one setting delays, and how often it may be set for the same order."""

    days: int
    times: int
    basis: Citation

    def until(self, now: Instant) -> Instant:
        """Give when a delay that is set now ends by itself."""
        return Instant(now + self.days * DAY)


def _rule(instrument: str, provision: str) -> DelayRule:
    return DelayRule(days=90, times=4, basis=Citation(instrument=instrument, provision=provision, verified=False))


_DIRECTIVE: Final = "Directive (EU) 2016/680"
RULES: Final[Mapping[str, DelayRule]] = {
    "DE": _rule("Bundesdatenschutzgesetz", "§ 57 Abs 4"),
    "ES": _rule("Ley Orgánica 7/2021", "Art 24"),
    "FR": _rule("Loi n° 78-17", "Art 107"),
    "IT": _rule(_DIRECTIVE, "Art 15(1)"),
    "PL": _rule(_DIRECTIVE, "Art 15(1)"),
    "GB-EAW": _rule("Data Protection Act 2018", "s 45(4)"),
    "GB-NIR": _rule("Data Protection Act 2018", "s 45(4)"),
    "GB-SCT": _rule("Data Protection Act 2018", "s 45(4)"),
}
"""By law area. Where none is named, nothing is delayed."""


def delay_rule(jurisdiction: Jurisdiction) -> DelayRule | None:
    """Give the rule of a jurisdiction; None where looks are told at once."""
    return RULES.get(law_area(jurisdiction))
