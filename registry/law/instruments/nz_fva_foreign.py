"""New Zealand: orders of prescribed countries count once registered in the District Court (from memory)."""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.values.check import EnforcementStatus
from registry.values.issuance import OrderKind
from registry.values.jurisdiction import Jurisdiction, country_of

_NAME: Final = "Family Violence Act 2018 (NZ)"
_BASIS: Final = (Citation(instrument=_NAME, provision="foreign protection orders", verified=False),)
_NEW_ZEALAND: Final = Jurisdiction("NZ")
_PRESCRIBED: Final = frozenset({"AU"})


class ForeignOrdersInNewZealand:
    """By registration, and only from prescribed countries."""

    CODE: ClassVar[str] = "nz-fva-foreign"
    NAME: ClassVar[str] = f"{_NAME}, foreign protection orders"

    def reaches(self, claim: Claim, /) -> bool:
        """Reach orders of a prescribed country sought in New Zealand."""
        return (
            claim.sought_in == _NEW_ZEALAND
            and country_of(claim.issued_in) in _PRESCRIBED
            and claim.kind is not OrderKind.CRIMINAL_CONDITION
        )

    def judge(self, claim: Claim, /) -> Judgment:
        """Enforce once registered."""
        made = [act.made.begins() for act in claim.registrations if act.jurisdiction == _NEW_ZEALAND]
        if any(instant <= claim.at for instant in made):
            return make_judgment(
                status=EnforcementStatus.ENFORCEABLE,
                reason="REGISTERED",
                basis=_BASIS,
                duties=("ENFORCE_AS_LOCAL_ORDER",),
                changes=tuple(made),
            )
        return make_judgment(
            status=EnforcementStatus.NOT_RECOGNISED,
            reason="NOT_REGISTERED",
            basis=_BASIS,
            duties=("OFFER_REGISTRATION",),
            changes=tuple(made),
        )

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open no ground that was read."""
        return frozenset()


INSTRUMENT = ForeignOrdersInNewZealand()
