"""England and Wales: claims lapse after six years; prosecution on indictment has no limit of its own."""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.schedule import QueryRule, RetentionRule, Schedule
from registry.values.jurisdiction import Jurisdiction

RETENTION: Final = Schedule(
    jurisdiction=Jurisdiction("GB-EAW"),
    rules=(
        RetentionRule(
            since=date(2018, 5, 25),
            keep_months=6 * 12,
            keep_basis=Citation(instrument="Data Protection Act 2018", provision="s 39", verified=False),
            limitation_months=6 * 12,
            limitation_basis=Citation(instrument="Limitation Act 1980", provision="s 2", verified=False),
        ),
    ),
    queries=(
        QueryRule(
            since=date(2018, 5, 25),
            keep_months=2 * 12,
            basis=Citation(instrument="Data Protection Act 2018", provision="s 62", verified=False),
        ),
    ),
)
