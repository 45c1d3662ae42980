"""What statements are made of on either store: checked names, steps with their parameters, and their refusal."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from registry.errors import LedgerError
from registry.ledger.rows import Cell, Table

DialectName = Literal["sqlite", "postgres"]

_NAME: Final = re.compile(r"[a-z][a-z_]{0,47}")
ARRAYS: Final = {"text": "text[]", "integer": "bigint[]", "bytes": "bytea[]"}


class StatementRejected(LedgerError):
    """A row that cannot be written: a key that is taken, a cell of another type, an unknown column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One statement and the parameter rows it is run with, in order."""

    sql: str
    parameters: Sequence[Sequence[Cell | list[Cell]]]
    """PostgreSQL takes many rows as one list a column."""
    must_find: int | None = None
    """Of a step that only looks: the count it must find. Anything else refuses the share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One SELECT with its parameters and the names of what it gives."""

    sql: str
    parameters: Sequence[Cell]
    columns: Sequence[str]


def checked(name: str) -> str:
    """Give a name back if it may stand in SQL; raises `StatementRejected` if not."""
    if not _NAME.fullmatch(name):
        message = "a table or column name must be lower-case letters and underscores, 48 at most"
        raise StatementRejected(message)
    return name


def physical_name(table: Table, generation: int | None = None) -> str:
    """Give the name of the table in the store: with `_v` and the generation for a view's."""
    name = checked(table.name)
    return name if generation is None else f"{name}_v{generation:d}"


def known(table: Table, names: Iterable[str]) -> None:
    """Raise `StatementRejected` unless the table has these columns."""
    if not set(names) <= table.columns.keys():
        message = f"a column is named that the table {checked(table.name)} does not have"
        raise StatementRejected(message)
