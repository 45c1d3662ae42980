"""United States: a hit in the Protection Order File of NCIC is confirmed; an order that is presented needs none."""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.hit_policy import HitPolicy, HitRule
from registry.law.instrument import Information
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import LegalMoment

_FILE_IS_LIVE: Final = LegalMoment(date=date(1997, 5, 4), zone="America/New_York").begins()

POLICY: Final = HitPolicy(
    jurisdiction=Jurisdiction("US"),
    rules=(
        HitRule(
            since=_FILE_IS_LIVE,
            needed=True,
            basis=Citation(
                instrument="NCIC Protection Order File", provision="hit confirmation at all hours (NCJ 249864)"
            ),
            meanwhile=(
                Information(
                    code="HIT_ALONE",
                    says="a hit alone is not probable cause: it is one fact among those an officer weighs",
                    basis=Citation(
                        instrument="NCIC Operating Manual", provision="hit confirmation procedures", verified=False
                    ),
                ),
                Information(
                    code="ORDER_PRESENTED",
                    says="an order that is presented, names both persons and is in force on its face is probable cause",
                    basis=Citation(instrument="UIEDVPOA", provision="s 4(a)"),
                ),
            ),
        ),
    ),
)
