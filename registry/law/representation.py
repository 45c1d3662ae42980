"""How long an organisation may act for a protected party by one authorisation: a rule as data, for each law area.

A person may have an organisation exercise the right to know who looked on their behalf (Directive (EU) 2016/680
Art 55; Data Protection Act 2018 s 187). No text that was read for this project states a time: at most a year, then the
party is asked again, is this registry's own rule, and every representation says that no statute was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.law.citation import Citation
from registry.law.jurisdictions import law_area
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class RepresentationRule:
    """How many days one authorisation lasts at most, and by what."""

    days: int
    basis: Citation

    def latest(self, now: Instant) -> Instant:
        """Give until when a representation that is recorded now may last."""
        return Instant(now + self.days * DAY)


def _rule(instrument: str, provision: str) -> RepresentationRule:
    # 366, for a date of next year ends with its day.
    return RepresentationRule(days=366, basis=Citation(instrument=instrument, provision=provision, verified=False))


_DIRECTIVE: Final = _rule("Directive (EU) 2016/680", "Art 55")
_ACT: Final = _rule("Data Protection Act 2018", "s 187")
RULES: Final[Mapping[str, RepresentationRule]] = {
    "DE": _DIRECTIVE,
    "ES": _DIRECTIVE,
    "FR": _DIRECTIVE,
    "IT": _DIRECTIVE,
    "PL": _DIRECTIVE,
    "GB-EAW": _ACT,
    "GB-NIR": _ACT,
    "GB-SCT": _ACT,
}
"""By law area."""
ELSEWHERE: Final = _rule("the party's own authorisation", "")
"""Where no text is named: nobody needs a statute to have somebody ask for them."""


def representation_rule(jurisdiction: Jurisdiction) -> RepresentationRule:
    """Give the rule of the jurisdiction that an order was made in."""
    return RULES.get(law_area(jurisdiction), ELSEWHERE)
