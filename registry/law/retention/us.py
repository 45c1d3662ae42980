"""United States: inactive records stay on line for the rest of the year and five years more (NCIC practice)."""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.schedule import QueryRule, RetentionRule, Schedule
from registry.values.jurisdiction import Jurisdiction

RETENTION: Final = Schedule(
    jurisdiction=Jurisdiction("US"),
    rules=(
        RetentionRule(
            since=date(1997, 5, 1),
            keep_months=5 * 12,
            keep_from_year_end=True,
            keep_basis=Citation(instrument="NCIC Operating Manual", provision="Protection Order File", verified=False),
            limitation_months=5 * 12,
            limitation_basis=Citation(instrument="18 USC 3282", provision="(a)", verified=False),
        ),
    ),
    queries=(
        QueryRule(
            since=date(1997, 5, 1),
            keep_months=1 * 12,
            basis=Citation(instrument="CJIS Security Policy", provision="5.4 (AU-11)", verified=False),
        ),
    ),
)
