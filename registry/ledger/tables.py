"""Tables as data turned into SQL for SQLite and PostgreSQL, so that both behave alike.

Text compares byte by byte and NULL sorts first on both. Names are checked, values are always
parameters. Statements are built once per shape and kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from registry.ledger.holding import hold_steps
from registry.ledger.rows import Add, Amend, Bar, Cell, Change, Drop, Hold, Put, Table
from registry.ledger.runs import Run, runs
from registry.ledger.sql import ARRAYS, DialectName, Query, StatementRejected, Step, checked, known, physical_name

__all__ = ["DialectName", "Query", "StatementRejected", "Statements", "Step", "checked", "physical_name"]

_TYPES: Final[Mapping[DialectName, Mapping[str, str]]] = {
    "sqlite": {"text": "TEXT", "integer": "INTEGER", "bytes": "BLOB"},
    "postgres": {"text": 'text COLLATE "C"', "integer": "bigint", "bytes": "bytea"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shape:
    """What a SELECT is made of, but for its values."""

    table: Table
    where: Mapping[str, Cell]
    generation: int | None
    order_by: tuple[str, ...]
    limit: int | None

    def key(self) -> tuple[object, ...]:
        """Tell one statement from another."""
        nulls = tuple((name, value is None) for name, value in self.where.items())
        return (self.table.name, self.generation, nulls, self.order_by, self.limit)


class Statements:
    """Builds and keeps the statements of one dialect."""

    def __init__(self, dialect: DialectName) -> None:
        """Take the dialect."""
        self.dialect: DialectName = dialect
        self._mark = "?" if dialect == "sqlite" else "%s"
        self._kept: dict[tuple[object, ...], str] = {}

    def create(self, table: Table, generation: int | None = None) -> list[str]:
        """Give the statement that makes a table; key columns are NOT NULL. Its indexes are apart."""
        types = _TYPES[self.dialect]
        columns = [
            f'"{checked(name)}" {types[kind]}{" NOT NULL" if name in table.key else ""}'
            for name, kind in table.columns.items()
        ]
        key = ", ".join(f'"{checked(name)}"' for name in table.key)
        tail = ""
        if self.dialect == "sqlite":
            # Rows with blobs are big, and big rows are slow in a table that is its own index.
            big = "bytes" in table.columns.values() and not table.narrow
            tail = " STRICT" if big else " STRICT, WITHOUT ROWID"
        return [f'CREATE TABLE "{physical_name(table, generation)}" ({", ".join(columns)}, PRIMARY KEY ({key})){tail}']

    def create_indexes(self, table: Table, generation: int | None = None) -> list[str]:
        """Give the statements that make a table's indexes."""
        name = physical_name(table, generation)
        return [
            f'CREATE INDEX "{name}_index_{number}" ON "{name}" ({", ".join(_quoted(columns))})'
            for number, columns in enumerate(table.indexes)
        ]

    def steps(self, changes: Iterable[Change], generation: int | None = None) -> list[Step]:
        """Turn changes into statements that leave each table as the changes in turn would."""
        by_table: dict[str, list[Change]] = {}
        for change in changes:
            by_table.setdefault(change.table.name, []).append(change)
        return [
            step for of_table in by_table.values() for run in runs(of_table) for step in self._steps(run, generation)
        ]

    def select(
        self,
        table: Table,
        where: Mapping[str, Cell],
        /,
        *,
        generation: int | None = None,
        order_by: Sequence[str] = (),
        after: Sequence[Cell] = (),
        limit: int | None = None,
    ) -> Query:
        """Give the SELECT of rows with these cells, in order, after a key. NULL sorts first."""
        shape = _Shape(table=table, where=where, generation=generation, order_by=tuple(order_by), limit=limit)
        cells = [value for value in where.values() if value is not None]
        if not after:
            sql = self._kept_or(("select", *shape.key()), lambda: self._select_sql(shape))
            return Query(sql=sql, parameters=cells, columns=tuple(table.columns))
        condition, more = self._after(order_by, after)
        sql = self._select_sql(shape, condition)
        return Query(sql=sql, parameters=[*cells, *more], columns=tuple(table.columns))

    def _select_sql(self, shape: "_Shape", condition: str | None = None) -> str:
        table = shape.table
        known(table, (*shape.where, *shape.order_by))
        conditions, _ = self._where(shape.where)
        if condition is not None:
            conditions.append(condition)
        name = physical_name(table, shape.generation)
        # With its table before it, a column that is not there is an error; alone SQLite takes it for a text.
        columns = ", ".join(f'"{name}".{column}' for column in _quoted(table.columns))
        sql = f'SELECT {columns} FROM "{name}"'  # noqa: S608  # names are checked
        if conditions:
            sql += " WHERE " + " AND ".join(conditions)
        if shape.order_by:
            sql += " ORDER BY " + ", ".join(self._ordered(table, name) for name in shape.order_by)
        return sql if shape.limit is None else f"{sql} LIMIT {int(shape.limit)}"

    def _steps(self, run: Run, generation: int | None) -> list[Step]:
        kind = type(run[0])
        if kind is Put:
            return [self._put(cast("list[Put]", run), generation)]
        if kind is Add:
            return [self._add(cast("list[Add]", run), generation)]
        if kind is Amend:
            return [self._amend(cast("list[Amend]", run), generation)]
        if kind is Drop:
            return [self._drop(cast("list[Drop]", run), generation)]
        return hold_steps(cast("list[Hold] | list[Bar]", run), self.dialect, generation)

    def _put(self, run: Sequence[Put], generation: int | None) -> Step:
        """Write rows, each with a key of its own."""
        table = run[0].table
        sql = self._kept_or(("put", table.name, generation), lambda: self._put_sql(table, generation))
        return self._many(sql, [_cells(table, put.row) for put in run])

    def _add(self, run: Sequence[Add], generation: int | None) -> Step:
        """Write rows that must be new; the store refuses one whose key is there."""
        table = run[0].table
        sql = self._kept_or(("add", table.name, generation), lambda: self._insert_sql(table, generation))
        return self._many(sql, [_cells(table, add.row) for add in run])

    def _many(self, sql: str, rows: list[tuple[Cell, ...]]) -> Step:
        if self.dialect == "sqlite":
            return Step(sql=sql, parameters=rows)
        return Step(sql=sql, parameters=[[list(cells) for cells in zip(*rows, strict=True)]])

    def _insert_sql(self, table: Table, generation: int | None) -> str:
        names = _quoted(table.columns)
        source = (
            f"VALUES ({', '.join('?' * len(names))})"
            if self.dialect == "sqlite"
            else f"SELECT * FROM {self._unnested(table, tuple(table.columns))}"  # noqa: S608  # constants
        )
        return f'INSERT INTO "{physical_name(table, generation)}" ({", ".join(names)}) {source}'

    def _put_sql(self, table: Table, generation: int | None) -> str:
        others = _quoted(name for name in table.columns if name not in table.key)
        action = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}" if others else "NOTHING"
        return f"{self._insert_sql(table, generation)} ON CONFLICT ({', '.join(_quoted(table.key))}) DO {action}"

    def _amend(self, run: Sequence[Amend], generation: int | None) -> Step:
        """Change rows: all amendments name the same cells of the same table."""
        amend = run[0]
        table, names = amend.table, tuple(amend.cells)
        key = table.key[: len(amend.key)]
        if not key or set(key) != set(amend.key) or not names:
            message = "an amendment names the key or its beginning, and at least one cell"
            raise StatementRejected(message)
        known(table, names)
        sql = self._kept_or(
            ("amend", table.name, generation, names, key), lambda: self._amend_sql(table, names, key, generation)
        )
        return self._many(sql, [(*each.cells.values(), *[each.key[name] for name in key]) for each in run])

    def _amend_sql(self, table: Table, names: Sequence[str], of: Sequence[str], generation: int | None) -> str:
        name, key = physical_name(table, generation), _quoted(of)
        if self.dialect == "sqlite":
            cells = ", ".join(f"{cell} = ?" for cell in _quoted(names))
            return f'UPDATE "{name}" SET {cells} WHERE {" AND ".join(f"{cell} = ?" for cell in key)}'  # noqa: S608  # names are checked
        given = [f"given_{number}" for number in range(len(names) + len(key))]
        cells = ", ".join(f"{cell} = {value}" for cell, value in zip(_quoted(names), given, strict=False))
        same = " AND ".join(f"{cell} = {value}" for cell, value in zip(key, given[len(names) :], strict=True))
        source = self._unnested(table, (*names, *of))
        return f'UPDATE "{name}" SET {cells} FROM {source} AS given ({", ".join(given)}) WHERE {same}'  # noqa: S608  # names are checked

    def _drop(self, run: Sequence[Drop], generation: int | None) -> Step:
        drop = run[0]
        if not drop.where:
            message = "a drop names at least one cell"
            raise StatementRejected(message)
        table, names = drop.table, tuple(drop.where)
        known(table, names)
        name = physical_name(table, generation)
        if self.dialect == "sqlite" or None in drop.where.values():
            conditions, _ = self._where(drop.where)
            sql = f'DELETE FROM "{name}" WHERE {" AND ".join(conditions)}'  # noqa: S608  # names are checked
            return Step(
                sql=sql, parameters=[[cell for cell in each.where.values() if cell is not None] for each in run]
            )
        cells = ", ".join(_quoted(names))
        sql = f'DELETE FROM "{name}" WHERE ({cells}) IN (SELECT * FROM {self._unnested(table, names)})'  # noqa: S608  # names are checked
        return self._many(sql, [tuple(each.where.values()) for each in run])

    def _unnested(self, table: Table, names: Sequence[str]) -> str:
        """Give the rows that PostgreSQL takes as one list a column."""
        return f"unnest({', '.join('%s::' + ARRAYS[table.columns[name]] for name in names)})"

    def _where(self, where: Mapping[str, Cell]) -> tuple[list[str], list[Cell]]:
        conditions = [
            f'"{checked(name)}" IS NULL' if value is None else f'"{checked(name)}" = {self._mark}'
            for name, value in where.items()
        ]
        return conditions, [value for value in where.values() if value is not None]

    def _after(self, order_by: Sequence[str], after: Sequence[Cell]) -> tuple[str, list[Cell]]:
        """Give the condition of keyset paging: strictly after these cells, NULL being first."""
        if len(order_by) != len(after):
            message = "a key to page after has a cell for each column of the order"
            raise StatementRejected(message)
        if None not in after:
            marks = ", ".join(self._mark for _ in after)
            return f"({', '.join(_quoted(order_by))}) > ({marks})", list(after)
        ways: list[str] = []
        parameters: list[Cell] = []
        for depth, name in enumerate(order_by):
            equal, cells = self._where(dict(zip(order_by[:depth], after[:depth], strict=True)))
            beyond = f'"{name}" IS NOT NULL' if after[depth] is None else f'"{name}" > {self._mark}'
            ways.append("(" + " AND ".join([*equal, beyond]) + ")")
            parameters += cells + ([] if after[depth] is None else [after[depth]])
        return "(" + " OR ".join(ways) + ")", parameters

    def _ordered(self, table: Table, name: str) -> str:
        nulls = " NULLS FIRST" if self.dialect == "postgres" and name not in table.key else ""
        return f'"{checked(name)}"{nulls}'

    def _kept_or(self, key: tuple[object, ...], build: Callable[[], str]) -> str:
        sql = self._kept.get(key)
        if sql is None:
            sql = self._kept[key] = build()
        return sql


def _cells(table: Table, row: Mapping[str, Cell]) -> tuple[Cell, ...]:
    """Give the cells of a row in the order of the table's columns; one that is not named is NULL."""
    if not row.keys() <= table.columns.keys():
        known(table, row)
    return tuple([row.get(name) for name in table.columns])


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{checked(name)}"' for name in names]
