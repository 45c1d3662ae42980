"""The look-ups of `Hold` and `Bar`: many keys in one statement that counts the rows which are as they name."""

from collections.abc import Sequence
from typing import Final

from registry.ledger.rows import Bar, Cell, Hold, Table
from registry.ledger.sql import ARRAYS, DialectName, StatementRejected, Step, checked, known, physical_name

_MOST: Final = 500
"""Keys that one statement asks for."""
_Cells = tuple[tuple[str, Cell], ...]


def hold_steps(
    holds: Sequence[Hold] | Sequence[Bar], dialect: DialectName, generation: int | None = None
) -> list[Step]:
    """Give the steps that look a run of `Hold` or `Bar` on one table up: one for each set of cells and 500 keys.

    Raises `StatementRejected` for a key that is not one whole column, an empty cell, and in a view.
    """
    if generation is not None:
        raise StatementRejected("a view changes rows and holds none")
    table, wanted = holds[0].table, dict[_Cells, dict[Cell, None]]()
    if len(table.key) != 1:
        raise StatementRejected("a row is held by a key of one column")
    (column,) = table.key
    for hold in holds:
        if set(hold.key) != {column} or not hold.cells or None in hold.cells.values():
            raise StatementRejected("a row is held by its whole key and at least one cell, none of them empty")
        wanted.setdefault(tuple(hold.cells.items()), {})[hold.key[column]] = None
    all_of_them = isinstance(holds[0], Hold)
    return [
        _step(table, cells, keys[start : start + _MOST], dialect, all_of_them=all_of_them)
        for cells, distinct in wanted.items()
        for keys in [list(distinct)]
        for start in range(0, len(keys), _MOST)
    ]


def _step(table: Table, cells: _Cells, keys: list[Cell], dialect: DialectName, *, all_of_them: bool) -> Step:
    names = [name for name, _ in cells]
    known(table, names)
    (column,) = table.key
    mark, among = "%s", f"= ANY(%s::{ARRAYS[table.columns[column]]})"
    asked: list[Cell | list[Cell]] = [keys]
    if dialect == "sqlite":
        # Few statements for all counts: the last key is repeated, which finds no row twice.
        asked = [*keys, *keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys))]
        mark, among = "?", f"IN ({', '.join('?' * len(asked))})"
    conditions = " AND ".join([f'"{checked(column)}" {among}', *(f'"{checked(name)}" = {mark}' for name in names)])
    sql = f'SELECT count(*) FROM "{physical_name(table)}" WHERE {conditions}'  # noqa: S608  # names are checked
    return Step(
        sql=sql, parameters=[[*asked, *(value for _, value in cells)]], must_find=len(keys) if all_of_them else 0
    )
