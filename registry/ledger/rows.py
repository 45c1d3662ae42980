"""Rows that are written with the facts, and by views: tables as data, changes as data.

A `Table` is described once and built for SQLite and PostgreSQL alike; a pure function turns a
recorded fact into `Put` and `Drop`; only the ledger and the view engine turn those into SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Cell: TypeAlias = str | int | bytes | None
ColumnType = Literal["text", "integer", "bytes"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table of rows derived from facts: its columns with their types, its key, its indexes."""

    name: str
    columns: Mapping[str, ColumnType]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    narrow: bool = False
    """Whether rows are a few bytes each, so that on SQLite the table is best its own index."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Put:
    """Insert the row, or replace the one with the same key."""

    table: Table
    row: Mapping[str, Cell] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Add:
    """Insert the row; where one with the same key is there already, the command is refused (`StatementRejected`)."""

    table: Table
    row: Mapping[str, Cell] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Amend:
    """Change some cells of the row with this key; nothing happens if there is none.

    A key's beginning names every row that begins so.
    """

    table: Table
    key: Mapping[str, Cell]
    cells: Mapping[str, Cell] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """Delete every row whose named cells have these values."""

    table: Table
    where: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Change nothing; where the row with this key is absent or has other cells, the command is refused.

    Looked up when the share is written, those of a batch together: what one command of the batch
    changed is seen by the next. Refused with `StatementRejected`, as a taken key is.
    """

    table: Table
    key: Mapping[str, Cell]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """Change nothing; where the row with this key is there with these cells, the command is refused.

    Looked up and refused as `Hold` is.
    """

    table: Table
    key: Mapping[str, Cell]
    cells: Mapping[str, Cell]


Change: TypeAlias = Put | Add | Amend | Drop | Hold | Bar
