"""What the changes of a table come to, row by row, so that a batch is a few statements and not one each.

Put and amended, a row is one row; dropped later, it is none. Keys tell rows apart, so the order
between rows does not matter and only what was done to each in turn does: drops are written first,
because what stands after them was done after them. `Add`, `Hold` and whatever names no whole key
keep their place among the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, cast

from registry.ledger.rows import Add, Amend, Bar, Cell, Change, Drop, Hold, Put, Table

Key: TypeAlias = tuple[Cell, ...]
_Named: TypeAlias = tuple[str, ...]
Run: TypeAlias = list[Put] | list[Add] | list[Amend] | list[Drop] | list[Hold] | list[Bar]
"""Changes of one kind to one table that one statement can do; amendments and drops name the same cells."""


def runs(changes: Iterable[Change]) -> Iterator[Run]:
    """Give the runs of changes to one table, in an order that leaves it as the changes in turn would."""
    rows: _Rows | None = None
    apart: list[Change] = []
    for change in changes:
        if _of_a_row(change):
            if apart:
                yield cast("Run", apart)
                apart = []
            if rows is None:
                rows = _Rows(change.table)
            rows.take(change)
            continue
        if rows is not None:
            yield from rows.runs()
            rows = None
        if apart and (type(apart[0]) is not type(change) or not isinstance(change, Add | Hold | Bar)):
            yield cast("Run", apart)
            apart = []
        apart.append(change)
    if rows is not None:
        yield from rows.runs()
    elif apart:
        yield cast("Run", apart)


def _of_a_row(change: Change) -> bool:
    """Say whether a change is told apart by keys alone."""
    kind = type(change)
    if kind is Put:
        return True
    table = change.table
    if isinstance(change, Amend):
        key, cells = change.key, change.cells
        whole = len(key) == len(table.key) and all(name in key for name in table.key)
        return whole and bool(cells) and not any(name in cells for name in table.key)
    if isinstance(change, Drop):
        where = change.where
        return bool(where) and None not in where.values() and all(name in table.key for name in where)
    return False


class _Rows:
    """The rows of a table that changes have touched so far, and how each is to be left."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._key = table.key
        self._touched: dict[Key, Put | Amend] = {}
        self._drops: dict[_Named, dict[Key, Drop]] = {}
        self._indexes: dict[_Named, dict[Key, list[Key]]] = {}
        """By the cells that a drop named: the touched rows that have them."""

    def take(self, change: Change) -> None:
        """Do one change more."""
        if isinstance(change, Put):
            row = change.row
            self._touch(tuple([row.get(name) for name in self._key]), change)
        elif isinstance(change, Amend):
            self._amend(change)
        elif isinstance(change, Drop):
            self._drop(change)

    def runs(self) -> Iterator[Run]:
        """Give what all of it comes to."""
        for drops in self._drops.values():
            yield list(drops.values())
        puts: list[Put] = []
        amends: dict[_Named, list[Amend]] = {}
        for change in self._touched.values():
            if isinstance(change, Put):
                puts.append(change)
            else:
                amends.setdefault(tuple(change.cells), []).append(change)
        if puts:
            yield puts
        yield from amends.values()

    def _touch(self, key: Key, change: Put | Amend) -> None:
        if key not in self._touched:
            for names, index in self._indexes.items():
                index.setdefault(self._cells(key, names), []).append(key)
        self._touched[key] = change

    def _amend(self, change: Amend) -> None:
        key = tuple([change.key.get(name) for name in self._key])
        held = self._touched.get(key)
        if held is None:
            self._touch(key, change)
        elif isinstance(held, Put):
            self._touched[key] = Put(table=self._table, row={**held.row, **change.cells})
        else:
            self._touched[key] = Amend(table=self._table, key=held.key, cells={**held.cells, **change.cells})

    def _drop(self, change: Drop) -> None:
        where: Mapping[str, Cell] = change.where
        names = tuple(sorted(where))
        cells = tuple([where[name] for name in names])
        if names not in self._indexes:
            index: dict[Key, list[Key]] = {}
            self._indexes[names] = index
            for key in self._touched:
                index.setdefault(self._cells(key, names), []).append(key)
        for key in self._indexes[names].pop(cells, ()):
            self._touched.pop(key, None)
        self._drops.setdefault(names, {})[cells] = Drop(table=self._table, where=dict(zip(names, cells, strict=True)))

    def _cells(self, key: Key, names: _Named) -> Key:
        return tuple([key[self._key.index(name)] for name in names])
