"""Spain: breach of a protective order (Código Penal art 468) lapses after five years."""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.schedule import QueryRule, RetentionRule, Schedule
from registry.values.jurisdiction import Jurisdiction

RETENTION: Final = Schedule(
    jurisdiction=Jurisdiction("ES"),
    rules=(
        RetentionRule(
            since=date(2018, 5, 25),
            keep_months=5 * 12,
            keep_basis=Citation(instrument="Código Civil", provision="art 1964(2)", verified=False),
            limitation_months=5 * 12,
            limitation_basis=Citation(instrument="Código Penal", provision="art 131(1)", verified=False),
        ),
    ),
    queries=(
        QueryRule(
            since=date(2021, 6, 16),
            keep_months=2 * 12,
            basis=Citation(instrument="Ley Orgánica 7/2021", provision="art 33", verified=False),
        ),
    ),
)
