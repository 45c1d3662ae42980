"""Indiana: said to enforce hits of the Protection Order File without confirmation; the rule itself was not read."""

from typing import Final

from registry.law.citation import Citation
from registry.law.confirmation.us import POLICY as FEDERAL
from registry.law.hit_policy import HitPolicy, HitRule
from registry.values.jurisdiction import Jurisdiction

_SAID: Final = Citation(instrument="IDACS (Indiana)", provision="protection order hits", verified=False)

POLICY: Final = HitPolicy(
    jurisdiction=Jurisdiction("US-IN"),
    rules=tuple(
        HitRule(since=rule.since, until=rule.until, needed=False, basis=_SAID, meanwhile=rule.meanwhile)
        for rule in FEDERAL.rules
    ),
)
