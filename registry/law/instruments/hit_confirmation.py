"""Hit confirmation by the policy of the place: what is done before and until an order of elsewhere is confirmed.

The clocks are in law/deadlines.py, the policies of places in law/confirmation.
"""

from typing import ClassVar, Final

from registry.law.hit_policy import REGISTRY_RULE, HitRule, hit_rule
from registry.law.instrument import Claim, Information

_NEEDED: Final = "before an arrest on this record alone: urgent is answered within 10 minutes, routine within 60"
_DOUBTED: Final = "said not to be needed here, by a rule that was not read: confirm it all the same"
_LIFTED: Final = "not needed here"
_MEANWHILE: Final = Information(
    code="UNTIL_CONFIRMED",
    says="keep them apart, protect, ask for the order itself, and act on what is seen and heard: none of it waits",
    basis=REGISTRY_RULE,
)


class HitConfirmation:
    """Tells whether an order of another law area is confirmed first, and what is done meanwhile."""

    CODE: ClassVar[str] = "hit-confirmation"
    NAME: ClassVar[str] = "Hit confirmation"

    def inform(self, claim: Claim, /) -> tuple[Information, ...]:
        """Tell the policy of the place where the officer stands; nothing of the place's own orders."""
        rule = hit_rule(claim.issued_in, claim.sought_in, claim.at)
        if rule is None:
            return ()
        policy = Information(code="HIT_CONFIRMATION", says=_says(rule), basis=rule.basis)
        return (policy, _MEANWHILE, *rule.meanwhile) if rule.asked else (policy, *rule.meanwhile)


def _says(rule: HitRule) -> str:
    if not rule.asked:
        return _LIFTED
    return _NEEDED if rule.needed else _DOUBTED


INSTRUMENT = HitConfirmation()
