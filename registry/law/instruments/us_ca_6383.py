"""California Family Code 6383(h), 6405 and 6457: which of several orders an officer in California enforces.

In this order: an emergency protective order; an order that forbids contact; of civil orders the one issued
last; of civil and criminal ones the criminal one issued last. Section 6457 was read; that 6383(h)(2) and
6405 say the same of other orders is from memory.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment
from registry.values.check import EnforcementStatus
from registry.values.issuance import ConditionKind, Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction

_CALIFORNIA: Final = Jurisdiction("US-CA")
_BASIS: Final = Citation(instrument="California Family Code", provision="ss 6383(h)(2), 6405, 6457", verified=False)
_NO_CONTACT: Final = frozenset({ConditionKind.NO_CONTACT, ConditionKind.NO_CONTACT_THIRD_PARTY})


class CaliforniaPrecedence:
    """Carries no order by itself; ranks those that are enforceable in California."""

    CODE: ClassVar[str] = "us-ca-6383"
    NAME: ClassVar[str] = "California Family Code 6383, 6405, 6457"

    def reaches(self, _claim: Claim, /) -> bool:
        """Reach no order: it says which one is enforced, never whether one is."""
        return False

    def judge(self, _claim: Claim, /) -> Judgment:
        """Say that it carries nothing."""
        return Judgment(status=EnforcementStatus.NOT_RECOGNISED, reason="RANKS_ONLY", basis=(_BASIS,))

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open no ground of refusal."""
        return frozenset()

    def ranks_in(self, area: Jurisdiction, /) -> bool:
        """Rank in California."""
        return area == _CALIFORNIA

    def rank(self, claims: Sequence[Claim], /) -> tuple[int, Citation] | None:
        """Give the order that prevails among those enforceable in California; None elsewhere or for one alone."""
        if len(claims) < 2 or any(claim.sought_in != _CALIFORNIA for claim in claims):  # noqa: PLR2004  # a pair
            return None
        left = list(range(len(claims)))
        left = [i for i in left if claims[i].kind is OrderKind.EMERGENCY] or left
        left = [i for i in left if claims[i].kinds & _NO_CONTACT] or left
        left = [i for i in left if claims[i].nature is Nature.CRIMINAL] or left
        last = [i for i in left if all(claims[j].issued.precedes(claims[i].issued) for j in left if j != i)]
        return (last[0], _BASIS) if last else None


INSTRUMENT = CaliforniaPrecedence()
