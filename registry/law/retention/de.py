"""Germany: breach of an order is punishable by more than one year (GewSchG s 4), so it lapses after five years."""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.schedule import QueryRule, RetentionRule, Schedule
from registry.values.jurisdiction import Jurisdiction

RETENTION: Final = Schedule(
    jurisdiction=Jurisdiction("DE"),
    rules=(
        RetentionRule(
            since=date(2018, 5, 25),
            keep_months=3 * 12,
            keep_basis=Citation(instrument="BGB", provision="ss 195, 199(1)", verified=False),
            limitation_months=5 * 12,
            limitation_basis=Citation(instrument="StGB", provision="s 78(3) no 4", verified=False),
        ),
    ),
    queries=(
        QueryRule(
            since=date(2018, 5, 25),
            keep_months=1 * 12,
            keep_from_year_end=True,
            basis=Citation(instrument="BDSG", provision="s 76(4)", verified=False),
        ),
    ),
)
