"""Rows of many keys in one question: what an index of persons asks, some hundred keys at a time.

On SQLite a statement for each key, all in one snapshot: each costs a few microseconds. On PostgreSQL one statement
for all, because there each costs a round trip.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from registry.ledger.rows import Cell, Table
from registry.ledger.sql import ARRAYS, DialectName, checked, known, physical_name
from registry.ledger.store import Reads, Rows

_Run = Callable[..., list[tuple[Any, ...]]]
_MARKS: Final = {"sqlite": "?", "postgres": "%s"}


def among(reads: Reads, table: Table, column: str, cells: Sequence[Cell], *, limit: int) -> Rows:
    """Give the rows whose `column` has one of these cells, at most `limit` (1 or more) for each cell."""
    columns = tuple(table.columns)
    return [dict(zip(columns, row, strict=True)) for row in listed(reads, table, column, cells, limit=limit)]


def listed(reads: Reads, table: Table, column: str, cells: Sequence[Cell], *, limit: int) -> Sequence[tuple[Cell, ...]]:
    """Give the same rows as cells, in the order of the table's columns: for those who read a thousand at once."""
    known(table, (column,))
    if not cells:
        return []
    sql = _sql(reads.dialect, table, column, limit)
    if reads.dialect == "postgres":
        return reads.all(sql, (list(cells),))

    def ask(run: _Run) -> list[tuple[Any, ...]]:
        return [row for cell in cells for row in run(sql, (cell,))]

    return reads.together(ask)


def counted(reads: Reads, table: Table, column: str, *, after: int, upto: int) -> int:
    """Count the rows whose integer `column` lies above `after` and not above `upto`."""
    known(table, (column,))
    mark, name = _MARKS[reads.dialect], physical_name(table)
    sql = f'SELECT count(*) FROM "{name}" WHERE "{checked(column)}" > {mark} AND "{checked(column)}" <= {mark}'  # noqa: S608  # names are checked
    return int(reads.all(sql, (after, upto))[0][0])


def size(reads: Reads, table: Table) -> int:
    """Count the rows of a table, all of them."""
    return int(reads.all(f'SELECT count(*) FROM "{physical_name(table)}"')[0][0])  # noqa: S608  # names are checked


def _sql(dialect: DialectName, table: Table, column: str, limit: int) -> str:
    told = ", ".join(f'"{checked(each)}"' for each in table.columns)
    selected = f'SELECT {told} FROM "{physical_name(table)}" WHERE "{checked(column)}" ='  # noqa: S608  # names are checked
    if dialect == "sqlite":
        return f"{selected} ? LIMIT {limit:d}"
    asked = f"unnest(%s::{ARRAYS[table.columns[column]]}) AS asked (cell)"
    return f"SELECT found.* FROM {asked} CROSS JOIN LATERAL ({selected} asked.cell LIMIT {limit:d}) AS found"  # noqa: S608  # as above
