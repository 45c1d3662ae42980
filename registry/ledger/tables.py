"""Tables as data turned into SQL for SQLite and PostgreSQL, so that both behave alike.

Text compares byte by byte and NULL sorts first on both. Names are checked, values are always
parameters. Statements are built once per shape and kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registry.ledger.holding import hold_steps
from registry.ledger.rows import Add, Amend, Cell, Change, Drop, Hold, Put, Table
from registry.ledger.sql import ARRAYS, DialectName, Query, StatementRejected, Step, checked, known, physical_name

__all__ = ["DialectName", "Query", "StatementRejected", "Statements", "Step", "checked", "physical_name"]

_TYPES: Final[Mapping[DialectName, Mapping[str, str]]] = {
    "sqlite": {"text": "TEXT", "integer": "INTEGER", "bytes": "BLOB"},
    "postgres": {"text": 'text COLLATE "C"', "integer": "bigint", "bytes": "bytea"},
}
_ROWS: Final = frozenset({Put, Add, Hold})
"""Changes that are written, or looked up, many at a time."""


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
            tail = " STRICT" if "bytes" in table.columns.values() else " STRICT, WITHOUT ROWID"
        return [f'CREATE TABLE "{physical_name(table, generation)}" ({", ".join(columns)}, PRIMARY KEY ({key})){tail}']

    def create_indexes(self, table: Table, generation: int | None = None) -> list[str]:
        """Give the statements that make a table's indexes."""
        name = physical_name(table, generation)
        return [
            f'CREATE INDEX "{name}_index_{number}" ON "{name}" ({", ".join(_quoted(columns))})'
            for number, columns in enumerate(table.indexes)
        ]

    def steps(self, changes: Iterable[Change], generation: int | None = None) -> list[Step]:
        """Turn changes into statements; the order within a table is kept, equal ones run together."""
        runs: dict[str, list[list[Change]]] = {}
        for change in changes:
            of_table = runs.setdefault(change.table.name, [])
            if of_table and _alike(of_table[-1][-1], change):
                of_table[-1].append(change)
            else:
                of_table.append([change])
        return [step for of_table in runs.values() for run in of_table for step in self._steps(run, generation)]

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

    def _steps(self, run: list[Change], generation: int | None) -> list[Step]:
        change = run[0]
        match change:
            case Put():
                return [self._put([put for put in run if isinstance(put, Put)], generation)]
            case Add():
                return [self._add([add for add in run if isinstance(add, Add)], generation)]
            case Amend():
                return [self._amend([amend for amend in run if isinstance(amend, Amend)], generation)]
            case Drop():
                return [self._drop(change, generation)]
            case Hold():
                return hold_steps([hold for hold in run if isinstance(hold, Hold)], self.dialect, generation)

    def _put(self, run: Sequence[Put], generation: int | None) -> Step:
        """Write rows; of several with one key only the last one counts, as if written in turn."""
        table = run[0].table
        columns = table.columns
        last: dict[tuple[Cell, ...], tuple[Cell, ...]] = {}
        for put in run:
            row = put.row
            if not row.keys() <= columns.keys():
                known(table, row)
            last[tuple(row.get(name) for name in table.key)] = tuple(row.get(name) for name in columns)
        sql = self._kept_or(("put", table.name, generation), lambda: self._put_sql(table, generation))
        rows = list(last.values())
        if self.dialect == "sqlite":
            return Step(sql=sql, parameters=rows)
        return Step(sql=sql, parameters=[[list(cells) for cells in zip(*rows, strict=True)]])

    def _add(self, run: Sequence[Add], generation: int | None) -> Step:
        """Write rows that must be new; the store refuses one whose key is there."""
        table = run[0].table
        for add in run:
            if not add.row.keys() <= table.columns.keys():
                known(table, add.row)
        sql = self._kept_or(("add", table.name, generation), lambda: self._insert_sql(table, generation))
        rows = [tuple(add.row.get(name) for name in table.columns) for add in run]
        if self.dialect == "sqlite":
            return Step(sql=sql, parameters=rows)
        return Step(sql=sql, parameters=[[list(cells) for cells in zip(*rows, strict=True)]])

    def _insert_sql(self, table: Table, generation: int | None) -> str:
        names = _quoted(table.columns)
        source = (
            f"VALUES ({', '.join('?' * len(names))})"
            if self.dialect == "sqlite"
            else f"SELECT * FROM unnest({', '.join('%s::' + ARRAYS[kind] for kind in table.columns.values())})"  # noqa: S608  # constants
        )
        return f'INSERT INTO "{physical_name(table, generation)}" ({", ".join(names)}) {source}'

    def _put_sql(self, table: Table, generation: int | None) -> str:
        others = _quoted(name for name in table.columns if name not in table.key)
        action = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}" if others else "NOTHING"
        return f"{self._insert_sql(table, generation)} ON CONFLICT ({', '.join(_quoted(table.key))}) DO {action}"

    def _amend(self, run: Sequence[Amend], generation: int | None) -> Step:
        """Change rows, each as if in turn: all name the same cells of the same table."""
        amend = run[0]
        table = amend.table
        if not amend.key or set(amend.key) != set(table.key[: len(amend.key)]) or not amend.cells:
            message = "an amendment names the key or its beginning, and at least one cell"
            raise StatementRejected(message)
        known(table, amend.cells)
        sql = self._kept_or(
            ("amend", table.name, generation, tuple(amend.cells), tuple(amend.key)),
            lambda: (
                f'UPDATE "{physical_name(table, generation)}" '  # noqa: S608  # names are checked
                f"SET {', '.join(f'{name} = {self._mark}' for name in _quoted(amend.cells))} "
                f"WHERE {' AND '.join(f'{name} = {self._mark}' for name in _quoted(amend.key))}"
            ),
        )
        return Step(sql=sql, parameters=[(*each.cells.values(), *each.key.values()) for each in run])

    def _drop(self, drop: Drop, generation: int | None) -> Step:
        if not drop.where:
            message = "a drop names at least one cell"
            raise StatementRejected(message)
        known(drop.table, drop.where)
        conditions, parameters = self._where(drop.where)
        name = physical_name(drop.table, generation)
        return Step(sql=f'DELETE FROM "{name}" WHERE {" AND ".join(conditions)}', parameters=[parameters])  # noqa: S608  # names are checked

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


def _alike(one: Change, other: Change) -> bool:
    """Say whether two changes of a table can run together, the second right after the first."""
    if isinstance(one, Amend) and isinstance(other, Amend):
        return tuple(one.cells) == tuple(other.cells) and tuple(one.key) == tuple(other.key)
    return type(one) is type(other) and type(one) in _ROWS


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{checked(name)}"' for name in names]
