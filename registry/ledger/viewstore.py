"""Where views keep their rows: tables by generation, and how far each has read, in one transaction.

On SQLite a file of its own (`views.db` beside the ledger's), so that views never wait for the
writer's lock nor it for theirs; on PostgreSQL the ledger's database. Everything here can be made
again from the facts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from registry.errors import LedgerError, NotFound, StaleVersion
from registry.ledger.rows import Cell, Change, Table
from registry.ledger.store import Rows, named
from registry.ledger.tables import DialectName, Statements, checked, physical_name
from registry.values.identifiers import Position

Run = Callable[..., list[tuple[Any, ...]]]

VIEW_DDL: Final = (
    (
        "CREATE TABLE IF NOT EXISTS view_position (view TEXT NOT NULL, generation BIGINT NOT NULL, "
        "position BIGINT NOT NULL, PRIMARY KEY (view, generation))"
    ),
    (
        "CREATE TABLE IF NOT EXISTS view_table (view TEXT NOT NULL, generation BIGINT NOT NULL, name TEXT NOT NULL, "
        "PRIMARY KEY (view, generation, name))"
    ),
    "CREATE TABLE IF NOT EXISTS view_active (view TEXT PRIMARY KEY, generation BIGINT NOT NULL)",
)

_INSERT_TABLE: Final = "INSERT INTO view_table (view, generation, name) VALUES (?, ?, ?)"
_INSERT_POSITION: Final = (
    "INSERT INTO view_position (view, generation, position) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
)


class Writes(Protocol):
    """Runs statements in a writing transaction."""

    def __call__(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give all it finds."""
        ...

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement with each row of parameters, in order."""
        ...


class ViewConnections(Protocol):
    """What the view store asks of a database."""

    dialect: DialectName

    def write(self, act: Callable[[Writes], None]) -> None:
        """Run `act` in one transaction; it is given a function that runs a statement."""
        ...

    def read(self, ask: Callable[[Run], Any]) -> Any:  # noqa: ANN401  # whatever `ask` gives
        """Run `ask` in one snapshot."""
        ...

    def close(self) -> None:
        """Give the connections up."""
        ...


class ViewStore:
    """Rows of views. Any thread may call; writers of one store wait for one another."""

    def __init__(self, connections: ViewConnections) -> None:
        """Take the connections and make the store's own tables if they are missing."""
        self._connections = connections
        self._statements = Statements(connections.dialect)
        self._mark = "?" if connections.dialect == "sqlite" else "%s"
        connections.write(lambda run: _run_all(run, VIEW_DDL))

    def create(self, table: Table, generation: int, *, view_name: str | None = None) -> None:
        """Make an empty table of a view's generation, at position 0. Its indexes come with `index`.

        `view_name` defaults to the table's name. Raises `StatementRejected` if it is there.
        """
        view = checked(view_name or table.name)

        def act(run: Run) -> None:
            for sql in self._statements.create(table, generation):
                run(sql)
            run(self._sql(_INSERT_TABLE), (view, generation, table.name))
            run(self._sql(_INSERT_POSITION), (view, generation))

        self._connections.write(act)

    def index(self, table: Table, generation: int) -> None:
        """Make the indexes of a table; quicker after the bulk of the rows."""
        self._connections.write(lambda run: _run_all(run, self._statements.create_indexes(table, generation)))

    def apply(
        self,
        view_name: str,
        generation: int,
        changes: Iterable[Change],
        position: Position,
        /,
        *,
        after: Position | None = None,
    ) -> None:
        """Write changes and the position they bring the view to, in one transaction.

        Raises `StaleVersion` if the view is not below `position`, or not at `after` where that is
        given: somebody else has applied them. Then nothing is written, and twice is never once more.
        """
        steps = self._statements.steps(changes, generation)

        def act(run: Writes) -> None:
            stored = self._position(run, view_name, generation, lock=True)
            if stored >= position or (after is not None and stored != after):
                raise StaleVersion("view-has-moved")
            for step in steps:
                run.many(step.sql, step.parameters)
            run(
                self._sql("UPDATE view_position SET position = ? WHERE view = ? AND generation = ?"),
                (position, view_name, generation),
            )

        self._connections.write(act)

    def position(self, view_name: str, generation: int, /) -> Position:
        """Give how far a generation of a view has read. Raises `NotFound` if there is none."""
        found: Position = self._connections.read(lambda run: self._position(run, view_name, generation))
        return found

    def active(self, view_name: str, /) -> int | None:
        """Give the generation that is served; None before the first `activate`."""
        found: int | None = self._connections.read(lambda run: self._active(run, view_name))
        return found

    def activate(self, view_name: str, generation: int, /) -> None:
        """Serve this generation from now on. Raises `NotFound` if it was not created."""

        def act(run: Run) -> None:
            self._position(run, view_name, generation)
            run(
                self._sql(
                    "INSERT INTO view_active (view, generation) VALUES (?, ?) "
                    "ON CONFLICT (view) DO UPDATE SET generation = excluded.generation"
                ),
                (view_name, generation),
            )

        self._connections.write(act)

    def drop(self, view_name: str, generation: int, /) -> None:
        """Forget a generation and its rows. Raises `LedgerError` for the one that is served."""

        def act(run: Run) -> None:
            if self._active(run, view_name) == generation:
                raise LedgerError("the generation that is served is not dropped")
            key = (view_name, generation)
            for (name,) in run(self._sql("SELECT name FROM view_table WHERE view = ? AND generation = ?"), key):
                run(f'DROP TABLE IF EXISTS "{checked(name)}_v{generation:d}"')
            run(self._sql("DELETE FROM view_table WHERE view = ? AND generation = ?"), key)
            run(self._sql("DELETE FROM view_position WHERE view = ? AND generation = ?"), key)

        self._connections.write(act)

    def rows(
        self,
        table: Table,
        where: Mapping[str, Cell],
        /,
        *,
        view_name: str | None = None,
        generation: int | None = None,
        order_by: Sequence[str] = (),
        after: Sequence[Cell] = (),
        limit: int | None = None,
    ) -> tuple[Position, Rows]:
        """Give rows and the position they are of, from one snapshot; of the served generation if none is named.

        Raises `NotFound` while no generation is served.
        """
        view = view_name or table.name

        def ask(run: Run) -> tuple[Position, Rows]:
            number = self._active(run, view) if generation is None else generation
            if number is None:
                raise NotFound("no-such-view")
            position = self._position(run, view, number)
            query = self._statements.select(
                table, where, generation=number, order_by=order_by, after=after, limit=limit
            )
            return position, named(query, run(query.sql, query.parameters))

        found: tuple[Position, Rows] = self._connections.read(ask)
        return found

    def count(self, table: Table, generation: int, /) -> int:
        """Give how many rows a table has; for progress and comparison, it reads them all."""
        name = physical_name(table, generation)
        found: int = self._connections.read(lambda run: run(f'SELECT count(*) FROM "{name}"')[0][0])  # noqa: S608  # a checked name
        return found

    def close(self) -> None:
        """Give the connections up."""
        self._connections.close()

    def _position(self, run: Run, view_name: str, generation: int, *, lock: bool = False) -> Position:
        tail = " FOR UPDATE" if lock and self._connections.dialect == "postgres" else ""
        sql = self._sql("SELECT position FROM view_position WHERE view = ? AND generation = ?") + tail
        found = run(sql, (view_name, generation))
        if not found:
            raise NotFound("no-such-view")
        return Position(found[0][0])

    def _active(self, run: Run, view_name: str) -> int | None:
        found = run(self._sql("SELECT generation FROM view_active WHERE view = ?"), (view_name,))
        return int(found[0][0]) if found else None

    def _sql(self, text: str) -> str:
        return text.replace("?", self._mark)


def _run_all(run: Run, statements: Iterable[str]) -> None:
    for sql in statements:
        run(sql)
