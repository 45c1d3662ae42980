"""New Zealand, Family Violence Act 2018 s 90: the standard conditions of every protection order.

No family violence; no contact, save as authorised; no encouraging of others to do what the respondent may
not. They hold whether or not the record names them. The no-contact condition is suspended while the
protected person agrees to live with the respondent.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Information
from registry.values.issuance import OrderKind
from registry.values.jurisdiction import Jurisdiction

_ACT: Final = "Family Violence Act 2018 (NZ)"
_CONDITIONS: Final = (
    Information(code="STANDARD_CONDITION", says="NO_VIOLENCE", basis=Citation(instrument=_ACT, provision="s 90(a)")),
    Information(code="STANDARD_CONDITION", says="NO_CONTACT", basis=Citation(instrument=_ACT, provision="s 90(b)")),
    Information(
        code="STANDARD_CONDITION",
        says="NO_CONTACT_THIRD_PARTY",
        basis=Citation(instrument=_ACT, provision="s 90(c)"),
    ),
    Information(
        code="SUSPENDED_WHILE_LIVING_TOGETHER",
        says="NO_CONTACT",
        basis=Citation(instrument=_ACT, provision="s 91", verified=False),
    ),
)
_PROTECTION_ORDERS: Final = frozenset({OrderKind.FINAL, OrderKind.INTERIM, OrderKind.UNKNOWN})


class StandardConditions:
    """Tells what every protection order of New Zealand says by statute."""

    CODE: ClassVar[str] = "nz-fva-standard"
    NAME: ClassVar[str] = f"{_ACT} s 90"

    def inform(self, claim: Claim, /) -> tuple[Information, ...]:
        """Give the standard conditions, for temporary and final orders of New Zealand."""
        applies = claim.issued_in == Jurisdiction("NZ") and claim.kind in _PROTECTION_ORDERS
        return _CONDITIONS if applies else ()


INSTRUMENT = StandardConditions()
