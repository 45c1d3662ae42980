"""Family Procedure Rules, Practice Direction 11A: the court tells the police, within one day of sealing.

Of the order, of each variation, extension and discharge, and again when the respondent is served or told of
the terms in any way (paras 1.4, 2.2). When each is due is computed in law/deadlines.py.
"""

from typing import ClassVar, Final

from registry.law.citation import Citation
from registry.law.instrument import Claim, Information
from registry.values.issuance import Nature
from registry.values.jurisdiction import Jurisdiction

SEALED: Final = Citation(instrument="FPR 2010 Practice Direction 11A", provision="para 1.4")
SERVED: Final = Citation(instrument="FPR 2010 Practice Direction 11A", provision="para 2.2")


class PracticeDirection11A:
    """Duties of family courts of England and Wales towards the police."""

    CODE: ClassVar[str] = "gb-pd-11a"
    NAME: ClassVar[str] = "FPR 2010 Practice Direction 11A"

    def inform(self, claim: Claim, /) -> tuple[Information, ...]:
        """Tell the two duties, for civil orders of England and Wales."""
        if claim.issued_in != Jurisdiction("GB-EAW") or claim.nature is Nature.CRIMINAL:
            return ()
        return (
            Information(code="COURT_TELLS_POLICE", says="within one day of sealing", basis=SEALED),
            Information(code="COURT_TELLS_POLICE_OF_SERVICE", says="when served or informed", basis=SERVED),
        )


INSTRUMENT = PracticeDirection11A()
