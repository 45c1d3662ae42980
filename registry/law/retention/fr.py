"""France: breach of a protective order is a délit (Code pénal art 227-4-2), which can be prosecuted for six years."""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.schedule import QueryRule, RetentionRule, Schedule
from registry.values.jurisdiction import Jurisdiction

RETENTION: Final = Schedule(
    jurisdiction=Jurisdiction("FR"),
    rules=(
        RetentionRule(
            since=date(2018, 5, 25),
            keep_months=5 * 12,
            keep_basis=Citation(instrument="Code civil", provision="art 2224", verified=False),
            limitation_months=6 * 12,
            limitation_basis=Citation(instrument="Code de procédure pénale", provision="art 8", verified=False),
        ),
    ),
    queries=(
        QueryRule(
            since=date(2018, 5, 25),
            keep_months=3 * 12,
            basis=Citation(instrument="Loi n° 78-17", provision="art 101", verified=False),
        ),
    ),
)
